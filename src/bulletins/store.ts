import { sql } from 'kysely';
import type { Transaction } from '../journal/write.ts';
import type { Queries } from '../kit/db.ts';
import { closeRows, insertRows, type Row, updateRows } from '../kit/versioned.ts';
import type { CourseSettings } from './course.ts';
import type { Audience, Kind } from './rules.ts';
import type { Picture } from './scene.ts';
import type { Bulletin, Draft, DraftStep } from './schema.ts';
import type { Template } from './templates.ts';

export type { Bulletin } from './schema.ts';

const isPublic = sql`coalesce(audience, 'public') = 'public'`;

/** A page of public bulletins, newest first: of one kind when given. */
export async function listBulletins(
  queries: Queries,
  limit: number,
  filter: { kind?: Kind | undefined; offset?: number } = {},
): Promise<Bulletin[]> {
  const { kind, offset = 0 } = filter;
  const only = kind ? sql`and coalesce(kind, 'press') = ${kind}` : sql``;
  const found = await sql<Bulletin>`
    select * from bulletin where ${isPublic} ${only} order by id desc limit ${limit} offset ${offset}`.execute(
    queries,
  );
  return found.rows;
}

/** How many public bulletins there are of each kind. */
export async function countBulletins(queries: Queries): Promise<Map<string, number>> {
  const found = await sql<{ kind: string; count: number }>`
    select coalesce(kind, 'press') as kind, count(*) as count from bulletin where ${isPublic} group by 1`.execute(
    queries,
  );
  return new Map(found.rows.map(({ kind, count }) => [kind, count]));
}

/** A public bulletin by its number, taken back or not; one for staff is not found. */
export async function findBulletin(queries: Queries, number: string): Promise<Bulletin | undefined> {
  const found = await sql<Bulletin>`select * from bulletin where number = ${number} and ${isPublic}`.execute(
    queries,
  );
  return found.rows[0];
}

/** A bulletin by its number, whomever it is for. */
export async function findAnyBulletin(queries: Queries, number: string): Promise<Bulletin | undefined> {
  return (await sql<Bulletin>`select * from bulletin where number = ${number}`.execute(queries)).rows[0];
}

/** The newest bulletins, whomever they are for. */
export async function listAllBulletins(queries: Queries, limit: number): Promise<Bulletin[]> {
  return (await sql<Bulletin>`select * from bulletin order by id desc limit ${limit}`.execute(queries)).rows;
}

/** The bulletin that corrects another one. */
export async function findSuccessor(
  queries: Queries,
  number: string,
): Promise<Pick<Bulletin, 'number' | 'supersede_reason'> | undefined> {
  const found = await sql<Pick<Bulletin, 'number' | 'supersede_reason'>>`
    select number, supersede_reason from bulletin where supersedes_number = ${number} order by id desc limit 1`.execute(
    queries,
  );
  return found.rows[0];
}

/** Whether a picture stands in a bulletin that everybody may read at present. */
export async function isPublishedPicture(queries: Queries, digest: string): Promise<boolean> {
  const part = JSON.stringify({ blocks: [{ kind: 'picture', file: digest }] });
  const found = await sql<{ found: boolean }>`
    select exists (
      select from bulletin where ${isPublic} and withdrawn_at is null and content @> ${part}::jsonb) as found`.execute(
    queries,
  );
  return found.rows[0]!.found;
}

/** Whether a picture stands in any bulletin, public or for staff; one that was taken back has no content left. */
export async function hasPicture(queries: Queries, digest: string): Promise<boolean> {
  const part = JSON.stringify({ blocks: [{ kind: 'picture', file: digest }] });
  const found = await sql<{ found: boolean }>`
    select exists (select from bulletin where content @> ${part}::jsonb) as found`.execute(queries);
  return found.rows[0]!.found;
}

/** The number of the next bulletin of a year in a series: `2021-001`, `2021-H001`. */
export async function nextNumber(queries: Queries, year: string, series: string): Promise<string> {
  const start = `${year}-${series}`;
  const found = await sql<{ last: number | null }>`
    select max(substr(number, ${start.length + 1}::int)::bigint) as last
    from bulletin where number ~ ${`^${start}[0-9]+$`}`.execute(queries);
  return `${start}${String((found.rows[0]?.last ?? 0) + 1).padStart(3, '0')}`;
}

/** Issues a bulletin. */
export async function insertBulletin(
  tx: Transaction,
  bulletin: Omit<Bulletin, 'id' | 'since_entry' | 'withdrawn_at' | 'withdrawal_reason'>,
): Promise<void> {
  await insertRows(tx, 'bulletin', [{ ...bulletin }]);
}

/** What becomes of an issued bulletin: taken back, or no longer what the home page rests on. */
export async function updateBulletin(
  tx: Transaction,
  change: { id: number } & Partial<Bulletin>,
): Promise<void> {
  await updateRows(tx, 'bulletin', [{ ...change }]);
}

/** A draft. */
export async function findDraft(queries: Queries, id: number): Promise<Draft | undefined> {
  return (await sql<Draft>`select * from bulletin_draft where id = ${id}`.execute(queries)).rows[0];
}

/** The draft that became a bulletin. */
export async function findDraftOf(queries: Queries, number: string): Promise<Draft | undefined> {
  return (await sql<Draft>`select * from bulletin_draft where number = ${number}`.execute(queries)).rows[0];
}

