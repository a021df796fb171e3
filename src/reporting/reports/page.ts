import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Entitled } from '../../identity/access.ts';
import { reaches } from '../../identity/access.ts';
import { roleNames } from '../../identity/roles.ts';
import { assets } from '../../kit/assets.ts';
import { momentText } from '../../kit/clock.ts';
import { stationPath, timeline } from '../../kit/parts/course.ts';
import { button, errorSummary, onceField } from '../../kit/parts/form.ts';
import { light } from '../../kit/parts/light.ts';
import type { Problem } from '../../kit/problem.ts';
import { reporters } from '../rules.ts';
import { reportHref, statusOf } from './expected.ts';
import type { FullReport } from './full-report.ts';
import { reportGrid, type Typed } from './grid.ts';
import { checkReportStep, steps } from './rules.ts';

/** A report's page, before it is framed: who looks, and what came of what they sent. */
export interface ReportView {
  full: FullReport;
  actor: Entitled;
  people: ReadonlyMap<number, string>;
  today: string;
  entry_no: number;
  typed: Typed;
  problem?: Problem | undefined;
  said?: string | undefined;
}

/** A report at a desk: where it is, its cells, what is asked about them, and what can be done. */
export function reportBody(view: ReportView): HtmlSafeString {
  const { full, actor, problem, said } = view;
  const opened = full.cells.filter(({ stored }) => stored?.opened_for).length;
  const status = statusOf(full.report, full.due, view.today, opened);
  const writes = full.cells.some(({ open }) => open) && reaches(actor, reporters, full.unit.id);
  return html`<h1>${full.form.title}</h1>
<p class="lead">${full.unit.name} · ${full.title.slice(full.form.title.length + 1, -1)} ${light(status.tone, status.word)} <span class="meta">应于 <span class="day">${full.due}</span> 前报送</span></p>
${stations(full)}${problem ? errorSummary('zh', problem) : ''}${said ? html`<div class="notice good" role="status"><p>${said}</p></div>` : ''}
${writes ? writing(view) : reading(view)}${history(view)}`;
}

/** The way of a report: filled in, approved level by level, counted. */
function stations({ standing }: FullReport): HtmlSafeString {
  const { state, approvals, approved } = standing;
  const filling = state === 'opened' || state === 'returned' || state === 'reopened';
  const words = ['填报', ...approvals.map((role) => `${roleNames[role].zh}审核`), '计入指标'];
  const here = filling ? 0 : state === 'approved' ? words.length - 1 : approved + 1;
  return stationPath(
    words.map((text, index) => ({ text, here: index === here, passed: index < here })),
    '报表办到哪一步',
  );
}

/** The form of who fills it in. */
function writing(view: ReportView): HtmlSafeString {
  const { full, actor, typed } = view;
  const submit = checkReportStep('submission', full.standing, actor, undefined);
  const open = full.cells.filter((cell) => cell.open);
  const same = open.filter((cell) => cell.empty && cell.stock && cell.known.series.length > 0).length;
  const zero = open.filter((cell) => cell.empty).length;
  return html`<form method="post" action="${reportHref(full)}" class="report-form">${onceField(randomUUID())}<input type="hidden" name="since" value="${view.entry_no}">
<p class="hint">一格一个整数：没有发生填 0；没有数据写“无：原因”；不知道先空着，可以分几次填。可以整块粘贴，或<a href="${reportHref(full)}/file">用文件填</a>。</p>
${questions(view)}${reportGrid(full, typed)}
<div class="buttons">${button({ text: steps.submission.word.zh, name: 'do', value: 'submission', blocked_by: submit?.text.zh })}${button({ text: '保存', kind: 'plain', name: 'do', value: 'save' })}${
    same > 0 ? button({ text: `${same} 格与上期一致`, kind: 'plain', name: 'do', value: 'same' }) : ''
  }${zero > 0 ? button({ text: `其余 ${zero} 格填 0`, kind: 'plain', name: 'do', value: 'zero' }) : ''}</div></form><script src="${assets.reports.url}" defer></script>`;
}

