import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { cutoffText } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, onceField, selectField, textField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import { namingOf } from '../../ledger/naming.ts';
import type { Site } from '../../portal/context.ts';
import { askedCutoff } from '../overview/console.ts';
import { lightOf } from '../overview/parts.ts';
import { thresholdWords, words } from '../words.ts';
import { readThresholds, setThresholds, thresholdsBy } from './actions.ts';
import { type Change, changesBetween } from './change.ts';
import { judge } from './kept.ts';
import { checkThresholds, thresholdEditors } from './rules.ts';
import { type Thresholds, thresholdNames } from './schema.ts';

const path = '/console/supervision/thresholds';
const shownChanges = 50;
const number = Type.Optional(Type.String({ maxLength: 10 }));
const typed = Object.fromEntries(thresholdNames.map((name) => [name, number]));
const Query = Type.Object({ field: Type.Optional(Type.String({ maxLength: 40 })), ...typed });
const Body = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  decision: Type.Enum(['save', 'inherit']),
  field: Type.Optional(Type.String({ maxLength: 40 })),
  ...typed,
});
type Asked = Partial<Record<keyof Thresholds, string>> & { field?: string };

/** By what lights turn: for the district and for each field, with what would change shown before it is saved. */
export function addThresholds(routes: Routes, site: Site): void {
  const config = { access: { roles: thresholdEditors } } as const;
  routes.get(path, { config, schema: { querystring: Query, hide: true } }, (request, reply) =>
    show(site, request, reply, request.query as Asked),
  );
  routes.post(path, { config, schema: { body: Body, hide: true } }, async (request, reply) => {
    const { key, decision, ...asked } = request.body as Static<typeof Body> & Asked;
    try {
      const thresholds = decision === 'save' ? readTyped(asked) : null;
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await setThresholds(site.db, entering, { field_code: asked.field || null, thresholds });
      return reply.redirect(asked.field ? `${path}?field=${encodeURIComponent(asked.field)}` : path, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind !== 'invalid') throw problem;
      return show(site, request, withProblem(reply, problem), asked, problem);
    }
  });
}

/** The thresholds as typed. Raises `supervision/thresholds` with each field that is no number within its bounds. */
function readTyped(asked: Asked): Thresholds {
  const bounds = { days_left: [0, 365], quiet_yellow: [1, 60], quiet_red: [1, 60] } as const;
  const wrong: Record<string, { zh: string; en: string }> = {};
  const read = thresholdNames.map((name) => {
    const [least, most] = name in bounds ? bounds[name as keyof typeof bounds] : [0, 100];
    const text = asked[name]?.trim() ?? '';
    const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) {
      wrong[name] = {
        zh: `请填 ${least} 到 ${most} 的整数。`,
        en: `A whole number from ${least} to ${most}.`,
      };
    }
    return [name, value] as const;
  });
  const [first] = Object.values(wrong);
  if (first)
    throw new Problem(
      'supervision/thresholds',
      'invalid',
      { zh: '有数值需要修改，没有保存。', en: 'Some numbers need mending; nothing was saved.' },
      wrong,
    );
  return Object.fromEntries(read) as unknown as Thresholds;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  refused?: Problem,
): Promise<FastifyReply> {
  const naming = await namingOf(site.db);
  const field = naming.fields.some((one) => one.code === asked.field) ? asked.field! : '';
  const judgement = await judge(site.db, await askedCutoff(site, undefined));
  const { rules } = await readThresholds(site.db.queries, judgement.entry_no);
  const present = judgement.of(field || null);
  const own = rules.some((rule) => rule.field_code === (field || null));
  const is_typed = thresholdNames.some((name) => asked[name] !== undefined);
  const { proposed, problem } =
    is_typed && !refused ? tryTyped(asked) : { proposed: undefined, problem: refused };
  const after =
    proposed &&
    thresholdsBy([
      ...rules.filter((rule) => rule.field_code !== (field || null)),
      { ...proposed, field_code: field || null },
    ]);
  const changes = after && changesBetween(judgement, after);
  const options = naming.fields.map((one) => ({ value: one.code, text: one.title }));
  const values = (name: keyof Thresholds) => asked[name] ?? String(present[name]);
  const body = html`<h1>${words.thresholds.zh}</h1><p class="lead">${own ? (field ? '这个领域有自己的标准。' : '全区统一标准。') : field ? '这个领域没有自己的标准，用全区的。' : '还没有改过，用通常的标准。'}先看会改变哪些项目的灯，再保存。</p>
${errorSummary('zh', problem)}
<form class="filters" method="get" action="${path}">${selectField({ name: 'field', label: '哪个领域', value: field, all: '全区（没有单独设定的领域）', options })}<button type="submit" class="button plain">打开</button></form>
<form class="stack" method="get" action="${path}"><input type="hidden" name="field" value="${field}">
<div class="number-fields">${thresholdNames.map((name) => textField({ name, ...thresholdWords[name], value: values(name), inputmode: 'numeric', maxlength: 4, error: fieldError('zh', problem, name) }))}</div>
${button({ text: '看看会改变什么' })}</form>
${changes ? changesSection(changes, { field, values, cutoff: judgement.cutoff }) : ''}
${own && field ? html`<form method="post" action="${path}" class="stack">${onceField(randomUUID())}<input type="hidden" name="field" value="${field}">${button({ text: '取消这个领域单独的标准', kind: 'plain', name: 'decision', value: 'inherit' })}</form>` : ''}`;
  const trail = [{ href: '/console/supervision', text: words.supervision.zh }];
  return sendConsolePage(site, request, reply, { title: words.thresholds.zh, body, trail });
}

function tryTyped(asked: Asked): { proposed?: Thresholds; problem?: Problem } {
  try {
    const proposed = readTyped(asked);
    const problem = checkThresholds(proposed);
    return problem ? { problem } : { proposed };
  } catch (problem) {
    if (problem instanceof Problem) return { problem };
    throw problem;
  }
}

function changesSection(
  changes: readonly Change[],
  saved: { field: string; values: (name: keyof Thresholds) => string; cutoff: Date },
): HtmlSafeString {
  const kept = thresholdNames.map(
    (name) => html`<input type="hidden" name="${name}" value="${saved.values(name)}">`,
  );
  const rest = changes.length - shownChanges;
  const table = dataTable<Change>({
    caption: '会改变的灯',
    caption_hidden: true,
    rows: changes.slice(0, shownChanges),
    columns: [
      {
        title: '项目',
        cell: ({ pace }) => html`<a href="/console/projects/${pace.number}">${pace.title}</a>`,
      },
      { title: '现在', cell: ({ before }) => lightOf(before) },
      { title: '改后', cell: ({ after }) => lightOf(after) },
    ],
  });
  return html`<h2>会改变什么</h2><p role="status">按截至${cutoffText(saved.cutoff, 'zh')}的进度，${changes.length === 0 ? '没有项目的灯会变。' : `${changes.length} 个项目的灯会变。`}</p>${changes.length ? table : ''}${rest > 0 ? html`<p class="meta">另有 ${rest} 个。</p>` : ''}
<form method="post" action="${path}" class="stack">${onceField(randomUUID())}<input type="hidden" name="field" value="${saved.field}">${kept}${button({ text: '保存', name: 'decision', value: 'save' })}</form>`;
}
