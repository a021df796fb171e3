import { type HtmlSafeString, html } from '@prairielearn/html';
import { momentText } from '../../kit/clock.ts';
import { dataTable } from '../../kit/parts/table.ts';
import type { Naming } from '../../ledger/naming.ts';
import type { ListedNotice } from './actions.ts';
import { gradeWords, outcomeWords, stateWords } from './rules.ts';
import type { Grade, NoticeRow } from './schema.ts';

/** A grade as a tag: its colour, its word, and a mark of its own, so that it is told without colours. */
export function gradeTag(grade: Grade, word = gradeWords[grade].zh): HtmlSafeString {
  const marks: Record<Grade, string> = { reminder: '○', blue: '◇', yellow: '△', red: '◆' };
  return html`<span class="grade grade-${grade}"><span aria-hidden="true">${marks[grade]}</span> ${word}</span>`;
}

/** Where a notice is, and by when the next thing is due: late ones say so. */
export function dueText(
  { state, outcome, sign_by, answer_by, promised_on }: NoticeRow,
  now: Date,
): HtmlSafeString | string {
  if (outcome) return outcomeWords[outcome].zh;
  if (state === 'answered') return promised_on ? `承诺 ${promised_on} 完成` : stateWords.answered.zh;
  const [by, what] = state === 'issued' ? [sign_by, '签收'] : [answer_by, '反馈'];
  const late = by < now ? html` <span class="late-by">已超时</span>` : '';
  return html`<span><span class="day">${momentText(by)}</span> 前${what}${late}</span>`;
}

/** Where each notice leads. */
export const noticePath = (id: number, more = '') => `/console/supervision/notices/${id}${more}`;

/** Notices as a list. */
export function noticeTable(
  rows: readonly ListedNotice[],
  naming: Naming,
  now: Date,
  caption: string,
): HtmlSafeString {
  return dataTable<ListedNotice>({
    caption,
    caption_hidden: true,
    rows,
    columns: [
      { title: '编号', cell: (row) => html`<a href="${noticePath(row.id)}">${row.number}</a>` },
      {
        title: '等级',
        cell: (row) =>
          html`<span>${gradeTag(row.grade)}${row.emergency ? html` <span class="tag">特急</span>` : ''}</span>`,
      },
      {
        title: '项目',
        cell: (row) => html`<a href="/console/projects/${row.project_number}/supervision">${row.title}</a>`,
      },
      { title: '责任单位', cell: (row) => naming.unitName(row.unit_id) },
      {
        title: '发出',
        cell: (row) => html`<span class="day">${momentText(row.issued_at).slice(0, 10)}</span>`,
      },
      { title: '办到哪一步', cell: (row) => stateWords[row.state].zh },
      { title: '期限或结果', cell: (row) => dueText(row, now) },
    ],
  });
}