/** What the checks ask about, with room for the answers; values that are right only need a word why. */
function questions({ full, typed }: ReportView): HtmlSafeString | '' {
  const openKeys = new Map(full.cells.filter(({ open }) => open).map((cell) => [cell.place.key, cell]));
  const returned = full.cells.filter(({ open, stored }) => open && stored?.opened_for);
  const asked = full.questions.filter(({ key }) => openKeys.has(key));
  const about = new Map(asked.map((one) => [one.key, one]));
  if (asked.length === 0 && returned.length === 0) return '';
  const field = (key: string, text: string) => {
    const id = `answer.${key}`;
    const value = typed.texts.get(id) ?? openKeys.get(key)!.stored?.answer ?? '';
    return html`<li><label for="${id}">${text}</label><input id="${id}" name="${id}" value="${value}" maxlength="300" placeholder="对，因为……"></li>`;
  };
  return html`<section class="report-questions"><h2>请看一下这些数</h2><p class="hint">不对的在表里改；对的，写一句为什么，会随报表一起给审核的人看。</p><ul>${asked.map(
    (one) => (one.must ? html`<li><strong>${one.text}</strong></li>` : field(one.key, one.text)),
  )}${returned
    .filter(({ place }) => !about.has(place.key) || about.get(place.key)!.must)
    .map(({ place, name, stored }) => field(place.key, `${name}：${stored!.opened_for}`))}</ul></section>`;
}

/** The report of who reads or approves it. */
function reading(view: ReportView): HtmlSafeString {
  const { full, actor, typed } = view;
  const said = full.questions.filter(({ kind }) => kind !== 'sum');
  const answers = new Map(full.cells.map((cell) => [cell.place.key, cell.stored?.answer]));
  const list = said.map(
    (one) =>
      html`<li>${one.text}<br>${answers.get(one.key) ? html`<strong>${answers.get(one.key)}</strong>` : '还没有说明。'}</li>`,
  );
  return html`${list.length ? html`<section class="report-questions"><h2>系统问过的数</h2><ul>${list}</ul></section>` : ''}${reportGrid(full, typed)}
${wholeSteps(view)}<p class="hint">点开一格：看它的历史${reaches(actor, full.standing.approvals, full.unit.id) ? '，或只退回这一格' : ''}。</p>`;
}

/** The buttons of steps with the whole report. */
function wholeSteps({ full, actor }: ReportView): HtmlSafeString | '' {
  const names = (['approval', 'withdrawal'] as const).filter((name) => {
    const by = steps[name].by === 'reporter' ? reporters : full.standing.approvals;
    return full.standing.state === 'submitted' && reaches(actor, by, full.unit.id);
  });
  if (names.length === 0) return '';
  return html`<form method="post" action="${reportHref(full)}/steps" class="report-form">${onceField(randomUUID())}<div class="buttons">${names.map(
    (name) =>
      button({
        text: steps[name].word.zh,
        kind: name === 'approval' ? 'primary' : 'plain',
        name: 'step',
        value: name,
        blocked_by: checkReportStep(name, full.standing, actor, undefined)?.text.zh,
      }),
  )}</div></form>`;
}

/** What happened to the report. */
function history({ full, people }: ReportView): HtmlSafeString | '' {
  if (full.steps.length === 0) return '';
  const names = new Map(full.cells.map((cell) => [cell.place.key, cell.name]));
  const items = full.steps.map((step) => ({
    when: momentText(step.occurred_at),
    what:
      step.step === 'opening'
        ? '开始填报'
        : `${step.role ? roleNames[step.role].zh : ''}${steps[step.step].word.zh}${step.key ? `：${names.get(step.key) ?? step.key}` : ''}`,
    who: step.account_id === null ? '系统' : (people.get(step.account_id) ?? ''),
    note: step.note,
  }));
  return html`<h2>经过</h2>${timeline(items)}`;
}
