// The forms of a district and their checks, as the coordinator keeps them.
import { checkRole, type Entitled } from '../../identity/access.ts';
import { type Written, write } from '../../journal/write.ts';
import { isDay } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { listUnits } from '../../units/actions.ts';
import { formKeepers } from '../rules.ts';
import { reportersOf } from './expected.ts';
import { spanAt } from './periods.ts';
import type { ReportCheck, ReportForm } from './schema.ts';
import { insertChecks, insertForm, listChecks, listForms, updateCheck, updateForm } from './store.ts';

export { listChecks, listForms } from './store.ts';

interface Entering {
  actor: Entitled;
  idempotency_key?: string | undefined;
  simulated_at?: Date;
}

/** A check as it is kept: a new one has no identity yet. */
export type KeptCheck = Omit<ReportCheck, 'id' | 'form_id'> & { id?: number };

/**
 * Keeps a form and its checks as they are given: new ones are added, known ones changed; reports that there are stay.
 * Raises `reporting/form`, `identity/reach`.
 */
export function keepForm(
  db: Database,
  entering: Entering,
  form: Omit<ReportForm, 'id'>,
  checks: readonly KeptCheck[],
): Promise<Written<{ code: string }>> {
  const input = JSON.parse(JSON.stringify({ form, checks }));
  const change = { ...entering, action: 'reporting/form', subject: `report_form:${form.code}`, input };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(entering.actor, formKeepers));
    const units = await listUnits(tx.queries, tx.entry.entry_no);
    const unknown = form.unit_codes.find((code) => !units.some((unit) => unit.code === code));
    if (unknown)
      throw wrongForm('unit_codes', `没有代码为 ${unknown} 的单位。`, `There is no unit ${unknown}.`);
    refuseIf(checkForm(form));
    if (reportersOf(form, units).length === 0) {
      throw wrongForm('unit_codes', '请选填报单位。', 'Choose the units that report.');
    }
    const known = (await listForms(tx.queries)).find(({ code }) => code === form.code);
    const id = known ? known.id : await insertForm(tx, form);
    if (known) await updateForm(tx, { id, ...form });
    const own = new Set((await listChecks(tx.queries, id)).map((check) => check.id));
    await insertChecks(
      tx,
      checks.filter((check) => !check.id).map(({ id: _, ...check }) => ({ ...check, form_id: id })),
    );
    for (const { id: check_id, ...check } of checks) {
      if (check_id && own.has(check_id)) await updateCheck(tx, { id: check_id, ...check });
    }
    return { code: form.code };
  });
}

/** A Problem where a form cannot be: it asks for nothing, nobody approves twice, or it begins within a period. */
function checkForm(form: Omit<ReportForm, 'id'>): Problem | undefined {
  if (!/^[a-z][a-z0-9_-]{1,39}$/.test(form.code)) {
    return wrongForm(
      'code',
      '代码用小写字母开头，由小写字母、数字、横线组成，如 elders-month。',
      'A code is of small letters, digits and hyphens.',
    );
  }
  if (!form.title.trim()) return wrongForm('title', '请写报表名称。', 'Give it a title.');
  if (form.asks.length === 0) return wrongForm('asks', '请至少选一个指标。', 'Choose a figure at least.');
  if (new Set(form.approvals).size < form.approvals.length) {
    return wrongForm('approvals', '同一角色只审核一次。', 'A role approves once.');
  }
  if (!isDay(form.begins_on) || spanAt(form.period, form.begins_on).first !== form.begins_on) {
    return wrongForm('begins_on', '请填一期的第一天，如 2021-06-01。', 'Give the first day of a period.');
  }
  return undefined;
}

function wrongForm(field: string, zh: string, en: string): Problem {
  const text = { zh: `${zh}没有保存。`, en: `${en} Nothing was saved.` };
  return new Problem('reporting/form', 'invalid', text, { [field]: text });
}
