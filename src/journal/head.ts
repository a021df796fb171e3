import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, Queries } from '../kit/db.ts';
import { canonicalJson, type SigningKey } from '../kit/seal.ts';

/** The end of the chain at some entry, signed: what shows later that nothing before it was cut or rewritten. */
export interface SignedHead {
  district: string;
  entry_no: number;
  at: string;
  hash: string;
  /** Ed25519 over the canonical JSON of the fields above, base64. */
  signature: string;
}

/** The number and moment of the newest entry; 0 in an empty journal. */
export async function currentHead(db: Database): Promise<{ entry_no: number; at: Date }> {
  return db.queries.selectFrom('journal_head').select(['entry_no', 'at']).executeTakeFirstOrThrow();
}

/** The last entry before a moment: what was known then. 0 before the first. */
export async function entryAt(queries: Queries, before: Date): Promise<number> {
  const found = await queries
    .selectFrom('journal')
    .select((q) => q.fn.max('entry_no').as('entry_no'))
    .where('at', '<', before)
    .executeTakeFirst();
  return found?.entry_no ?? 0;
}

/** The head as it stood at an entry, signed now. Nothing when there is no such entry. */
export async function signedHead(
  db: Database,
  key: SigningKey,
  entry_no: number,
): Promise<SignedHead | undefined> {
  const entry = await db.queries
    .selectFrom('journal')
    .select(['entry_no', 'at', 'hash'])
    .where('entry_no', '=', entry_no)
    .executeTakeFirst();
  if (!entry) return undefined;
  const head = { district: db.schema, entry_no, at: entry.at.toISOString(), hash: entry.hash };
  return { ...head, signature: key.sign(canonicalJson(head)) };
}

/** Writes the signed head of now into a folder, one file per entry; give the folder to someone else to keep. */
export async function exportHead(
  db: Database,
  key: SigningKey,
  folder: string,
): Promise<SignedHead | undefined> {
  const { entry_no } = await currentHead(db);
  const head = await signedHead(db, key, entry_no);
  if (!head) return undefined;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${db.schema}-${entry_no}.json`), `${JSON.stringify(head, null, 2)}\n`);
  return head;
}

/**
 * Compares exported heads with the journal. Gives the first entry that an exported head vouches for and that is no
 * longer there, or is another one now; null when every head still stands.
 */
export async function firstEntryAgainstHeads(
  db: Database,
  key: SigningKey,
  folder: string,
): Promise<number | null> {
  const { entry_no: last } = await currentHead(db);
  const bad: number[] = [];
  for (const name of readdirSync(folder).filter(
    (name) => name.startsWith(db.schema) && name.endsWith('.json'),
  )) {
    const { signature, ...head } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as SignedHead;
    if (!key.verify(canonicalJson({ ...head }), signature)) bad.push(head.entry_no);
    else if (head.entry_no > last) bad.push(last + 1);
    else if ((await signedHead(db, key, head.entry_no))?.hash !== head.hash) bad.push(head.entry_no);
  }
  return bad.length > 0 ? Math.min(...bad) : null;
}
