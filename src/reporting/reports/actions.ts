import type { Registry } from '../../figures/registry.ts';
import { checkReach, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { reporters } from '../rules.ts';
import { checkComplete, checkUntouched } from './completeness.ts';
import { countCells } from './counting.ts';
import { type FullCell, type FullReport, loadReport } from './full-report.ts';
import { checkReportStep, stateAfter } from './rules.ts';
import type { Report, ReportPath, ReportState, SentCell, StepName, StoredCell } from './schema.ts';
import { insertReport, insertReportCells, insertStep, updateReport, updateReportCells } from './store.ts';

/** How a change of reports is entered. */
export interface ReportEntering {
  actor: Entitled;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/**
 * Saves cells of a report that are open; the report begins with the first. Raises `reporting/unknown_report`,
 * `reporting/unknown_cell`, `reporting/locked`, `reporting/known`, `reporting/cell`, `identity/reach`.
 */
export function saveCells(
  db: Database,
  registry: Registry,
  entering: ReportEntering,
  path: ReportPath,
  cells: readonly SentCell[],
): Promise<Written<{ saved: number }>> {
  const subject = subjectOf(path);
  const input = { ...path, cells: cells.map((cell) => ({ ...cell })) };
  return write(db, { ...entering, action: 'reporting/cells', subject, input }, async (tx) => {
    const full = await loadFor(tx, registry, path);
    refuseIf(checkReach(entering.actor, reporters, full.unit.id));
    const wanted = cells.map((sent) => ({ cell: openCell(full, sent), sent }));
    const changed = wanted.filter(({ cell, sent }) => isChange(cell.stored, sent));
    const report = full.report ?? (await open(tx, entering, full));
    const rows = changed.map(({ cell, sent }) => ({ cell, row: changedRow(cell.stored, sent) }));
    await insertReportCells(
      tx,
      rows
        .filter(({ cell }) => !cell.stored)
        .map(({ cell, row }) => ({
          report_id: report.id,
          key: cell.place.key,
          ...row,
          opened_for: null,
          approved_value: null,
        })),
    );
    await updateReportCells(
      tx,
      rows.flatMap(({ cell, row }) => (cell.stored ? [{ id: cell.stored.id, ...row }] : [])),
    );
    tx.entry.detail.cells = changed.map(({ cell }) => cell.place.key);
    return { saved: changed.length };
  });
}

/** Whether what was sent differs from what is stored. */
export function isChange(stored: StoredCell | undefined, sent: SentCell): boolean {
  const next = changedRow(stored, sent);
  const { value = null, nothing = null, answer = null } = stored ?? {};
  return next.value !== value || next.nothing !== nothing || next.answer !== answer;
}

/** An answer belongs to the value that was asked about: with another value it is gone, unless a new one comes along. */
function changedRow(stored: StoredCell | undefined, sent: SentCell) {
  const nothing = sent.nothing?.trim() || null;
  const value = nothing === null ? (sent.value ?? null) : null;
  const same = stored && stored.value === value && stored.nothing === nothing;
  const answer = sent.answer === undefined ? (same ? stored.answer : null) : sent.answer?.trim() || null;
  return { value, nothing, answer };
}

function openCell(full: FullReport, { key, value, nothing }: SentCell): FullCell {
  const cell = full.cells.find(({ place }) => place.key === key);
  const refuse = (code: string, zh: string, en: string): never => {
    throw new Problem(`reporting/${code}`, code === 'cell' ? 'invalid' : 'conflict', { zh, en });
  };
  if (!cell)
    return refuse('unknown_cell', `这张表没有“${key}”这一格，没有保存。`, `There is no cell “${key}”.`);
  if (!cell.open && !cell.stored && cell.known.records) {
    return refuse(
      'known',
      `${cell.name}系统已有记录，不用再报，没有保存。`,
      `${cell.name} is known from records.`,
    );
  }
  if (!cell.open)
    return refuse('locked', `${cell.name}已锁定，不能修改，没有保存。`, `${cell.name} is locked.`);
  if (typeof value === 'number' && nothing?.trim()) {
    return refuse('cell', `${cell.name}有数值，就不能又写“无”。没有保存。`, `${cell.name} has a value.`);
  }
  return cell;
}

/** The report's row, with the first step of it. */
async function open(tx: Transaction, entering: ReportEntering, full: FullReport): Promise<Report> {
  const report = await insertReport(tx, {
    form_id: full.form.id,
    unit_id: full.unit.id,
    day: full.span.last,
    state: 'opened',
    approvals: full.needed,
    approved: 0,
    submitted_at: null,
    submitted_by: null,
    synthetic: entering.simulated_at !== undefined,
  });
  await recordStep(tx, entering.actor, report.id, { step: 'opening', from: 'opened', to: 'opened' });
  return report;
}

/**
 * Takes a step with a report: the table in rules.ts says which there are. Returning and correcting are about one cell and
 * want a reason. The last approval brings the values into the figures, in the same entry. Raises what `checkReportStep`
 * gives, `reporting/incomplete`, `reporting/questions`, `reporting/unanswered`, `reporting/unknown_cell`,
 * `reporting/known_meanwhile`.
 */
export function takeReportStep(
  db: Database,
  registry: Registry,
  entering: ReportEntering,
  path: ReportPath,
  asked: { step: StepName; cell?: string | undefined; note?: string | undefined },
): Promise<Written<{ state: ReportState }>> {
  const { step, cell: key = null, note = '' } = asked;
  const change = {
    ...entering,
    action: `reporting/${step}`,
    subject: subjectOf(path),
    ...(note.trim() && { reason: note.trim() }),
    input: { ...path, step, cell: key, note },
  };
  return write(db, change, async (tx) => {
    const full = await loadFor(tx, registry, path);
    refuseIf(checkReportStep(step, full.standing, entering.actor, note));
    const cell = key === null ? undefined : full.cells.find(({ place }) => place.key === key);
    if ((step === 'return' || step === 'correction') && !cell?.stored) throw noSuchCell();
    if (step === 'submission') {
      refuseIf(checkComplete(full));
      refuseIf(checkUntouched(full));
    }
    const report = full.report ?? (await open(tx, entering, full));
    const from = report.state;
    const approvals = step === 'submission' ? full.needed : report.approvals;
    const to = stateAfter(step, { ...full.standing, approvals }, cameFrom(full));
    const role = step === 'approval' ? (report.approvals[report.approved] ?? null) : null;
    await updateReport(tx, {
      id: report.id,
      state: to,
      approvals,
      approved: step === 'submission' ? 0 : report.approved + (step === 'approval' ? 1 : 0),
      submitted_at: report.submitted_at ?? (step === 'submission' ? tx.entry.at : null),
      submitted_by: step === 'submission' ? entering.actor.account_id : report.submitted_by,
    });
    if (cell) await openOne(tx, full, report, cell, note.trim());
    if (to === 'approved') await countCells(tx, entering.actor, full, report);
    await recordStep(tx, entering.actor, report.id, { step, from, to, role, key, note });
    Object.assign(tx.entry.detail, { state: to, ...(key && { cell: key }) });
    return { state: to };
  });
}

/** The state from which a report was last submitted. */
function cameFrom({ steps }: FullReport): ReportState {
  return steps.findLast(({ step }) => step === 'submission')?.from_state ?? 'opened';
}

/** Opens one cell with a reason. What was returned before and answered since is locked again. */
async function openOne(
  tx: Transaction,
  full: FullReport,
  report: Report,
  cell: FullCell,
  reason: string,
): Promise<void> {
  if (report.state === 'submitted') {
    const answered = full.cells.flatMap(({ stored }) =>
      stored?.opened_for && stored !== cell.stored ? [stored] : [],
    );
    await updateReportCells(
      tx,
      answered.map(({ id }) => ({ id, opened_for: null })),
    );
  }
  const opened = { opened_for: reason, answer: null };
  if (cell.stored) await updateReportCells(tx, [{ id: cell.stored.id, ...opened }]);
  else {
    const row = {
      report_id: report.id,
      key: cell.place.key,
      value: null,
      nothing: null,
      approved_value: null,
    };
    await insertReportCells(tx, [{ ...row, ...opened }]);
  }
}

async function recordStep(
  tx: Transaction,
  actor: Entitled,
  report_id: number,
  taken: {
    step: StepName | 'opening';
    from: ReportState;
    to: ReportState;
    role?: Role | null;
    key?: string | null;
    note?: string;
  },
): Promise<void> {
  await insertStep(tx, {
    report_id,
    step: taken.step,
    from_state: taken.from,
    to_state: taken.to,
    role: taken.role ?? null,
    key: taken.key ?? null,
    occurred_at: tx.entry.at,
    account_id: actor.account_id,
    unit_id: actor.unit_id,
    note: taken.note?.trim() || null,
  });
}

function loadFor(tx: Transaction, registry: Registry, path: ReportPath): Promise<FullReport> {
  const { entry_no, at } = tx.entry;
  return loadReport(tx.queries, registry, path, { entry_no, today: dayOf(at) });
}

function subjectOf({ form, unit, day }: ReportPath): string {
  return `report:${form}/${unit}/${day}`;
}

function noSuchCell(): Problem {
  return new Problem('reporting/unknown_cell', 'not_found', {
    zh: '没有这一格。请从报表里点开这一格再办理。',
    en: 'There is no such cell. Open it from the report.',
  });
}
