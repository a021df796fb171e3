import { type HtmlSafeString, html } from '@prairielearn/html';
import { daysBetween } from '../kit/clock.ts';
import { cellText } from './cells.ts';
import { percentOf, progressOf } from './checklist/rules.ts';
import { type ColumnName, getColumn } from './columns.ts';
import { isOneOf, openStates } from './course.ts';
import type { ProjectPage } from './page.ts';
import { never } from './schema.ts';

/** What belongs together among the columns of a project. */
const factGroups: readonly [title: string, names: readonly ColumnName[]][] = [
  [
    '谁负责',
    [
      'lead_leader',
      'unit_id',
      'co_unit_codes',
      'responsible',
      'handler',
      'phone',
      'proposing_unit_id',
      'verifying_unit_id',
    ],
  ],
  [
    '做什么',
    [
      'target',
      'target_value',
      'target_unit',
      'beneficiaries',
      'field_code',
      'level',
      'area_code',
      'area_codes',
    ],
  ],
  ['什么时候', ['start', 'deadline', 'kind', 'completed_at']],
  ['资金', ['budget', 'funds_arrived', 'funds_spent', 'funds_source']],
  [
    '清单和来源',
    ['list_no', 'number', 'batch', 'document_no', 'parent_id', 'weight', 'source', 'source_note', 'remark'],
  ],
  ['公开', ['disclosure', 'secrecy_reviewer', 'survey', 'press']],
];

/** Everything that the ledger says of a project, by what belongs together; what is empty is left out. */
export function allFacts({ project, naming, numberOf }: ProjectPage): HtmlSafeString {
  const group = (title: string, facts: readonly { title: string; text: string }[]) => {
    const said = facts.filter(({ text }) => text !== '');
    if (said.length === 0) return '';
    return html`<section><h3>${title}</h3><dl class="facts">${said.map(
      ({ title, text }) => html`<div><dt>${title}</dt><dd>${text}</dd></div>`,
    )}</dl></section>`;
  };
  const own = Object.entries(project.extra ?? {}).map(([title, text]) => ({ title, text }));
  return html`<p class="content">${project.content}</p><div class="fact-groups">${factGroups.map(
    ([title, names]) =>
      group(
        title,
        names.map((name) => ({
          title: getColumn(name).title,
          text: cellText(name, project, naming, numberOf),
        })),
      ),
  )}${group('本单位自有的列', own)}</div>`;
}

/** What one comes for: whose it is, by when, and how far. */
export function headline({ project, items, naming, today }: ProjectPage): HtmlSafeString {
  const percent = percentOf(progressOf(items));
  const people = [project.responsible, project.handler].filter(Boolean).join(' / ');
  const open = isOneOf(openStates, project.state);
  const left = project.deadline === never ? null : daysBetween(today, project.deadline);
  const term =
    !open || left === null
      ? ''
      : left < 0
        ? `已超过 ${-left} 天`
        : left === 0
          ? '今天到期'
          : `还有 ${left} 天`;
  const cell = (title: string, value: string, more: string, late = false) =>
    html`<div><dt>${title}</dt><dd>${value || '—'}${more ? html` <span class="${late ? 'late' : 'meta'}">${more}</span>` : ''}</dd></div>`;
  return html`<dl class="headline">${cell('牵头单位', naming.unitName(project.unit_id), people)}${cell(
    '完成时限',
    cellText('deadline', project, naming),
    term,
    left !== null && left < 0,
  )}${cell('进度', percent === null ? '' : `${percent}%`, percent === null ? '还没有执行清单' : '')}</dl>`;
}
