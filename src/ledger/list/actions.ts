import type { Entitled } from '../../identity/access.ts';
import { type Written, write } from '../../journal/write.ts';
import type { Database } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import type { SafeFile } from '../evidence/files.ts';
import { dropView, insertStampedList, listViews, saveView } from './store.ts';

/** How something is kept: by whom, once. */
interface Entering {
  actor: Entitled & { account_id: number | null };
  idempotency_key?: string | undefined;
}

/** Keeps a way of looking at the ledger under a name, in place of the one that had it. */
export function keepView(
  db: Database,
  entering: Entering,
  account_id: number,
  view: { name: string; query: string },
): Promise<Written<undefined>> {
  const input = { ...view, drop: null };
  const change = { ...entering, action: 'ledger/view', subject: `account:${account_id}`, input };
  return write(db, change, async (tx) => {
    await saveView(tx, { account_id, name: view.name.trim(), query: view.query });
    return undefined;
  });
}

/** Forgets one of somebody's own views. Raises `ledger/no_view`. */
export function forgetView(
  db: Database,
  entering: Entering,
  account_id: number,
  id: number,
): Promise<Written<undefined>> {
  const change = {
    ...entering,
    action: 'ledger/view_dropped',
    subject: `account:${account_id}`,
    input: { drop: id },
  };
  return write(db, change, async (tx) => {
    const mine = (await listViews(tx.queries, account_id)).find((one) => one.id === id);
    if (!mine) throw noView();
    await dropView(tx, mine.id);
    return undefined;
  });
}

function noView(): Problem {
  return new Problem('ledger/no_view', 'not_found', { zh: '没有这个视图。', en: 'There is no such view.' });
}

/** A list that was printed: what it was called, which address it had, and at which entry it was known, if that is known. */
export interface PrintedList {
  title: string;
  query: string;
  known_entry: number | undefined;
}

/** Keeps the scan of a printed list that came back stamped (盖章扫描件). Raises `ledger/stamped_list`. */
export function keepStampedList(
  db: Database,
  entering: Entering,
  list: PrintedList,
  scan: SafeFile,
): Promise<Written<undefined>> {
  const { title, query, known_entry } = list;
  const change = {
    ...entering,
    action: 'ledger/stamped_list',
    subject: 'stamped_list',
    input: { title, query, known_entry: known_entry ?? null, digest: scan.digest },
  };
  return write(db, change, async (tx) => {
    if (!title.trim()) throw stampedListWrong('title', '请写明是哪份清单。', 'Say which list it is.');
    const { account_id, unit_id } = entering.actor;
    await insertStampedList(tx, {
      title: title.trim(),
      query,
      // Nothing was printed of what is not known yet.
      known_entry: Math.min(known_entry ?? Number.MAX_SAFE_INTEGER, tx.entry.entry_no - 1),
      file_digest: scan.digest,
      file_name: scan.name,
      media_type: scan.media_type,
      account_id,
      unit_id,
    });
    return undefined;
  });
}

/** The Problem of a stamped list that cannot be kept, at the field that is wrong. */
export function stampedListWrong(field: string, zh: string, en: string): Problem {
  const text = { zh, en };
  return new Problem('ledger/stamped_list', 'invalid', text, { [field]: text });
}
