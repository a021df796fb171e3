// Finding a figure by its name: what it is now at the cut-off of the text, and how it is written there.
import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { checkCutoff } from '../figures/actions.ts';
import { shown, valuesOf } from '../figures/compute.ts';
import type { Definition, Dimension } from '../figures/definition.ts';
import type { Registry } from '../figures/registry.ts';
import type { Routes } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { cutoffOf, cutoffText } from '../kit/clock.ts';
import { type Database, inSnapshot, type Queries } from '../kit/db.ts';
import { withProblem } from '../kit/http.ts';
import { grouped } from '../kit/parts/figures.ts';
import { button, errorSummary, fieldError, textField } from '../kit/parts/form.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { bulletinReaders } from './rules.ts';
import { loadScene, type Scene } from './scene.ts';

/** A figure that was found: what it is of, its value at the cut-off, and how a text writes it. */
export interface Found {
  title: string;
  value: string | null;
  unit: string;
  markup: string;
}

const most = 60;

/**
 * The figures whose names hold every word that is asked for, of the whole and of each key. Without words, the wholes.
 * Raises `figures/cutoff_ahead`, `bulletins/no_district`.
 */
async function findFigures(db: Database, registry: Registry, cutoff: Date, words: string): Promise<Found[]> {
  refuseIf(checkCutoff(cutoff, new Date()));
  const { entry_no } = await currentHead(db);
  const asked = words.split(/[\s，,、]+/).filter((word) => word !== '');
  return inSnapshot(db, async (queries) => {
    const scene = await loadScene(queries, registry, { entry_no, cutoff });
    const found: Found[] = [];
    for (const definition of registry.values()) {
      for (const by of [undefined, ...(asked.length ? definition.dimensions : [])]) {
        found.push(...(await foundIn(queries, scene, definition, by, asked)));
        if (found.length >= most) return found.slice(0, most);
      }
    }
    return found;
  });
}

async function foundIn(
  queries: Queries,
  scene: Scene,
  definition: Definition,
  by: Dimension | undefined,
  asked: readonly string[],
): Promise<Found[]> {
  const { code, unit } = definition;
  const title = titleOf(definition);
  const names = by ? scene.names.get(by)! : new Map([['', '']]);
  const holds = (text: string) => asked.every((word) => text.includes(word));
  const wanted = [...names].filter(([, name]) => holds(`${title} ${code} ${name}`));
  if (wanted.length === 0) return [];
  const question = { cutoff: scene.cutoff, entry_no: scene.entry_no, area: scene.district.code, by };
  const values = new Map(
    (await valuesOf(queries, definition, question)).map((one) => [one.key ?? '', one.value]),
  );
  return wanted
    .filter(([key]) => !by || values.has(key))
    .map(([key, name]) => ({
      title: name ? `${title}：${name}` : title,
      value: shown(definition, values.get(key) ?? null),
      unit: unit.zh,
      markup: by ? `[[${code} ${by}=${key}]]` : `[[${code}]]`,
    }));
}

/** A figure by its name, and by its way to count (口径) where it is not the usual one. */
function titleOf({ code, title, variant }: Definition): string {
  return variant && variant.of !== code ? `${title.zh}（${variant.name.zh}）` : title.zh;
}

const Query = Type.Object({
  cutoff: Type.Optional(Type.String({ maxLength: 40 })),
  q: Type.Optional(Type.String({ maxLength: 60 })),
  part: Type.Optional(Type.Enum(['list'])),
});

/** The search for a figure: a page by itself, and its list alone for the page of a draft. */
export function addFigureFinder(routes: Routes, site: Site): void {
  const config = { access: { roles: bulletinReaders } } as const;
  const path = '/console/bulletins/figures';
  routes.get(path, { config, schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const { q = '', part } = request.query;
    const cutoff = request.query.cutoff || new Date().toISOString();
    let list: HtmlSafeString | '' = '';
    let problem: Problem | undefined;
    try {
      const moment = cutoffOf(cutoff);
      list = foundList(await findFigures(site.db, site.registry, moment, q), moment);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problem = error;
    }
    if (part) {
      const said = problem ? html`<p class="error">${problem.text.zh}</p>` : list;
      return reply.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(said.toString());
    }
    const body = html`<h1>查找指标</h1>${errorSummary('zh', problem)}<form class="filters narrow" method="get" action="${path}">${textField({ name: 'q', label: '名称、领域、镇……', type: 'search', value: q, maxlength: 60 })}${textField(
      {
        name: 'cutoff',
        label: '截至',
        maxlength: 40,
        value: request.query.cutoff ?? '',
        error: fieldError('zh', problem, 'cutoff'),
      },
    )}${button({ text: '查找' })}</form>${list}<p class="hint">把方括号里的写法复制到正文里，发布时就是这个数字。</p>`;
    const trail = [{ href: '/console/bulletins', text: '公报发布' }];
    const sent = problem ? withProblem(reply, problem) : reply;
    return sendConsolePage(site, request, sent, { title: '查找指标', body, trail });
  });
}

function foundList(found: readonly Found[], cutoff: Date): HtmlSafeString {
  if (found.length === 0) return html`<p>没有找到。试试“完成”“学位”“接种”，或加上领域、镇的名字。</p>`;
  return html`<p class="hint">截至${cutoffText(cutoff, 'zh')}${found.length === most ? `，只列出前 ${most} 个，请再加一个词` : ''}</p><ul class="found-figures">${found.map(
    ({ title, value, unit, markup }) =>
      html`<li><button type="button" class="link" data-insert="${markup}">${title}</button> <strong>${value === null ? '没有数值' : `${grouped(value)} ${unit}`}</strong> <code>${markup}</code></li>`,
  )}</ul>`;
}
