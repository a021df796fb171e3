import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { actorOf, type Routes } from '../../identity/access.ts';
import { dayOf, dayText } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import { button, onceField, textField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { changePlan, type Plan, planners, planRelease } from './actions.ts';

const key = Type.String({ minLength: 8, maxLength: 100 });
const code = Type.String({ maxLength: 80 });

/** Shows the page of releases again with what was wrong and what was typed. */
type ShowAgain = (
  request: FastifyRequest,
  reply: FastifyReply,
  problem: Problem,
  typed: TypedPlan,
) => Promise<FastifyReply>;

/** What somebody typed of a plan: a new one, or a change of the one with the id. */
export interface TypedPlan {
  id?: number;
  on_day?: string;
  title?: string;
  title_en?: string | undefined;
  reason?: string;
  codes?: readonly string[];
}

/** Promising a release for a day, moving it and giving it up; each goes back to the page of releases. */
export function addPlanRoutes(routes: Routes, site: Site, path: string, showAgain: ShowAgain): void {
  const config = { access: { roles: planners } } as const;
  const body = Type.Object({
    key,
    on_day: Type.String({ maxLength: 10 }),
    title: Type.String({ maxLength: 200 }),
    title_en: Type.Optional(Type.String({ maxLength: 200 })),
    code: Type.Optional(Type.Union([code, Type.Array(code, { maxItems: 100 })])),
  });
  routes.post(`${path}/plans`, { config, schema: { body, hide: true } }, async (request, reply) => {
    const { key: idempotency_key, code: codes = [], ...rest } = request.body;
    const entering = { actor: actorOf(request, 'console'), idempotency_key };
    const plan = { ...rest, codes: [codes].flat() };
    try {
      await planRelease(site.db, site.registry, entering, plan);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return showAgain(request, withProblem(reply, problem), problem, plan);
    }
    return reply.redirect(`${path}#plans`, 303);
  });
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  const change = Type.Object({
    key,
    on_day: Type.Optional(Type.String({ maxLength: 10 })),
    change: Type.Enum(['moved', 'cancelled']),
    reason: Type.String({ maxLength: 500 }),
  });
  const schema = { params, body: change, hide: true };
  routes.post(`${path}/plans/:id/change`, { config, schema }, async (request, reply) => {
    const { key: idempotency_key, on_day = '', change, reason } = request.body;
    const entering = { actor: actorOf(request, 'console'), idempotency_key };
    const to = change === 'cancelled' ? change : { on_day };
    const { id } = request.params;
    try {
      await changePlan(site.db, entering, id, to, reason);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showAgain(request, withProblem(reply, problem), problem, { id, on_day, reason });
    }
    return reply.redirect(`${path}#plans`, 303);
  });
}

/** The calendar of coming releases, with what can be done about each. */
export function planBlock(
  site: Site,
  path: string,
  plans: readonly Plan[],
  may: boolean,
  typed?: TypedPlan,
): HtmlSafeString {
  const fresh = typed?.id === undefined ? typed : undefined;

  const listed = [...site.registry.values()].filter(({ code, variant }) => !variant || variant.of === code);
  const add = html`<details class="act" ${fresh ? html`open` : ''}><summary>加入日程</summary><form method="post" action="${path}/plans" class="stack narrow">${onceField(randomUUID())}
${textField({ name: 'on_day', id: 'plan-day', label: '哪一天发布', type: 'date', value: fresh?.on_day ?? '' })}
${textField({ name: 'title', id: 'plan-title', label: '发布什么', maxlength: 200, value: fresh?.title ?? '' })}
${textField({ name: 'title_en', id: 'plan-title-en', label: '英文名称（可不填）', maxlength: 200, value: fresh?.title_en ?? '' })}
<fieldset><legend>指标</legend>${listed.map((one) => html`<label class="check"><input type="checkbox" name="code" value="${one.code}" ${fresh?.codes?.includes(one.code) ? html`checked` : ''}> ${one.title.zh}</label>`)}</fieldset>
${button({ text: '加入日程' })}</form></details>`;
  return html`<h2 id="plans">发布日程</h2><p>日程对公众公开。改期或取消须写明理由，原定日期一并显示。</p>
${
  plans.length === 0
    ? html`<p>日程上没有将要发布的内容。</p>`
    : dataTable<Plan>({
        caption: '发布日程',
        caption_hidden: true,
        rows: plans,
        columns: [
          { title: '发布什么', cell: (plan) => plan.title },
          { title: '哪一天', cell: (plan) => dayText(plan.on_day, 'zh') },
          { title: '状态', cell: planState },
          {
            title: '',
            cell: (plan) =>
              may && isOpen(plan) ? changeForm(path, plan, typed?.id === plan.id ? typed : undefined) : '',
          },
        ],
      })
}${may ? add : ''}`;
}

const isOpen = (plan: Plan) => !plan.cancelled && plan.released_entry === null;

function planState(plan: Plan): string {
  if (plan.cancelled) return `已取消：${plan.reason}`;
  if (plan.released_entry !== null) return '✓ 已发布';
  if (plan.on_day < dayOf(new Date())) return '▲ 没有按日程发布';
  return plan.first_day === plan.on_day
    ? '● 待发布'
    : `▲ 原定${dayText(plan.first_day, 'zh')}：${plan.reason}`;
}

function changeForm(path: string, plan: Plan, typed: TypedPlan | undefined): HtmlSafeString {
  const id = (name: string) => `plan-${plan.id}-${name}`;
  return html`<details ${typed ? html`open` : ''}><summary>改期或取消</summary><form method="post" action="${path}/plans/${plan.id}/change" class="stack">${onceField(randomUUID())}
${textField({ name: 'on_day', id: id('day'), label: '改到', type: 'date', value: typed?.on_day || plan.on_day })}${textField({ name: 'reason', id: id('reason'), label: '理由（会公开）', maxlength: 500, value: typed?.reason ?? '' })}
<div class="buttons">${button({ text: '改期', kind: 'plain', name: 'change', value: 'moved' })}${button({ text: '取消发布', kind: 'plain', name: 'change', value: 'cancelled' })}</div></form></details>`;
}
