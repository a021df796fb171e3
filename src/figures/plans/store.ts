import { sql } from 'kysely';
import type { Transaction } from '../../journal/write.ts';
import type { Queries } from '../../kit/db.ts';
import { insertRows, updateRows } from '../../kit/versioned.ts';

/** A release that is to come: which figures, on which day. */
export interface Plan {
  id: number;
  on_day: string;
  title: string;
  title_en: string | null;
  codes: string[];
  /** The day that was promised first, and why it is another now or fell away. */
  first_day: string;
  reason: string | null;
  cancelled: boolean;
  /** The entry that released what was planned. */
  released_entry: number | null;
}

const columns = sql`id, to_char(on_day, 'YYYY-MM-DD') as on_day, title, title_en, codes,
  to_char(first_day, 'YYYY-MM-DD') as first_day, reason, cancelled, released_entry`;

/** The plans, by day: those to come and those of the time since a day. */
export async function listPlans(queries: Queries, since: string): Promise<Plan[]> {
  const found = await sql<Plan>`
    select ${columns} from release_plan where on_day >= ${since}::date or released_entry is null and not cancelled
    order by on_day, id limit 200`.execute(queries);
  return found.rows;
}

/** A plan by its id. */
export async function findPlan(queries: Queries, id: number): Promise<Plan | undefined> {
  return (await sql<Plan>`select ${columns} from release_plan where id = ${id}`.execute(queries)).rows[0];
}

/** Adds a plan. */
export async function insertPlan(tx: Transaction, plan: Omit<Plan, 'id'>): Promise<void> {
  await insertRows(tx, 'release_plan', [{ ...plan }]);
}

/** Changes a plan. */
export async function updatePlan(tx: Transaction, change: { id: number } & Partial<Plan>): Promise<void> {
  await updateRows(tx, 'release_plan', [change]);
}
