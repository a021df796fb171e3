import { canonicalJson, digestOf, type Json } from '../kit/seal.ts';

/** An entry of the journal: one change, who made it, and its place in the chain. */
export interface JournalEntry {
  entry_no: number;
  at: Date;
  actor: string;
  actor_unit: number | null;
  via: string;
  action: string;
  subject: string;
  reason: string | null;
  detail: Json;
  outcome: Json;
  idempotency_key: string | null;
  input_digest: string | null;
  simulated: boolean;
  rows_digest: string;
  prev_hash: string;
  hash: string;
}

/** `hash = H(prev_hash ‖ canonical JSON of the rest)`, the instant in UTC milliseconds. */
export function hashOfEntry(entry: Omit<JournalEntry, 'hash'> & { hash?: string }): string {
  const { prev_hash, at, hash: _, ...rest } = entry;
  return digestOf(prev_hash + canonicalJson({ ...rest, at: at.toISOString() }));
}
