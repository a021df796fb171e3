import { type HtmlSafeString, html } from '@prairielearn/html';
import { grouped } from '../../kit/parts/figures.ts';
import { forms } from '../forms.ts';
import type { CellPlace } from './cells.ts';
import { reportHref } from './expected.ts';
import type { FullCell, FullReport } from './full-report.ts';
import { typedOf } from './typed.ts';

/** What was typed into cells and not kept, and what was wrong with it, by cell. */
export interface Typed {
  texts: ReadonlyMap<string, string>;
  wrong: ReadonlyMap<string, string>;
}

/** More areas than this stand one below the other. */
const mostColumns = 6;

/** The cells of a report as a table: what is asked for by areas, whichever of the two is longer downwards. */
export function reportGrid(full: FullReport, typed: Typed): HtmlSafeString {
  const areas = [...new Set(full.cells.map(({ place }) => place.area_code))];
  const lines = [...Map.groupBy(full.cells, ({ place }) => lineOf(place)).values()].map(
    (cells) => cells[0]!.place,
  );
  const byKey = new Map(full.cells.map((cell) => [`${cell.place.area_code}|${lineOf(cell.place)}`, cell]));
  const areaHeads = areas.map((code) => full.areaNames.get(code) ?? code);
  const lineHeads = lines.map((place) => lineName(full, place));
  const at = (area: number, line: number) => byKey.get(`${areas[area]}|${lineOf(lines[line]!)}`)!;
  const areasDown = areas.length > mostColumns;
  const columns = areasDown ? lineHeads : areaHeads;
  const rows = areasDown ? areaHeads : lineHeads;
  return html`<div class="report-grid-frame"><table class="report-grid" id="report-grid"><caption class="hidden">${full.title}</caption>
<thead><tr><th scope="col">${areasDown ? '地区' : '项目'}</th>${columns.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (head, row) =>
      html`<tr><th scope="row">${head}</th>${columns.map((_, column) => cellHtml(full, areasDown ? at(row, column) : at(column, row), typed))}</tr>`,
  )}</tbody></table></div>`;
}

function lineOf({ figure, dimensions }: CellPlace): string {
  return [figure, ...Object.values(dimensions)].join('-');
}

/** A line of a form in words: the figure and its dimensions. */
function lineName(full: FullReport, { figure, dimensions }: CellPlace): string {
  const values = Object.entries(dimensions).map(
    ([name, value]) => full.dimensionNames.get(name)?.get(value) ?? value,
  );
  const unit = full.cells.find(({ place }) => place.figure === figure)?.counted_in;
  return `${[forms[figure].title.zh, ...values].join(' · ')}${unit ? `（${unit}）` : ''}`;
}

function cellHtml(full: FullReport, cell: FullCell, typed: Typed): HtmlSafeString {
  const { place, stored, open, name } = cell;
  const id = `cell.${place.key}`;
  const why = typed.wrong.get(id);
  const opened = open && stored?.opened_for;
  const returned = full.standing.state === 'returned';
  const mark = opened
    ? html`<p class="cell-why">${returned ? '退回' : '更正'}：${stored.opened_for}</p>`
    : '';
  const below = html`<a class="cell-meta" href="${cellHref(full, cell)}">${metaOf(cell)}</a>`;
  if (!open) {
    return html`<td class="${classOf(cell, full)}" id="${id}"><a class="cell-value" href="${cellHref(full, cell)}">${valueText(cell)}</a>${changeOf(cell)}${below}</td>`;
  }
  const text = typed.texts.get(id) ?? typedOf(stored);
  return html`<td class="cell-open ${why ? 'cell-wrong' : ''} ${opened ? 'cell-returned' : ''}">${mark}<input id="${id}" name="${id}" value="${text}" maxlength="310" autocomplete="off" aria-label="${lineName(full, place)} ${name}" ${
    why ? html`aria-invalid="true" aria-describedby="${id}-error"` : ''
  } ${cell.known.series.length > 0 ? html`data-last="${cell.known.series.at(-1)!.value}"` : ''}>${why ? html`<p class="error" id="${id}-error">${why}</p>` : ''}${changeOf(cell)}${below}</td>`;
}

function classOf(cell: FullCell, full: FullReport): string {
  if (isChanged(cell)) return 'cell-changed';
  if (cell.empty) return 'cell-empty';
  return full.questions.some(({ key }) => key === cell.place.key) ? 'cell-asked' : '';
}

/** A locked cell in words: its value, 无 with the reason, or that it was not reported. */
function valueText({ value, stored, empty }: FullCell): string {
  if (value !== undefined) return grouped(String(value));
  if (stored?.nothing) return `无：${stored.nothing}`;
  return empty ? '未报' : '';
}

/** Whether a cell differs from what was approved last. */
function isChanged({ stored }: FullCell): boolean {
  return stored?.approved_value != null && stored.value !== stored.approved_value;
}

function changeOf(cell: FullCell): HtmlSafeString | '' {
  if (!isChanged(cell)) return '';
  const after = cell.stored!.value === null ? '无' : grouped(String(cell.stored!.value));
  return html`<span class="cell-change">审定后有改动：<del>${grouped(String(cell.stored!.approved_value))}</del> → <ins>${after}</ins></span>`;
}

/** What stands below a value: what records say, and the last period's. */
function metaOf({ known, stored }: FullCell): string {
  const filled = stored && (stored.value !== null || stored.nothing !== null);
  if (known.records && !filled) return `系统已有 ${known.records.count} 条记录，不用报`;
  const last = known.series.at(-1);
  return last ? `上期 ${grouped(String(last.value))}` : '没有上期';
}

/** The address of a cell's own page. */
export function cellHref(full: FullReport, { place }: Pick<FullCell, 'place'>): string {
  return `${reportHref(full)}/cells/${encodeURIComponent(place.key)}`;
}
