import { type HtmlSafeString, html } from '@prairielearn/html';
import { light } from '../../kit/parts/light.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { type Expected, reportHref } from './expected.ts';
import { periodText } from './periods.ts';

const shownOfGroup = 50;

/** Reports that wait for somebody, by what is due first; nothing when none does. */
export function reportGroup(heading: string, reports: readonly Expected[]): HtmlSafeString | '' {
  if (reports.length === 0) return '';
  const rows = reports.toSorted((a, b) => a.due.localeCompare(b.due));
  const rest = rows.length - shownOfGroup;
  return html`<section class="group"><h2>${heading} <span class="count">${rows.length}</span></h2>${dataTable(
    {
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
    },
  )}${rest > 0 ? html`<p><a href="/console/reports">另有 ${rest} 张</a></p>` : ''}</section>`;
}
