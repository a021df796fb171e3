import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { listAreas } from '../../areas/actions.ts';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { cutoffOf, dayOf } from '../../kit/clock.ts';
import { exactText } from '../../kit/fraction.ts';
import { withProblem } from '../../kit/http.ts';
import { grouped } from '../../kit/parts/figures.ts';
import { button, errorSummary, onceField, textField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { getFigure } from '../registry.ts';
import { type Gap, gapStaters, listGaps, stateGap } from './actions.ts';
import { type Pair, pairs } from './pairs.ts';

const path = '/console/releases/gaps';
const readers = ['publisher', 'coordinator', 'district_leader', 'inspector', 'town_coordinator'] as const;

const State = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  reported: Type.String({ maxLength: 80 }),
  area_code: Type.String({ maxLength: 12 }),
  day: Type.String({ maxLength: 10 }),
  reason: Type.String({ maxLength: 500 }),
});

/** 核对: what units report beside what the records give, cell by cell, and what is said to a gap. */
export function addGapConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: readers } } as const;
  routes.get(path, { config, schema: { hide: true } }, (request, reply) => show(site, request, reply));
  const schema = { body: State, hide: true };
  routes.post(path, { config: { access: { roles: gapStaters } }, schema }, async (request, reply) => {
    const { key, ...cell } = request.body;
    try {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await stateGap(site.db, site.registry, entering, cell, await questionNow(site));
      return reply.redirect(path, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { cell, problem });
    }
  });
}

async function questionNow(site: Site) {
  const { entry_no } = await currentHead(site.db);
  const areas = await listAreas(site.db.queries, entry_no);
  const area = areas.find((one) => one.level === 'district')?.code ?? '';
  return { cutoff: cutoffOf(dayOf(new Date())), entry_no, area };
}

interface Said {
  cell?: { reported: string; area_code: string; day: string; reason: string };
  problem?: Problem;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  said: Said = {},
): Promise<FastifyReply> {
  const question = await questionNow(site);
  const areas = await listAreas(site.db.queries, question.entry_no);
  const names = new Map(areas.map((area) => [area.code, area.name]));
  const may = !checkRole(actorOf(request, 'console'), gapStaters);
  const tables: HtmlSafeString[] = [];
  for (const pair of pairs) {
    const gaps = await listGaps(site.db.queries, site.registry, pair, question);
    tables.push(pairTable(site, pair, gaps, names, may, said));
  }
  const body = html`<h1>核对报送数与记录数</h1>${errorSummary('zh', said.problem)}
<p class="lead">单位报送的数，与台账记录算出的数，按报送当日24时逐格对照。有差额而没有说明的，相关指标暂不能发布。</p>${tables}`;
  const trail = [{ href: '/console/releases', text: '数据发布' }];
  return sendConsolePage(site, request, reply, { title: '核对', body, trail });
}

function pairTable(
  site: Site,
  pair: Pair,
  gaps: readonly Gap[],
  names: ReadonlyMap<string, string>,
  may: boolean,
  said: Said,
): HtmlSafeString {
  const [reported, derived] = [pair.reported, pair.derived].map((code) => getFigure(site.registry, code));
  const title = `${reported!.title.zh} · ${derived!.title.zh}`;
  if (gaps.length === 0) return html`<h2>${title}</h2><p>还没有单位报送。</p>`;
  const signed = (gap: Gap) => `${gap.gap.n > 0n ? '+' : ''}${exactText(gap.gap)}`;
  return html`<h2>${title}</h2>${dataTable<Gap>({
    caption: title,
    caption_hidden: true,
    rows: gaps,
    columns: [
      { title: '地区', cell: (gap) => names.get(gap.area_code) ?? gap.area_code },
      { title: '报送日', cell: (gap) => gap.day, numeric: true },
      { title: '报送数', cell: (gap) => grouped(gap.reported), numeric: true },
      {
        title: '记录数',
        numeric: true,
        cell: (gap) =>
          html`<a href="/console/projects?area_code=${gap.area_code}">${grouped(gap.derived ?? '0')}</a>`,
      },
      {
        title: '差额',
        numeric: true,
        cell: (gap) => (gap.gap.n === 0n ? '✓ 一致' : html`<strong>▲ ${signed(gap)}</strong>`),
      },
      {
        title: '说明',
        cell: (gap) =>
          gap.gap.n === 0n ? '' : (gap.reason ?? (may ? reasonForm(pair, gap, said) : '还没有说明')),
      },
    ],
  })}`;
}

function reasonForm(pair: Pair, gap: Gap, { cell, problem }: Said): HtmlSafeString {
  const here = cell?.area_code === gap.area_code && cell.day === gap.day ? cell : undefined;
  const id = `reason-${pair.reported}-${gap.area_code}-${gap.day}`.replaceAll('.', '-');
  return html`<details ${here ? html`open` : ''}><summary>写明原因</summary><form method="post" action="${path}" class="stack">${onceField(randomUUID())}
<input type="hidden" name="reported" value="${pair.reported}"><input type="hidden" name="area_code" value="${gap.area_code}"><input type="hidden" name="day" value="${gap.day}">
${textField({ name: 'reason', id, label: '差在哪里、为什么（随发布公开）', maxlength: 500, value: here?.reason ?? '', error: here && problem?.text.zh })}
${button({ text: '保存说明', kind: 'plain' })}</form></details>`;
}
