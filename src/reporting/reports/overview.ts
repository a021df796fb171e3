import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Entitled, type Routes, reaches } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { dayOf, isDay } from '../../kit/clock.ts';
import { button, textField } from '../../kit/parts/form.ts';
import { light } from '../../kit/parts/light.ts';
import { dataTable } from '../../kit/parts/table.ts';
import type { Site } from '../../portal/context.ts';
import { formCodes, forms } from '../forms.ts';
import { formKeepers, reporters, reportReaders } from '../rules.ts';
import {
  type Expected,
  isToApprove,
  isToReport,
  listExpected,
  periodsNamed,
  reportHref,
} from './expected.ts';
import { olderMissing, reportGroup } from './parts.ts';
import { periodText } from './periods.ts';

const title = '数据填报';

/** What is expected: mine to report, mine to approve, and how far every unit is, form by form. */
export function addOverview(routes: Routes, site: Site): void {
  routes.get(
    '/console/reports',
    {
      config: { access: { roles: reportReaders } },
      schema: {
        querystring: Type.Object({ day: Type.Optional(Type.String({ maxLength: 10 })) }),
        hide: true,
      },
    },
    async (request, reply) => {
      const actor = actorOf(request, 'console');
      const { entry_no } = await currentHead(site.db);
      const present = dayOf(new Date());
      const today = dayWithin(request.query.day, present);
      const all = await listExpected(site.db.queries, { today, entry_no });
      const seen = all.filter(({ unit }) => reaches(actor, reportReaders, unit.id));
      const mine = seen.filter((one) => isToReport(one, actor));
      const approve = seen.filter((one) => isToApprove(one, actor));
      const body = html`<h1>${title}</h1><p class="lead">系统已有的数据不用再报；没有变化的一次确认。</p>
${reportGroup('待我填报', mine)}${reportGroup('待我审核', approve)}${mine.length + approve.length === 0 ? html`<p>现在没有要您填报或审核的报表。</p>` : ''}
<form method="get" class="filters">${textField({ name: 'day', label: '看到哪一天', type: 'date', value: today, hint: '显示这一天以前最近三期，更早的只列没有报的' })}${button({ text: '查看', kind: 'plain' })}</form>
${matrix(seen)}${byFile(actor)}${!checkRole(actor, formKeepers) ? html`<p><a href="/console/reports/forms">报表设置</a></p>` : ''}`;
      return sendConsolePage(site, request, reply, { title, body });
    },
  );
}

/** A day up to the present one, as the address names it; the present one where it names none. */
function dayWithin(text: string | undefined, present: string): string {
  const day = text && isDay(text) ? text : present;
  return day < present ? day : present;
}

/** Every form with its units and its newest periods: who has reported, who is late, who is missing. */
function matrix(reports: readonly Expected[]): HtmlSafeString {
  const byForm = Map.groupBy(reports, ({ form }) => form.id);
  return html`${[...byForm.values()].map((own) => {
    const { form } = own[0]!;
    const spans = [...new Map(own.map((one) => [one.span.last, one])).values()]
      .sort((a, b) => b.span.last.localeCompare(a.span.last))
      .slice(0, periodsNamed);
    const units = Map.groupBy(own, ({ unit }) => unit.id);
    const missing = own.filter(({ status }) => status.name === 'missing').length;
    return html`<section class="group"><h2>${form.title} ${missing > 0 ? light('overdue', `逾期未报 ${missing}`) : ''}</h2><p class="hint">期后 ${form.due_days} 个工作日内报：${spans.map(({ span, due }) => `${periodText(form.period, span.last)}在 ${due} 前`).join('，')}。</p>${dataTable(
      {
        caption: form.title,
        caption_hidden: true,
        rows: [...units.values()].sort((a, b) => a[0]!.unit.code.localeCompare(b[0]!.unit.code)),
        columns: [
          { title: '单位', cell: (row) => row[0]!.unit.short_name },
          ...spans.map(({ span }) => ({
            title: periodText(form.period, span.last),
            cell: (row: Expected[]) => {
              const one = row.find((other) => other.span.last === span.last);
              return one
                ? html`<a href="${reportHref(one)}">${light(one.status.tone, one.status.word)}</a>`
                : '';
            },
          })),
        ],
      },
    )}${olderMissing(own.filter((one) => one.older))}</section>`;
  })}`;
}

/** Records that come as files: each school, each day. */
function byFile(actor: Entitled): HtmlSafeString | '' {
  const holds =
    actor.holdings === 'unlimited' ||
    actor.holdings.some(({ role }) => reporters.some((one) => one === role));
  if (!holds) return '';
  return html`<h2>按文件登记明细</h2><p class="hint">逐日、逐校的明细用 CSV 文件登记；登记过的，报表里不用再填。</p><ul class="list">${formCodes.map(
    (code) => html`<li><a href="/console/reports/${code}">${forms[code].title.zh}</a></li>`,
  )}</ul>`;
}
