import type { Entitled } from '../../identity/access.ts';
import type { Transaction } from '../../journal/write.ts';
import { Problem } from '../../kit/problem.ts';
import { reportIn, voidIn } from '../actions.ts';
import type { ReportedCell } from '../csv.ts';
import type { FormCode } from '../forms.ts';
import { reportedCell } from './cells.ts';
import type { FullCell, FullReport } from './full-report.ts';
import type { Report } from './schema.ts';
import { updateReportCells } from './store.ts';

/**
 * Brings what was approved into the values that figures count: new ones, corrected ones, and away with those that turned
 * into nothing. Raises `reporting/known_meanwhile` where records have given a value in the meantime: it would count twice.
 */
export async function countCells(
  tx: Transaction,
  actor: Entitled,
  full: FullReport,
  report: Report,
): Promise<void> {
  const stored = full.cells.flatMap((cell) => (cell.stored ? [{ ...cell, stored: cell.stored }] : []));
  const changed = stored.filter(({ stored }) => stored.value !== stored.approved_value);
  const doubled = changed.find(({ known, stored }) => known.records && stored.value !== null);
  if (doubled) throw knownMeanwhile(doubled);
  const named = { day: full.span.last, name: full.record_name, synthetic: report.synthetic };
  // The unit reported it; the approval lets it in.
  const unit: Entitled = { ...actor, unit_id: full.unit.id, holdings: 'unlimited' };
  for (const [figure, cells] of Map.groupBy(changed, ({ place }) => place.figure)) {
    const values: ReportedCell[] = [];
    const gone: string[] = [];
    for (const { place, stored } of cells) {
      if (stored.value !== null) values.push(reportedCell(place, named, stored.value));
      else gone.push(reportedCell(place, named, 0).key);
    }
    await reportIn(tx, { actor: unit, reason: reasonOf(cells) }, figure as FormCode, values);
    if (gone.length > 0) await voidIn(tx, figure as FormCode, gone);
  }
  await updateReportCells(
    tx,
    stored.map(({ stored }) => ({ id: stored.id, approved_value: stored.value, opened_for: null })),
  );
}

function reasonOf(cells: readonly { stored: { opened_for: string | null } }[]): string {
  const reasons = new Set(cells.flatMap(({ stored }) => stored.opened_for ?? []));
  return [...reasons].join('；').slice(0, 300) || '报表审定';
}

function knownMeanwhile({ name, known }: FullCell): Problem {
  const text = {
    zh: `${name}在这一期已另有 ${known.records!.count} 条记录（合计 ${known.records!.sum}），再计入就重复了。请退回这一格，让填报单位清空它。`,
    en: `${name} is known from ${known.records!.count} records by now and would count twice: return the cell.`,
  };
  return new Problem('reporting/known_meanwhile', 'conflict', text);
}
