import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../../identity/access.ts';
import { cutoffOf, cutoffText, dayOf, momentText } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { listReleasedEntries, type ReleasedEntry, successions } from '../actions.ts';
import type { Dimension } from '../definition.ts';
import { listPlans, type Plan } from '../plans/actions.ts';
import { addPlanRoutes, planBlock, type TypedPlan } from '../plans/console.ts';

import { words } from '../words.ts';
import { listProposals, type Proposal, proposeRelease } from './actions.ts';
import { proposalPage } from './page.ts';
import { releaseApprovers, releaseProposers, successionNames } from './rules.ts';

const path = '/console/releases';

const figure = Type.String({ maxLength: 120 });
const Ask = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  title: Type.String({ maxLength: 200 }),
  cutoff: Type.String({ maxLength: 40 }),
  figure: Type.Optional(Type.Union([figure, Type.Array(figure, { maxItems: 300 })])),
  succession: Type.Optional(Type.Enum(['', ...successions])),
  supersedes_entry: Type.Optional(Type.String({ maxLength: 20 })),
  reason: Type.Optional(Type.String({ maxLength: 1000 })),
  plan_id: Type.Optional(Type.String({ maxLength: 20 })),
});
type Asked = Static<typeof Ask>;

/** 数据发布: figures asked to be released, for a second person to let go; and the calendar of what is to come. */
export function addReleaseConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: releaseApprovers } } as const;
  routes.get(path, { config, schema: { hide: true } }, (request, reply) => show(site, request, reply));
  const schema = { body: Ask, hide: true };
  routes.post(path, { config: { access: { roles: releaseProposers } }, schema }, async (request, reply) => {
    try {
      const { outcome } = await proposeRelease(
        site.db,
        site.registry,
        { actor: actorOf(request, 'console'), idempotency_key: request.body.key },
        inputOf(request.body),
      );
      return reply.redirect(`${path}/${outcome.id}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { problem, asked: request.body });
    }
  });
  proposalPage(routes, site, path);
  addPlanRoutes(routes, site, path, (request, reply, problem, plan) =>
    show(site, request, reply, { problem, plan }),
  );
}

function inputOf({ title, cutoff, figure = [], succession, supersedes_entry, reason, plan_id }: Asked) {
  const figures = [figure].flat().map((one) => {
    const [code = '', by] = one.split('|');
    return { code, by: (by || null) as Dimension | null };
  });
  const id = (text: string | undefined) => (text && /^\d{1,15}$/.test(text) ? Number(text) : undefined);
  return {
    title,
    cutoff: cutoffOf(cutoff),
    figures,
    succession: succession || undefined,
    supersedes_entry: id(supersedes_entry),
    reason,
    plan_id: id(plan_id),
  };
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, asked, plan }: { problem?: Problem; asked?: Asked; plan?: TypedPlan } = {},
): Promise<FastifyReply> {
  const { queries } = site.db;
  const proposals = await listProposals(queries, 50);
  const plans = await listPlans(queries, dayOf(new Date()));
  const released = await listReleasedEntries(queries, 30);
  const may = !checkRole(actorOf(request, 'console'), releaseProposers);
  const body = html`<h1>数据发布</h1>${errorSummary('zh', problem)}
<p class="lead">指标由一人提出发布、另一人批准。发布的就是提出时看到的数；发布后不再改动，只能用新的发布版本更正。</p>
<p><a href="${path}/gaps">核对报送数与记录数</a>　<a href="${path}/withholding">小数字不公布</a></p>
${proposals.length > 0 ? proposalTable(proposals) : html`<p>还没有发布申请。公报发布时，其中的数字随公报一并发布。</p>`}
${may ? askForm(site, plans, released, asked, asked && problem) : ''}
${planBlock(site, path, plans, may, plan)}`;
  return sendConsolePage(site, request, reply, { title: '数据发布', body });
}

const stateNames: Record<Proposal['state'], string> = {
  proposed: '● 待批准',
  released: '✓ 已发布',
  returned: '▲ 已退回',
  withdrawn: '已撤回',
};

function proposalTable(proposals: readonly Proposal[]): HtmlSafeString {
  return dataTable<Proposal>({
    caption: '发布申请',
    rows: proposals,
    columns: [
      { title: '发布什么', cell: (row) => html`<a href="${path}/${row.id}">${row.title}</a>` },
      { title: '状态', cell: (row) => stateNames[row.state] },
      { title: '截至', cell: (row) => cutoffText(row.cutoff, 'zh') },
      { title: '指标', cell: (row) => row.figures.length, numeric: true },
      { title: '提出', cell: (row) => momentText(row.proposed_at), numeric: true },
    ],
  });
}

/** The form that asks for a release; figures come with a box for the whole and one for each breakdown. */
function askForm(
  site: Site,
  plans: readonly Plan[],
  released: readonly ReleasedEntry[],
  asked: Asked | undefined,
  problem: Problem | undefined,
): HtmlSafeString {
  const chosen = new Set([asked?.figure ?? []].flat());
  const error = (name: string) => fieldError('zh', problem, name);
  const box = (value: string, text: string) =>
    html`<label class="check"><input type="checkbox" name="figure" value="${value}" ${chosen.has(value) ? html`checked` : ''}> ${text}</label>`;
  const listed = [...site.registry.values()].filter(({ code, variant }) => !variant || variant.of === code);
  const rows = listed.map(
    ({ code, title, dimensions }) =>
      html`<tr><th scope="row">${title.zh}</th><td>${box(code, '整体')} ${dimensions
        .filter((one) => one !== 'day')
        .map((one) => box(`${code}|${one}`, `按${words.dimensions[one].zh}`))}</td></tr>`,
  );
  const open = plans.filter((plan) => !plan.cancelled && plan.released_entry === null);
  return html`<details class="act" ${problem ? html`open` : ''}><summary>提出发布</summary><form method="post" action="${path}" class="stack">${onceField(asked?.key ?? randomUUID())}
${textField({ name: 'title', label: '发布什么', maxlength: 200, value: asked?.title ?? '', hint: '如：8月民生实事进展' })}
${textField({ name: 'cutoff', label: '截至', maxlength: 40, value: asked?.cutoff ?? dayOf(new Date(Date.now() - 86_400_000)), hint: '日期表示当日24时，也可写 2021-09-03T09:00', error: error('cutoff') })}
<fieldset id="figure"><legend>指标</legend>${error('figure') ? html`<p class="error">${error('figure')}</p>` : ''}<table class="data"><tbody>${rows}</tbody></table></fieldset>
${open.length > 0 ? selectField({ name: 'plan_id', label: '发布日程中的哪一项', value: asked?.plan_id ?? '', all: '不在日程中', options: open.map((plan) => ({ value: String(plan.id), text: `${plan.on_day} ${plan.title}` })) }) : ''}
<details ${asked?.succession ? html`open` : ''}><summary>替代以前的发布（最终数、修订、更正）</summary>
${selectField({ name: 'succession', label: '怎样替代', value: asked?.succession ?? '', all: '不替代', options: successions.map((value) => ({ value, text: successionNames[value].zh })) })}
${selectField({ name: 'supersedes_entry', label: '替代哪一次', value: asked?.supersedes_entry ?? '', all: '请选择', options: released.map((one) => ({ value: String(one.entry_no), text: `数据版本 ${one.entry_no}，截至 ${cutoffText(one.cutoff, 'zh')}，${one.count} 个数` })) })}
${error('supersedes_entry') ? html`<p class="error">${error('supersedes_entry')}</p>` : ''}
${areaField({ name: 'reason', label: '理由（会公开）', rows: 2, maxlength: 1000, value: asked?.reason ?? '', error: error('reason') })}</details>
${button({ text: '提出发布' })}</form></details>`;
}
