// A draft as its writers, reviewers and signer see it: its text with every number, what it asks, its check list, and how the
// records moved since it was sent for review.
import { shown } from '../figures/compute.ts';
import type { Registry } from '../figures/registry.ts';
import { listPeople } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import type { Database } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { type Check, checksOf, type Question, questionsOf } from './checklist.ts';
import type { Fault } from './commands.ts';
import type { CitedFigure, Content } from './content.ts';
import { type CourseSettings, usualCourse } from './course.ts';
import { type ReadText, readText, unspeakable } from './issue.ts';
import { cite } from './numbers.ts';
import type { Picture } from './scene.ts';
import type { Draft, DraftStep } from './schema.ts';
import { findAnyBulletin, findCourse, findDraft, listDraftSteps, listPictures } from './store.ts';

/** A draft looked at closely. */
export interface Examined {
  draft: Draft;
  read: ReadText;
  /** Its text as it would be issued. */
  content: Content<CitedFigure>;
  faults: Fault[];
  questions: Question[];
  checks: Check[];
  steps: DraftStep[];
  pictures: (Picture & { id: number })[];
  settings: CourseSettings;
  /** The names of people by their accounts. */
  people: Map<number, string>;
  /** Its numbers that the records would give otherwise by now; null while it is being written. */
  moved: Moved[] | null;
}

/** A number as it was read when the text was sent, and as it would be now; null where it is not there. */
export interface Moved {
  name: string;
  before: string | null;
  now: string | null;
}

/** A draft by its number. Raises `bulletins/unknown_draft`. */
export async function getDraft(db: Database, id: number): Promise<Draft> {
  const draft = await findDraft(db.queries, id);
  if (draft) return draft;
  throw new Problem('bulletins/unknown_draft', 'not_found', {
    zh: '没有这份文稿。',
    en: 'There is no such draft.',
  });
}

/** A draft to be read. Raises `bulletins/unknown_draft`, `bulletins/text_withdrawn` for what was issued and taken back. */
export async function getReadable(db: Database, id: number): Promise<Draft> {
  const draft = await getDraft(db, id);
  const bulletin = draft.number === null ? undefined : await findAnyBulletin(db.queries, draft.number);
  if (!bulletin?.withdrawn_at) return draft;
  throw new Problem('bulletins/text_withdrawn', 'not_found', {
    zh: `这份文稿发布为 ${draft.number}，已经撤稿，原文不再显示。需要更正的，请在“公报发布”里打开 ${draft.number} 起草更正。`,
    en: `This text was issued as ${draft.number} and withdrawn; it is not shown any more. Open ${draft.number} to draft a correction.`,
  });
}

/** The course as it is set, or the usual one. */
export async function courseOf(db: Pick<Database, 'queries'>): Promise<CourseSettings> {
  return (await findCourse(db.queries)) ?? usualCourse;
}

/**
 * Looks at a draft closely. While it is written, its numbers are those of now; once it is sent for review, those of then.
 * Raises `figures/cutoff_ahead`, `bulletins/no_district`.
 */
export async function examine(
  db: Database,
  registry: Registry,
  draft: Draft,
  now = new Date(),
): Promise<Examined> {
  const pictures = await listPictures(db.queries, draft.id);
  const read = await readDraft(db, registry, draft, pictures, now);
  const people = await listPeople(db.queries);
  const questions = questionsOf(draft.title, draft.text, draft.answers, pictures);
  const { secrecy_reviewer_id: reviewer } = draft;
  const checks = checksOf({
    head: draft,
    cutoff: draft.cutoff,
    content: read.draft,
    faults: read.parsed.faults,
    missing: read.missing,
    few: draft.audience === 'public' ? unspeakable(read).map((one) => one.definition.title.zh) : [],
    gap: draft.audience === 'public' ? (read.held?.text.zh ?? null) : null,
    questions,
    figures: read.computed.length,
    pictures,
    secrecy_reviewer: reviewer === null ? null : (people.get(reviewer) ?? '（无名）'),
  });
  return {
    draft,
    read,
    content: cite(read, undefined, draft.audience === 'public' ? read.withheld : undefined),
    faults: read.parsed.faults,
    questions,
    checks,
    steps: await listDraftSteps(db.queries, draft.id),
    pictures,
    settings: await courseOf(db),
    people,
    moved: await movedSince(db, registry, draft, read, pictures, now),
  };
}

/** A draft's text, read as of its entry where it has one. */
function readDraft(
  db: Database,
  registry: Registry,
  draft: Pick<Draft, 'title' | 'text' | 'cutoff' | 'known_entry'>,
  pictures: readonly Picture[],
  now: Date,
): Promise<ReadText> {
  const { title, text, cutoff, known_entry } = draft;
  return readText(db, registry, { cutoff, known_entry, pictures }, async () => ({ title, text }), now);
}

async function movedSince(
  db: Database,
  registry: Registry,
  draft: Draft,
  read: ReadText,
  pictures: readonly Picture[],
  now: Date,
): Promise<Moved[] | null> {
  const under_way = draft.state === 'review' || draft.state === 'signing';
  if (!under_way || draft.known_entry === null) return null;
  if ((await currentHead(db)).entry_no === draft.known_entry) return [];
  const newest = await readDraft(db, registry, { ...draft, known_entry: null }, pictures, now);
  const then = shownOf(read);
  const since = shownOf(newest);
  return [...new Set([...then.keys(), ...since.keys()])]
    .map((name) => ({ name, before: then.get(name) ?? null, now: since.get(name) ?? null }))
    .filter((one) => one.before !== one.now);
}

/** Each number of a text by what it is of, as it is shown. */
function shownOf({ computed, scene }: ReadText): Map<string, string> {
  return new Map(
    computed.map(({ definition, question, value }) => {
      const key =
        question.by && value.key !== null ? scene.names.get(question.by)?.get(value.key) : undefined;
      const name = `${definition.title.zh}${key ? `（${key}）` : ''}`;
      const of =
        question.cutoff.getTime() === scene.cutoff.getTime() ? '' : ` ${question.cutoff.toISOString()}`;
      return [`${name}${of}`, shown(definition, value.value)!];
    }),
  );
}
