// How drafts are begun, corrected and written; `acts.ts` has what is done with them on their way.
import { checkCutoff } from '../figures/actions.ts';
import type { Registry } from '../figures/registry.ts';
import { checkRole } from '../identity/access.ts';
import { type Transaction, type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { type Entering, getTemplate, tryTemplate, unknownBulletin } from './actions.ts';
import type { Answer } from './checklist.ts';
import { checkWriter } from './course.ts';
import { bulletinWriters, checkAudience, type DraftHead, kindOf, kindOfStored } from './rules.ts';
import type { Bulletin, Draft } from './schema.ts';
import {
  audienceOf,
  findAnyBulletin,
  findDraft,
  findDraftOf,
  findSuccessor,
  insertDraft,
  insertPictures,
  listPictures,
  updateDraft,
} from './store.ts';

/** What a text says of itself, and what it says. */
export interface DraftText extends DraftHead {
  text: string;
  cutoff: Date;
}

/** A text to begin; where it names a template and brings no words, the template writes it. */
export interface NewDraft extends DraftText {
  template: string | null;
  synthetic: boolean;
}

/**
 * Begins a text. Raises `bulletins/audience`, `bulletins/unknown_template`, `bulletins/template_fault`, `figures/cutoff_ahead`,
 * `identity/reach`.
 */
export async function createDraft(
  db: Database,
  registry: Registry,
  entering: Entering,
  asked: NewDraft,
): Promise<Written<{ id: number }>> {
  refuseIf(checkWriter(entering.actor));
  refuseIf(checkAudience(asked.kind, asked.audience));
  const template = asked.template === null ? undefined : await getTemplate(db.queries, asked.template);
  const empty = asked.title === '' && asked.text === '';
  const now = entering.simulated_at ?? new Date();
  const words = template && empty ? await tryTemplate(db, registry, template, asked.cutoff, now) : asked;
  const { title, text } = words;
  return begin(db, entering, { ...asked, title, text, supersedes_number: null, supersede_reason: null });
}

/**
 * Begins a correction (更正): the text of an issued bulletin again, to be put right and to take its place.
 * Raises `bulletins/unknown`, `bulletins/superseded`, `bulletins/reason_missing`, `identity/reach`.
 */
export async function createCorrection(
  db: Database,
  registry: Registry,
  entering: Entering,
  asked: { number: string; reason: string; synthetic: boolean },
): Promise<Written<{ id: number }>> {
  refuseIf(checkWriter(entering.actor));
  const bulletin = await findAnyBulletin(db.queries, asked.number);
  if (!bulletin) throw unknownBulletin();
  if (await findSuccessor(db.queries, asked.number)) throw alreadySuperseded();
  if (!asked.reason.trim()) throw correctionReason();
  const source = await findDraftOf(db.queries, asked.number);
  const words = source ?? (await wordsOf(db, registry, bulletin));
  const { kind, audience } = { kind: kindOfStored(bulletin.kind), audience: audienceOf(bulletin) };
  const { id: _, since_entry: __, ...copied } = source ?? { id: 0, since_entry: 0 };
  return begin(
    db,
    entering,
    {
      addressee: null,
      contact: null,
      term_days: null,
      ...copied,
      kind,
      audience,
      template: bulletin.template,
      title: words.title,
      text: words.text,
      cutoff: bulletin.cutoff,
      synthetic: asked.synthetic,
      supersedes_number: asked.number,
      supersede_reason: asked.reason.trim(),
    },
    source?.id,
  );
}

/** A bulletin that never was a draft was written by a template, which writes it again. */
async function wordsOf(db: Database, registry: Registry, bulletin: Bulletin) {
  const template = await getTemplate(db.queries, bulletin.template);
  return tryTemplate(db, registry, template, bulletin.cutoff);
}

type Beginning = DraftText & Pick<Draft, 'template' | 'synthetic' | 'supersedes_number' | 'supersede_reason'>;

function begin(
  db: Database,
  entering: Entering,
  text: Beginning & Partial<Pick<Draft, 'answers'>>,
  pictures_of?: number,
): Promise<Written<{ id: number }>> {
  const { account_id, unit_id } = entering.actor;
  const { kind, template, cutoff, audience, supersedes_number } = text;
  const input = { kind, template, cutoff: cutoff.toISOString(), audience, supersedes_number };
  refuseIf(checkCutoff(cutoff, entering.simulated_at ?? new Date()));
  const change = { ...entering, action: 'bulletins/draft', subject: 'bulletin_draft', input };
  return write(db, change, async (tx) => {
    const id = await insertDraft(tx, {
      ...headOf(text),
      template,
      text: text.text,
      cutoff,
      state: 'draft',
      passed: 0,
      known_entry: null,
      author_account_id: account_id,
      author_unit_id: unit_id,
      writer_ids: account_id === null ? [] : [account_id],
      answers: text.answers ?? [],
      secrecy_reviewer_id: null,
      supersedes_number,
      supersede_reason: text.supersede_reason,
      number: null,
      synthetic: text.synthetic,
    });
    if (pictures_of !== undefined) {
      const pictures = await listPictures(tx.queries, pictures_of);
      await insertPictures(
        tx,
        pictures.map(({ id: _, ...one }) => ({ ...one, draft_id: id })),
      );
    }
    tx.entry.subject = `bulletin_draft:${id}`;
    return { id };
  });
}

function headOf({ kind, audience, title, addressee, contact, term_days }: DraftHead): DraftHead {
  const { needs } = kindOf(kind);
  return {
    kind,
    audience,
    title: title.trim(),
    addressee: needs.includes('addressee') ? addressee : null,
    contact: needs.includes('contact') ? contact : null,
    term_days: needs.includes('term_days') ? term_days : null,
  };
}

/**
 * Saves a text as it is being written, with answers to what it asks; `version` is the one that was read, so that two writers never
 * overwrite each other. A changed text wants a new review for secrecy. Raises `bulletins/changed`, `bulletins/not_now`,
 * `bulletins/audience`, `figures/cutoff_ahead`, `identity/reach`.
 */
export function saveDraft(
  db: Database,
  entering: Entering,
  asked: DraftText & { id: number; version: number; answers: Answer[] },
): Promise<Written<{ id: number }>> {
  const { id, version, answers, text, cutoff } = asked;
  const input = {
    id,
    version,
    ...headOf(asked),
    text,
    cutoff: cutoff.toISOString(),
    answers: answers.length,
  };
  const change = { ...entering, action: 'bulletins/writing', subject: `bulletin_draft:${id}`, input };
  return write(db, change, async (tx) => {
    const draft = await getOpen(tx, entering, id, version);
    refuseIf(checkAudience(asked.kind, asked.audience));
    refuseIf(checkCutoff(cutoff, tx.entry.at));
    await updateDraft(tx, {
      id,
      ...headOf(asked),
      text,
      cutoff,
      answers,
      ...touchedBy(entering, draft),
    });
    return { id };
  });
}

/** Whoever changes anything of a draft is one of its writers and reviews it no more; and what was reviewed for secrecy was another. */
function touchedBy({ actor: { account_id } }: Entering, { writer_ids }: Draft) {
  const writers = new Set([...writer_ids, ...(account_id === null ? [] : [account_id])]);
  return { writer_ids: [...writers], secrecy_reviewer_id: null };
}

/** Marks a draft as changed by somebody where its words stay: its pictures. */
export async function touchIn(tx: Transaction, entering: Entering, draft: Draft): Promise<void> {
  await updateDraft(tx, { id: draft.id, ...touchedBy(entering, draft) });
}

/** A draft that may be written in at present. Raises `bulletins/unknown_draft`, `bulletins/changed`, `bulletins/not_now`. */
export async function getOpen(
  tx: Transaction,
  entering: Entering,
  id: number,
  version: number | undefined,
): Promise<Draft> {
  refuseIf(checkRole(entering.actor, bulletinWriters));
  const draft = await findDraft(tx.queries, id);
  if (!draft)
    throw new Problem('bulletins/unknown_draft', 'not_found', {
      zh: '没有这份文稿。',
      en: 'There is no such draft.',
    });
  if (version !== undefined && draft.since_entry !== version) throw changed();
  if (draft.state !== 'draft') throw notOpen();
  return draft;
}

/** The Problem of a draft that somebody changed since it was read. */
export function changed(): Problem {
  return new Problem('bulletins/changed', 'conflict', {
    zh: '这份文稿在您打开之后被别人改过，没有保存。请在新窗口看“修改痕迹”，把别人的改动合进来；再保存就以这里的文字为准。',
    en: 'Somebody changed this text since you opened it; nothing was saved. Look at their changes in another window and bring them in; saving again keeps what stands here.',
  });
}

function notOpen(): Problem {
  return new Problem('bulletins/not_now', 'conflict', {
    zh: '文稿已经送审，不能再改。要改请先撤回，或请审核人退回。',
    en: 'The text is under review. Take it back first, or ask the reviewer to send it back.',
  });
}

/** The Problem of a bulletin that has a correction already. */
export function alreadySuperseded(): Problem {
  return new Problem('bulletins/superseded', 'conflict', {
    zh: '这份公报已经有更正。请更正最新的一份。',
    en: 'This bulletin has been corrected already. Correct the newest one.',
  });
}

function correctionReason(): Problem {
  const text = { zh: '请写明更正理由，它会公开显示。', en: 'Give a reason; it will be shown to everybody.' };
  return new Problem('bulletins/reason_missing', 'invalid', text, { reason: text });
}
