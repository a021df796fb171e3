// A report is filled in, submitted, and approved level by level (逐级审核). An approver who doubts a number returns that one
// cell with a reason: it alone opens, the rest stays locked. After the last approval figures count its values; what is
// wrong then is corrected cell by cell, with a reason, and goes through the same approvals while figures keep the old value.
import { type Entitled, reaches } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import type { Message } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import { reporters } from '../rules.ts';
import type { Report, ReportState, StepName, StoredCell } from './schema.ts';

interface Step {
  from: readonly ReportState[];
  by: 'reporter' | 'approver';
  /** Whether it is about one cell, with a reason. */
  cell: boolean;
  word: Message;
}

/** What can be done with a report, and where: this table makes the buttons, the checks and the API. */
export const steps = {
  submission: {
    from: ['opened', 'returned', 'reopened'],
    by: 'reporter',
    cell: false,
    word: { zh: '提交', en: 'Submit' },
  },
  withdrawal: {
    from: ['submitted'],
    by: 'reporter',
    cell: false,
    word: { zh: '撤回修改', en: 'Withdraw' },
  },
  approval: {
    from: ['submitted'],
    by: 'approver',
    cell: false,
    word: { zh: '审核通过', en: 'Approve' },
  },
  return: {
    from: ['submitted', 'returned', 'approved'],
    by: 'approver',
    cell: true,
    word: { zh: '退回这一格', en: 'Return this cell' },
  },
  correction: {
    from: ['approved', 'reopened'],
    by: 'reporter',
    cell: true,
    word: { zh: '更正这一格', en: 'Correct this cell' },
  },
} as const satisfies Record<StepName, Step>;

/** A report as far as its steps depend on it; one without a row yet is `opened`. */
export type Standing = Pick<Report, 'state' | 'unit_id' | 'approvals' | 'approved' | 'submitted_by'>;

/** The roles whose turn it is: of a submitted report those of its next approval, else every one that approves it. */
export function approversOf({ state, approvals, approved }: Standing): readonly Role[] {
  return state === 'submitted' ? approvals.slice(approved, approved + 1) : approvals;
}

/**
 * A Problem when somebody cannot take a step: `reporting/step` where the report is not there, `reporting/approver` and
 * `reporting/reporter` where it is not theirs, `reporting/own_report` for one who submitted it, `reporting/passed_already`,
 * `reporting/reason_missing`.
 */
export function checkReportStep(
  name: StepName,
  report: Standing,
  actor: Entitled,
  note: string | undefined,
): Problem | undefined {
  const step: Step = steps[name];
  const problem = checkTaker(step, report, actor);
  if (problem) return problem;
  if (!step.from.includes(report.state)) return outOfTurn(step, report.state);
  if (name === 'approval' && actor.account_id !== null && actor.account_id === report.submitted_by) {
    return refused(
      'own_report',
      'forbidden',
      '自己提交的报表由别人审核。',
      'A report is approved by somebody else.',
    );
  }
  if (name === 'withdrawal' && report.approved > 0) {
    return refused(
      'passed_already',
      'conflict',
      '已有一级审核通过，不能撤回；要改的格子请审核的人退回。',
      'It has been approved at one level already: ask the approver to return what is wrong.',
    );
  }
  if (step.cell && note !== undefined && !note.trim()) {
    const text = {
      zh: '请写明理由，填报单位会看到。没有保存。',
      en: 'Say why; the unit reads it. Nothing was saved.',
    };
    return new Problem('reporting/reason_missing', 'invalid', text, { note: text });
  }
  return undefined;
}

function checkTaker(step: Step, report: Standing, actor: Entitled): Problem | undefined {
  if (step.by === 'reporter') {
    if (reaches(actor, reporters, report.unit_id)) return undefined;
    return refused('reporter', 'forbidden', '由填报单位办理。', 'The reporting unit does this.');
  }
  if (reaches(actor, approversOf(report), report.unit_id)) return undefined;
  return refused('approver', 'forbidden', '现在不由您审核。', 'It is not yours to approve now.');
}

/** Where a step leads. `back` is the state from which the report was submitted. */
export function stateAfter(name: StepName, report: Standing, back: ReportState): ReportState {
  switch (name) {
    case 'submission':
      return report.approvals.length === 0 ? 'approved' : 'submitted';
    case 'withdrawal':
      return back;
    case 'approval':
      return report.approved + 1 >= report.approvals.length ? 'approved' : 'submitted';
    case 'return':
      return 'returned';
    case 'correction':
      return 'reopened';
  }
}

/** Whether a cell can be written: while the report is filled in every one, later those that were opened. */
export function isOpen(state: ReportState, cell: Pick<StoredCell, 'opened_for'> | undefined): boolean {
  if (state === 'opened') return true;
  return (state === 'returned' || state === 'reopened') && Boolean(cell?.opened_for);
}

function outOfTurn(step: Step, state: ReportState): Problem {
  return refused(
    'step',
    'conflict',
    `报表现在是“${stateWords[state].zh}”，不能${step.word.zh}。可能别人刚办理过，请刷新页面。`,
    `The report is “${stateWords[state].en}”; this cannot be done now. Reload the page.`,
  );
}

function refused(code: string, kind: 'conflict' | 'forbidden', zh: string, en: string): Problem {
  return new Problem(`reporting/${code}`, kind, { zh, en });
}

/** The states as people call them. */
const stateWords: Readonly<Record<ReportState, Message>> = {
  opened: { zh: '填报中', en: 'being filled in' },
  submitted: { zh: '待审核', en: 'submitted' },
  returned: { zh: '有格子退回', en: 'cells returned' },
  reopened: { zh: '更正中', en: 'being corrected' },
  approved: { zh: '已审定', en: 'approved' },
};