/** Drafts that are under way, the ones touched last first. */
export async function listDrafts(queries: Queries, limit: number): Promise<Draft[]> {
  const found = await sql<Draft>`
    select * from bulletin_draft where state in ('draft', 'review', 'signing')
    order by since_entry desc, id desc limit ${limit}`.execute(queries);
  return found.rows;
}

/** What a draft said once, and who made it say so. */
export interface DraftVersion {
  title: string;
  text: string;
  at: Date;
  actor: string;
}

/** Every version of a draft's words, oldest first; acts that changed no word are none. */
export async function listDraftVersions(queries: Queries, id: number): Promise<DraftVersion[]> {
  const found = await sql<DraftVersion>`
    select title, text, at, actor from (
      select since_entry, title, text, lag(title) over w as former_title, lag(text) over w as former_text from (
        select since_entry, title, text from bulletin_draft where id = ${id}
        union all select since_entry, title, text from bulletin_draft_past where id = ${id}) as version
      window w as (order by since_entry)) as version
    join journal on entry_no = since_entry
    where former_text is distinct from text or former_title is distinct from title
    order by since_entry`.execute(queries);
  return found.rows;
}

/** A new draft; gives its number. */
export async function insertDraft(
  tx: Transaction,
  draft: Omit<Draft, 'id' | 'since_entry'>,
): Promise<number> {
  const [stored] = await insertRows<Row & { id: number }>(tx, 'bulletin_draft', [{ ...draft }]);
  return stored!.id;
}

/** Changes a draft. */
export async function updateDraft(tx: Transaction, change: { id: number } & Partial<Draft>): Promise<void> {
  await updateRows(tx, 'bulletin_draft', [{ ...change }]);
}

/** What was done with a draft, oldest first. */
export async function listDraftSteps(queries: Queries, draft_id: number): Promise<DraftStep[]> {
  const found = await sql<DraftStep>`
    select * from bulletin_step where draft_id = ${draft_id} order by id`.execute(queries);
  return found.rows;
}

/** Notes what was done with a draft. */
export async function insertDraftStep(tx: Transaction, step: Omit<DraftStep, 'id'>): Promise<void> {
  await insertRows(tx, 'bulletin_step', [{ ...step }]);
}

/** The pictures of a draft by number. */
export async function listPictures(
  queries: Queries,
  draft_id: number,
): Promise<(Picture & { id: number })[]> {
  const found = await sql<Picture & { id: number }>`
    select id, position, file_digest, alt, caption, source, width, height
    from bulletin_picture where draft_id = ${draft_id} order by position`.execute(queries);
  return found.rows;
}

/** Adds pictures to a draft. */
export async function insertPictures(
  tx: Transaction,
  pictures: readonly (Picture & { draft_id: number })[],
): Promise<void> {
  await insertRows(
    tx,
    'bulletin_picture',
    pictures.map((one) => ({ ...one })),
  );
}

/** Changes what is said of a picture. */
export async function updatePicture(
  tx: Transaction,
  change: { id: number } & Pick<Picture, 'alt' | 'caption' | 'source'>,
): Promise<void> {
  await updateRows(tx, 'bulletin_picture', [change]);
}

/** Takes a picture off a draft. */
export async function closePicture(tx: Transaction, id: number): Promise<void> {
  await closeRows(tx, 'bulletin_picture', [id]);
}

/** The templates that the office keeps. */
export async function listKeptTemplates(queries: Queries): Promise<(Template & { id: number })[]> {
  const found = await sql<Template & { id: number }>`
    select id, code, kind, title, text from bulletin_template order by code collate "C"`.execute(queries);
  return found.rows;
}

/** Keeps a template: a new one, or a new text of one that is kept. */
export async function keepTemplate(tx: Transaction, template: Template): Promise<void> {
  const kept = (await listKeptTemplates(tx.queries)).find((one) => one.code === template.code);
  const { code, kind, title, text } = template;
  if (kept) await updateRows(tx, 'bulletin_template', [{ id: kept.id, kind, title, text }]);
  else await insertRows(tx, 'bulletin_template', [{ code, kind, title, text }]);
}

/** Ends a kept template; where the product has one under its code, that is in force again. */
export async function endTemplate(tx: Transaction, id: number): Promise<void> {
  await closeRows(tx, 'bulletin_template', [id]);
}

/** The course as the district has set it. */
export async function findCourse(queries: Queries): Promise<(CourseSettings & { id: number }) | undefined> {
  const found = await sql<CourseSettings & { id: number }>`
    select id, reviews, review_roles, signer_roles, distinct_people from bulletin_course order by id limit 1`.execute(
    queries,
  );
  return found.rows[0];
}

/** Sets the course. */
export async function keepCourse(tx: Transaction, settings: CourseSettings): Promise<void> {
  const kept = await findCourse(tx.queries);
  const { reviews, review_roles, signer_roles, distinct_people } = settings;
  const row = { reviews, review_roles, signer_roles, distinct_people };
  if (kept) await updateRows(tx, 'bulletin_course', [{ id: kept.id, ...row }]);
  else await insertRows(tx, 'bulletin_course', [row]);
}

/** Whom a bulletin is for; the oldest do not say and are public. */
export function audienceOf(bulletin: Pick<Bulletin, 'audience'>): Audience {
  return bulletin.audience ?? 'public';
}
