// The bulletins of the demonstration, led through the real course: written by the publisher, reviewed and signed by others.
import type { Act } from '../src/bulletins/course.ts';
import { createDraft, type NewDraft, saveDraft, takeAct } from '../src/bulletins/drafts.ts';
import { examine, getDraft } from '../src/bulletins/examine.ts';
import { kindOf } from '../src/bulletins/rules.ts';
import type { Entitled } from '../src/identity/access.ts';
import { cutoffOf } from '../src/kit/clock.ts';
import type { Product } from '../src/product.ts';

type Actors = (login: string) => Entitled;

const minute = 60_000;

/**
 * Issues the press bulletin at its moment, as known just before, and leaves an announcement under review and a report being written,
 * so that every screen has something to show.
 */
export async function publishDemonstration(
  product: Product,
  actors: Actors,
  published: { at: Date; cutoff: Date },
): Promise<void> {
  const at = (minutes: number) => new Date(published.at.getTime() + minutes * minute);
  const press = await begin(product, actors('publisher'), at(-50), {
    kind: 'press',
    template: 'jinwan-press',
    cutoff: published.cutoff,
  });
  await answerAll(product, actors('publisher'), at(-45), press, '观海融媒 2021年9月3日报道');
  const course: [string, Act, number][] = [
    ['publisher', 'submission', -40],
    ['coordinator', 'review', -30],
    ['coordinator', 'secrecy', -29],
    ['inspector', 'review', -20],
    ['leader', 'review', -10],
    ['leader', 'issue', 0],
  ];
  for (const [login, act, minutes] of course) {
    await take(product, actors(login), at(minutes), press, act);
  }
  await leaveUnderWay(product, actors, at);
}

async function leaveUnderWay(product: Product, actors: Actors, at: (minutes: number) => Date): Promise<void> {
  const announcement = await begin(product, actors('publisher'), at(60), {
    kind: 'announcement',
    template: 'announcement',
    cutoff: cutoffOf('2021-09-03T17:00'),
    contact: '区统筹办（演示），0756-0000000',
    term_days: 5,
  });
  await take(product, actors('publisher'), at(70), announcement, 'submission');
  await take(product, actors('coordinator'), at(80), announcement, 'review');
  await begin(product, actors('coordinator'), at(90), {
    kind: 'report',
    template: 'report',
    cutoff: cutoffOf('2021-09-03T17:00'),
    addressee: '区委、区政府',
  });
}

async function begin(
  { db, registry }: Product,
  actor: Entitled,
  simulated_at: Date,
  asked: Pick<NewDraft, 'kind' | 'template' | 'cutoff'> & Partial<NewDraft>,
): Promise<number> {
  const draft: NewDraft = {
    title: '',
    text: '',
    audience: kindOf(asked.kind).audience,
    addressee: null,
    contact: null,
    term_days: null,
    synthetic: true,
    ...asked,
  };
  return (await createDraft(db, registry, { actor, simulated_at }, draft)).outcome.id;
}

/** Answers what the text asks, so that the check list is clear. */
async function answerAll(
  { db, registry }: Product,
  actor: Entitled,
  simulated_at: Date,
  id: number,
  source: string,
): Promise<void> {
  const draft = await getDraft(db, id);
  const { questions } = await examine(db, registry, draft);
  const answers = questions.map(({ kind, place }) => ({ kind, place, source }));
  if (answers.length === 0) return;
  await saveDraft(db, { actor, simulated_at }, { ...draft, version: draft.since_entry, answers });
}

async function take(
  { db, registry }: Product,
  actor: Entitled,
  simulated_at: Date,
  id: number,
  act: Act,
): Promise<void> {
  await takeAct(db, registry, { actor, simulated_at }, { id, act });
}
