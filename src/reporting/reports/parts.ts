import { type HtmlSafeString, html } from '@prairielearn/html';
import { light } from '../../kit/parts/light.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { type Expected, missingRuns, reportHref } from './expected.ts';
import { periodText } from './periods.ts';

const shownOfGroup = 50;

/** Reports that wait for somebody, by what is due first; nothing when none does. */
export function reportGroup(heading: string, reports: readonly Expected[]): HtmlSafeString | '' {
  if (reports.length === 0) return '';
  const older = reports.filter((one) => one.older);
  const rows = reports.filter((one) => !one.older).toSorted((a, b) => a.due.localeCompare(b.due));
  const rest = rows.length - shownOfGroup;
  return html`<section class="group"><h2>${heading} <span class="count">${reports.length}</span></h2>${rows.length > 0 ? waitingTable(heading, rows) : ''}${rest > 0 ? html`<p><a href="/console/reports">另有 ${rest} 张</a></p>` : ''}${olderMissing(older)}</section>`;
}

function waitingTable(heading: string, rows: readonly Expected[]): HtmlSafeString {
  return dataTable({
    caption: heading,
    caption_hidden: true,
    rows: rows.slice(0, shownOfGroup),
    columns: [
      { title: '报表', cell: (one) => html`<a href="${reportHref(one)}">${one.form.title}</a>` },
      { title: '期', cell: (one) => periodText(one.form.period, one.span.last) },
      { title: '单位', cell: (one) => one.unit.short_name },
      { title: '状态', cell: ({ status }) => light(status.tone, status.word) },
      { title: '应报', cell: (one) => html`<span class="day">${one.due}</span>`, numeric: true },
    ],
  });
}

/** What is missing of periods long past, folded: each form and unit with the periods from the first to the last. */
export function olderMissing(missing: readonly Expected[], room?: '/field'): HtmlSafeString | '' {
  if (missing.length === 0) return '';
  const link = (one: Expected) =>
    html`<a href="${reportHref(one, room)}">${periodText(one.form.period, one.span.last)}</a>`;
  const runs = missingRuns(missing).map(
    ({ first, last, count }) =>
      html`<li>${first.form.title}，${first.unit.short_name}：${link(first)}${count > 1 ? html` 至 ${link(last)}，共 ${count} 期` : ''}</li>`,
  );
  return html`<details><summary>更早的逾期未报 ${missing.length} 张</summary><ul class="list">${runs}</ul></details>`;
}
