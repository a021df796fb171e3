import { html } from '@prairielearn/html';
import { type CellValue, writeXlsx } from 'hucre/xlsx';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes, unitsWithin } from '../../identity/access.ts';
import { dayOf, isDay } from '../../kit/clock.ts';
import { button, textField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { wishKeepers, wishReaders } from '../rules.ts';
import { takerWords } from '../words.ts';
import { type ListedHours, listHours } from './store.ts';

const Query = Type.Object({
  from: Type.Optional(Type.String({ maxLength: 10 })),
  to: Type.Optional(Type.String({ maxLength: 10 })),
});
const headers = ['日期', '身份', '认领人', '时长（小时）', '心愿编号', '心愿'];
const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

/** Hours of service as recorded, by day: to read and to take away. No sums by person, and no order but that of the days. */
export function addHoursConsole(routes: Routes, site: Site): void {
  const read = { access: { roles: wishReaders } } as const;
  const schema = { querystring: Query, hide: true };
  routes.get('/console/wishes/hours', { config: read, schema }, async (request, reply) => {
    const span = spanOf(request.query);
    const units = [...unitsWithin(actorOf(request, 'console'), wishReaders)];
    const rows = await listHours(site.db.queries, { units, ...span });
    const file = (ending: string) => `/console/wishes/hours.${ending}?from=${span.from}&to=${span.to}`;
    const field = (name: 'from' | 'to', label: string) =>
      textField({ name, label, type: 'date', value: span[name] });
    const body = html`<h1>服务时长</h1><p class="lead">按认领人所报登记，不积分、不排名。</p>
<form method="get" class="filters">${field('from', '从')}${field('to', '到')}${button({ text: '查看', kind: 'plain' })}</form>
<p><a href="${file('xlsx')}">导出 Excel</a> · <a href="${file('csv')}">导出 CSV</a></p>
${rows.length ? dataTable({ caption: '服务时长', caption_hidden: true, rows, columns: headers.map((title, index) => ({ title, cell: (row: ListedHours) => cells(row)[index], numeric: index === 3 })) }) : html`<p>这段时间没有登记服务时长。</p>`}`;
    const trail = [{ href: '/console/wishes', text: '微心愿' }];
    return sendConsolePage(site, request, reply, { title: '服务时长', body, trail });
  });
  const keep = { access: { roles: wishKeepers } } as const;
  for (const ending of ['csv', 'xlsx'] as const) {
    routes.get(`/console/wishes/hours.${ending}`, { config: keep, schema }, async (request, reply) => {
      const span = spanOf(request.query);
      const units = [...unitsWithin(actorOf(request, 'console'), wishKeepers)];
      const rows = (await listHours(site.db.queries, { units, ...span })).map(cells);
      const content = ending === 'csv' ? csvOf([headers, ...rows]) : await workbookOf([headers, ...rows]);
      return reply
        .type(types[ending])
        .header(
          'content-disposition',
          `attachment; filename="service-hours-${span.from}-${span.to}.${ending}"`,
        )
        .header('cache-control', 'no-store')
        .send(content);
    });
  }
}

function cells(row: ListedHours): (string | number)[] {
  return [row.day, takerWords[row.taker_kind].zh, row.taker_name, Number(row.hours), row.number, row.title];
}

/** The days asked for; this year up to today where none are. Raises `wishes/days`. */
function spanOf({ from, to }: { from?: string | undefined; to?: string | undefined }) {
  const today = dayOf(new Date());
  const span = { from: from || '2021-01-01', to: to || today };
  if (isDay(span.from) && isDay(span.to)) return span;
  throw new Problem('wishes/days', 'invalid', {
    zh: '日期应写成 2021-09-01。',
    en: 'Write days as 2021-09-01.',
  });
}

function csvOf(rows: readonly (readonly CellValue[])[]): string {
  // A cell that a spreadsheet would take for a formula is kept a text.
  const quoted = (cell: CellValue) =>
    `"${String(cell ?? '')
      .replace(/^[=+\-@]/, "'$&")
      .replaceAll('"', '""')}"`;
  return `\uFEFF${rows.map((row) => row.map(quoted).join(',')).join('\r\n')}\r\n`;
}

async function workbookOf(rows: CellValue[][]): Promise<Buffer> {
  const columns = [12, 12, 26, 14, 16, 32].map((width) => ({ width }));
  const sheet = { name: '服务时长', rows, columns, freezePane: { rows: 1 } };
  return Buffer.from(await writeXlsx({ sheets: [sheet], defaultFont: { name: '微软雅黑', size: 10 } }));
}
