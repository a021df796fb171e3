import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { insertRows } from '../kit/versioned.ts';
import type { CitedFigure, Content } from './content.ts';

/** A published bulletin; immutable. */
export interface Bulletin {
  id: number;
  number: string;
  template: string;
  title: string;
  cutoff: Date;
  published_at: Date;
  known_entry: number;
  content: Content<CitedFigure>;
  synthetic: boolean;
  since_entry: number;
}

/** The newest bulletins first. */
export async function listBulletins(queries: Queries, limit: number): Promise<Bulletin[]> {
  return (await sql<Bulletin>`select * from bulletin order by id desc limit ${limit}`.execute(queries)).rows;
}

/** A bulletin by its number. */
export async function findBulletin(queries: Queries, number: string): Promise<Bulletin | undefined> {
  return (await sql<Bulletin>`select * from bulletin where number = ${number}`.execute(queries)).rows[0];
}

/** The number of the next bulletin of a year: `2021-001`. */
export async function nextNumber(queries: Queries, year: string): Promise<string> {
  const found = await sql<{ last: number | null }>`
    select max(split_part(number, '-', 2)::bigint) as last from bulletin where number like ${`${year}-%`}`.execute(
    queries,
  );
  return `${year}-${String((found.rows[0]?.last ?? 0) + 1).padStart(3, '0')}`;
}

/** Publishes a bulletin. */
export async function insertBulletin(
  tx: Transaction,
  bulletin: Omit<Bulletin, 'id' | 'since_entry'>,
): Promise<void> {
  await insertRows(tx, 'bulletin', [bulletin as Record<string, unknown>]);
}
