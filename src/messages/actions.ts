import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import type { Language } from '../kit/i18n.ts';
import { canonicalJson } from '../kit/seal.ts';
import { checkFilled, checkLink, textOf } from './rules.ts';
import type { MessageRow, Recipient, Told } from './schema.ts';
import { insertMessages, listInbox, listToldIn } from './store.ts';
import type { TemplateName, ValuesOf } from './templates.ts';

export { countUnread } from './store.ts';

/** What is told, and to whom. */
export interface Telling<T extends TemplateName> {
  template: T;
  /** Each is told once, however often they are named. */
  to: Recipient | readonly Recipient[];
  values: ValuesOf<T>;
  /** A path of this site, without any secret: who may read it proves that there. */
  link?: string;
  /** What it is about, such as `request:12`; the entry's subject when it is not named. */
  about?: string;
}

/**
 * Tells somebody something, as part of a change: the message is kept if and only if the change is, and goes out after it.
 * Within one entry the same is told to the same recipient once. An error of ours when the values do not fit the template.
 */
export async function tellIn<T extends TemplateName>(tx: Transaction, telling: Telling<T>): Promise<void> {
  const { template, link = null, about = tx.entry.subject } = telling;
  const filled = telling.values as MessageRow['filled'];
  checkFilled(template, filled);
  checkLink(link);
  const known = new Set((await listToldIn(tx)).map(keyOf));
  const messages = [telling.to].flat().map((to) => ({
    template,
    filled,
    about,
    link,
    person_id: 'person_id' in to ? to.person_id : null,
    account_id: 'account_id' in to ? to.account_id : null,
  }));
  const fresh = messages.filter((message) => {
    const key = keyOf(message);
    const is_new = !known.has(key);
    known.add(key);
    return is_new;
  });
  await insertMessages(tx, fresh);
}

function keyOf({ template, about, person_id, account_id }: Omit<MessageRow, 'id' | 'filled' | 'link'>) {
  return canonicalJson([template, about, person_id, account_id]);
}

/** What somebody was told, newest first, in their language; about one subject alone where it is named. */
export async function inboxOf(
  queries: Queries,
  of: Recipient,
  how: { language: Language; about?: string; limit: number; before?: number | undefined },
): Promise<Told[]> {
  const rows = await listInbox(queries, of, how);
  return rows.map((row) => ({
    id: row.id,
    at: row.at,
    ...textOf(row, how.language),
    link: row.link,
    read_at: row.read_at,
  }));
}
