import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { asOf, closeRows, insertRows, type Row, updateRows } from '../../kit/versioned.ts';

/** What a text of some kind was said to mean: a header a column, a word a state. */
export interface Synonym {
  kind: string;
  text: string;
  meaning: string;
}

/** Everything that imports were told, as known at an entry. */
export async function listSynonyms(queries: Queries, entry_no: number): Promise<Synonym[]> {
  const found = await sql<Synonym>`
    select kind, text, meaning from ${asOf('synonym', entry_no, ['kind', 'text', 'meaning'])} as synonym`.execute(
    queries,
  );
  return found.rows;
}

/** Remembers answers; a later one to the same question replaces the earlier. */
export async function rememberSynonyms(tx: Transaction, synonyms: readonly Synonym[]): Promise<void> {
  const found = await sql<Synonym & { id: number }>`select id, kind, text, meaning from synonym`.execute(
    tx.queries,
  );
  const known = new Map(found.rows.map((row) => [`${row.kind}:${row.text}`, row]));
  const added = synonyms.filter((one) => !known.has(`${one.kind}:${one.text}`));
  const changed = synonyms.flatMap((one) => {
    const before = known.get(`${one.kind}:${one.text}`);
    return before && before.meaning !== one.meaning ? [{ id: before.id, meaning: one.meaning }] : [];
  });
  await insertRows(tx, 'synonym', added as readonly object[] as Row[]);
  await updateRows(tx, 'synonym', changed);
}

/** An answer that is kept, by its id. */
export type KeptSynonym = Synonym & { id: number };

/** The answers that are kept now, those of a kind together. */
export async function listKeptSynonyms(queries: Queries): Promise<KeptSynonym[]> {
  const found = await sql<KeptSynonym>`
    select id, kind, text, meaning from synonym order by kind, text, id`.execute(queries);
  return found.rows;
}

/** Forgets an answer; it is asked again when the text turns up the next time. */
export async function forgetSynonym(tx: Transaction, id: number): Promise<void> {
  await closeRows(tx, 'synonym', [id]);
}
