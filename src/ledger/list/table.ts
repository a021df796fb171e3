import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import type { View } from '../../kit/page.ts';
import { cellText } from '../cells.ts';
import { type ColumnName, getColumn, type LedgerColumn } from '../columns.ts';
import { isOneOf, openStates } from '../course.ts';
import type { Naming } from '../naming.ts';
import { stateLight } from '../parts.ts';
import type { ProjectRow } from '../schema.ts';
import { staffStateWords, words } from '../words.ts';
import { isLong, listOfNames, nameLists, wordsToChoose } from './names.ts';
import { type ListView, viewAddress } from './query.ts';
import type { GroupCount } from './store.ts';

const path = '/console/projects';

/** The rows of a list with what their cells are made of. */
export interface Shown {
  rows: readonly ProjectRow[];
  naming: Naming;
  numberOf: (id: number) => string;
  /** Progress in per cent; null without a checklist. */
  percent: (id: number) => string | null;
}

/** The ledger as a table. Cells that somebody may edit carry what a script needs to let them. */
export function ledgerTable(
  view: View,
  list: ListView,
  shown: Shown,
  groups: readonly GroupCount[],
  paper = false,
): HtmlSafeString {
  if (shown.rows.length === 0) return html`<p>${words.none.zh}</p>`;
  const columns = list.columns.map(getColumn);
  const rows: HtmlSafeString[] = [];
  let group: string | null | undefined;
  const counts = new Map(groups.map((one) => [one.key, one]));
  for (const row of shown.rows) {
    if (list.group && row[list.group] !== group) {
      group = row[list.group] as string | null;
      rows.push(
        groupRow(list.group, row, counts.get(group === null ? null : String(group)), columns.length, shown),
      );
    }
    rows.push(projectRow(view, columns, row, shown, paper));
  }
  const table = html`<table class="data ledger" id="ledger">
<caption><span class="hidden">项目台账</span></caption>
<thead><tr>${paper ? '' : html`<th scope="col" class="pick"><span class="hidden">选择</span></th>`}${columns.map((column) => headCell(list, column, paper))}</tr></thead>
<tbody>${rows}</tbody></table>`;
  const total = groups.reduce((sum, one) => sum + one.count, 0);
  const query = new URL(viewAddress('http://x/', list)).search.slice(1);
  return paper
    ? table
    : html`<form id="bulk" method="post" action="${path}/bulk" class="bulk"><p class="meta keys">方向键移动，回车或直接输入就能改，Tab 到下一格，离开即保存；可以从 Excel 复制一块贴进来。</p><section class="scroll" tabindex="0" aria-label="项目台账">${table}</section>
<div class="bulk-bar"><input type="hidden" name="view" value="${query}"><button type="submit" class="button plain">批量修改选中的</button><button type="submit" class="button plain" name="all" value="yes">批量修改筛选出的全部 ${total} 个</button> <span class="meta">一次改同一列，改之前先看到结果。</span></div></form>${nameLists(shown.naming)}`;
}

function headCell(list: ListView, column: LedgerColumn, paper: boolean): HtmlSafeString {
  const numeric = isNumeric(column) ? 'numeric' : '';
  if (paper) return html`<th scope="col" class="${numeric}">${column.title}</th>`;
  const { sort } = list;
  const here = sort.column === column.name;
  const href = viewAddress(path, list, {
    sort: { column: column.name, descending: here && !sort.descending },
  });
  const direction = here ? (sort.descending ? 'descending' : 'ascending') : undefined;
  return html`<th scope="col" class="${numeric} ${widthOf(column)}" ${direction ? html`aria-sort="${direction}"` : ''} ${howToWrite(column)}><a href="${href}">${column.title}<span aria-hidden="true">${here ? (sort.descending ? ' ↓' : ' ↑') : ''}</span></a></th>`;
}

/** What the script of the table needs to know to let a cell of a column be written. */
function howToWrite(column: LedgerColumn): HtmlSafeString {
  const choices = wordsToChoose(column);
  const list = listOfNames(column);
  return html`data-title="${column.title}" ${choices ? html`data-choices="${JSON.stringify(choices)}"` : ''} ${list ? html`data-list="${list}"` : ''} ${isLong(column) ? html`data-long` : ''}`;
}

function widthOf(column: LedgerColumn): string {
  return column.width >= 30 ? 'wide' : column.width >= 16 ? 'middle' : '';
}

function isNumeric(column: LedgerColumn): boolean {
  return ['whole', 'decimal', 'money'].includes(column.kind) || column.name === 'progress';
}

function groupRow(
  group: NonNullable<ListView['group']>,
  row: ProjectRow,
  count: GroupCount | undefined,
  width: number,
  shown: Shown,
): HtmlSafeString {
  const name =
    group === 'town_code' ? shown.naming.areaName(row.town_code) : cellText(group, row, shown.naming);
  const key = row[group];
  return html`<tr class="group-row"><th scope="colgroup" colspan="${width + 1}" id="group-${String(key ?? '')}">${name || '（未填）'} <span class="count">${count?.count ?? ''}</span></th></tr>`;
}

function projectRow(
  view: View,
  columns: readonly LedgerColumn[],
  row: ProjectRow,
  shown: Shown,
  paper: boolean,
): HtmlSafeString {
  const cells = columns.map((column, index) => {
    const numeric = isNumeric(column) ? 'numeric' : '';
    const content = cellOf(view, column.name, row, shown, paper);
    const editable = !paper && column.editors.length > 0;
    const mark = editable ? html`data-column="${column.name}"` : '';
    // A number that is there names the row; else the first column does.
    return index === 0
      ? html`<th scope="row" class="c-${column.name} ${numeric}" ${mark}>${content}</th>`
      : html`<td class="c-${column.name} ${numeric} ${widthOf(column)}" data-label="${column.title}" ${mark}>${content}</td>`;
  });
  const pick = paper
    ? ''
    : html`<td class="pick"><label><input type="checkbox" name="row" value="${row.number}"><span class="hidden">选择 ${row.number}</span></label></td>`;
  return html`<tr data-number="${row.number}">${pick}${cells}</tr>`;
}

function cellOf(view: View, name: ColumnName, row: ProjectRow, shown: Shown, paper: boolean): HtmlValue {
  if (name === 'progress') {
    const percent = shown.percent(row.id);
    if (percent === null) return '';
    return paper
      ? `${percent}%`
      : html`<span class="meter"><progress max="100" value="${percent}" aria-hidden="true"></progress> ${percent}%</span>`;
  }
  if (name === 'state') {
    const lit = stateLight(view, row, new Date());
    return isOneOf(openStates, row.state)
      ? html`${lit} <span class="station">${staffStateWords[row.state].zh}</span>`
      : lit;
  }
  const text = cellText(name, row, shown.naming, shown.numberOf);
  if (paper) return text;
  const address = `${path}/${encodeURIComponent(row.number)}`;
  if (name === 'number') return html`<a href="${address}">${text}</a>`;
  if (name === 'title') {
    return html`<a href="${address}">${text}</a>${row.synthetic ? html` <span class="tag">${words.synthetic.zh}</span>` : ''}`;
  }
  return name === 'content' || name === 'target'
    ? html`<span class="clip" title="${text}">${text}</span>`
    : text;
}
