import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';

/** A column of a table: its heading, how a row fills it, and whether it holds numbers. */
export interface Column<Row> {
  title: string;
  cell(row: Row): HtmlValue;
  numeric?: boolean;
}

/**
 * A table on a desk; on a phone each row becomes a card whose cells carry their headings. The caption is there for
 * readers of the screen alone where a heading right above says the same.
 */
export function dataTable<Row>(table: {
  caption: string;
  caption_hidden?: boolean;
  columns: Column<Row>[];
  rows: readonly Row[];
}): HtmlSafeString {
  const [first, ...rest] = table.columns;
  const label = (column: Column<Row>) =>
    html`class="${column.numeric ? 'numeric' : ''}" data-label="${column.title}"`;
  return html`<table class="data">
<caption>${table.caption_hidden ? html`<span class="hidden">${table.caption}</span>` : table.caption}</caption>
<thead><tr>${table.columns.map((column) => html`<th scope="col" class="${column.numeric ? 'numeric' : ''}">${column.title}</th>`)}</tr></thead>
<tbody>${table.rows.map(
    (row) =>
      html`<tr><th scope="row">${first!.cell(row)}</th>${rest.map((column) => html`<td ${label(column)}>${column.cell(row)}</td>`)}</tr>`,
  )}</tbody></table>`;
}
