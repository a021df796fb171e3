import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { type Entitled, reaches } from '../../identity/access.ts';
import { momentText } from '../../kit/clock.ts';
import { grouped } from '../../kit/parts/figures.ts';
import { areaField, button, errorSummary, fieldError, onceField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import type { Problem } from '../../kit/problem.ts';
import { forms } from '../forms.ts';
import { reporters } from '../rules.ts';
import type { FullCell, FullReport } from './full-report.ts';
import { cellHref } from './grid.ts';
import { periodText } from './periods.ts';
import { checkReportStep, steps } from './rules.ts';
import type { CellVersion } from './store.ts';

/** A cell's page, before it is framed. */
export interface CellView {
  full: FullReport;
  cell: FullCell;
  actor: Entitled;
  versions: readonly CellVersion[];
  /** The names of actors of the journal. */
  nameOf(actor: string): string;
  problem?: Problem | undefined;
  typed?: string | undefined;
}

/** One cell: what it says, how it came about, what it was in earlier periods, and what can be done with it alone. */
export function cellBody(view: CellView): HtmlSafeString {
  const { full, cell, problem } = view;
  const value =
    cell.value === undefined
      ? cell.stored?.nothing
        ? `无：${cell.stored.nothing}`
        : '未报'
      : grouped(String(cell.value));
  const asked = full.questions.filter(({ key }) => key === cell.place.key);
  return html`<h1>${forms[cell.place.figure].title.zh} · ${cell.name}</h1>
<p class="lead"><strong class="cell-now">${value}</strong> <span class="meta">${full.unit.name} · ${periodText(full.form.period, full.span.last)}</span></p>
${problem ? errorSummary('zh', problem) : ''}${asked.map(({ text }) => html`<p class="notice">${text}${cell.stored?.answer ? html`<br><strong>${cell.stored.answer}</strong>` : ''}</p>`)}
${cellSteps(view)}${versionTable(view)}${pastTable(full, cell)}`;
}

/** Returning and correcting this cell alone, for those whose turn it is; blocked with the reason for others of them. */
function cellSteps(view: CellView): HtmlSafeString {
  const { full, cell, actor, problem, typed } = view;
  if (!cell.stored) return html``;
  const names = (['return', 'correction'] as const).filter((name) => {
    const by = steps[name].by === 'reporter' ? reporters : full.standing.approvals;
    return reaches(actor, by, full.unit.id) && full.standing.state !== 'opened';
  });
  const hints = {
    return: '只有这一格打开，其余仍锁定。填报单位会看到您写的理由。',
    correction: '只有这一格打开；改好再提交，重新逐级审核，通过以前指标仍用原来的数。',
  };
  const open = names.filter((name) => !checkReportStep(name, full.standing, actor, undefined));
  return html`${open.map(
    (name) =>
      html`<form method="post" action="${cellHref(full, cell)}" class="stack narrow">${onceField(randomUUID())}
${areaField({ name: 'note', label: name === 'return' ? '退回理由' : '更正理由', hint: hints[name], maxlength: 300, rows: 2, value: typed ?? '', error: fieldError('zh', problem, 'note') })}
<div class="buttons">${button({ text: steps[name].word.zh, name: 'step', value: name })}</div></form>`,
  )}`;
}

/** Who changed it, when, from what to what, and why. */
function versionTable({ versions, nameOf }: CellView): HtmlSafeString {
  if (versions.length === 0) return html`<p>这一格还没有填过。</p>`;
  const rows = versions.map((version, index) => ({ version, before: versions[index - 1] })).toReversed();
  const said = (one: CellVersion | undefined) =>
    one?.nothing ? `无：${one.nothing}` : one?.value == null ? '空' : grouped(String(one.value));
  return html`<h2>这一格的历史</h2>${dataTable({
    caption: '这一格的历史',
    caption_hidden: true,
    rows,
    columns: [
      { title: '时间', cell: ({ version }) => momentText(version.at) },
      { title: '谁', cell: ({ version }) => nameOf(version.actor) },
      { title: '做了什么', cell: ({ version, before }) => deedOf(version, before) },
      {
        title: '从 → 到',
        cell: ({ version, before }) =>
          said(version) === said(before) && before
            ? said(version)
            : html`${said(before)} → <strong>${said(version)}</strong>`,
      },
      { title: '理由和说明', cell: ({ version, before }) => reasonOf(version, before) },
      { title: '数据版本', cell: ({ version }) => version.entry_no, numeric: true },
    ],
  })}`;
}

function deedOf(version: CellVersion, before: CellVersion | undefined): string {
  const name = version.action.split('/')[1]!;
  if (name === 'cells') return before ? '修改' : '填报';
  if (name === 'approval' || name === 'submission')
    return version.approved_value === null ? '锁定' : '审定，计入指标';
  return name in steps ? steps[name as keyof typeof steps].word.zh : name;
}

function reasonOf(version: CellVersion, before: CellVersion | undefined): string {
  const opened = version.opened_for !== before?.opened_for ? version.opened_for : null;
  const answer = version.answer !== before?.answer ? version.answer : null;
  return [opened ?? version.reason, answer && `说明：${answer}`].filter(Boolean).join('；');
}

/** What it was in earlier periods. */
function pastTable(full: FullReport, { known }: FullCell): HtmlSafeString {
  if (known.series.length === 0) return html``;
  return html`<h2>以往各期</h2>${dataTable({
    caption: '以往各期',
    caption_hidden: true,
    rows: known.series.toReversed(),
    columns: [
      { title: '期', cell: ({ last }) => periodText(full.form.period, last) },
      { title: '数值', cell: ({ value }) => grouped(String(value)), numeric: true },
    ],
  })}`;
}
