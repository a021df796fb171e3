// From a title and a text to a bulletin: read, computed before any lock (the answer as of an entry never changes), then frozen.
import { type Computed, checkCutoff, nameOf, releaseIn, withPersons } from '../figures/actions.ts';
import { readGaps } from '../figures/gaps/actions.ts';
import { getFigure, type Registry } from '../figures/registry.ts';
import { currentHead } from '../journal/head.ts';
import type { Transaction } from '../journal/write.ts';
import { dayOf } from '../kit/clock.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import type { Citation, CitedFigure, Content } from './content.ts';
import { type Parsed, parseText } from './markup.ts';
import { type Ask, asking, cite, type Resolved, resolve, spoken } from './numbers.ts';
import { type Audience, type Kind, seriesOf } from './rules.ts';
import { loadScene, type Picture, type Scene } from './scene.ts';
import { insertBulletin, nextNumber } from './store.ts';

/** A text as it is written: its title, its lines, up to when it counts, and its pictures. */
export interface Text {
  title: string;
  text: string;
}

/** When a text is read: its cut-off, the entry it is read at (the newest when not given), and its pictures. */
export interface Occasion {
  cutoff: Date;
  known_entry?: number | null | undefined;
  pictures?: readonly Picture[];
}

/** A text that was read: what it says, its numbers, and what is wrong with it. */
export interface ReadText extends Text, Resolved {
  parsed: Parsed;
  scene: Scene;
  /** Its numbers of so few people that the public is not told. */
  withheld: ReadonlySet<Computed>;
  /** What holds its numbers back: a gap between what was reported and the records that nobody has explained. */
  held: Problem | undefined;
}

/**
 * Reads a text, or has one written by a template first, and computes its numbers, all as of one entry: such answers never
 * change, so no snapshot has to hold a connection for them.
 * Raises `figures/cutoff_ahead`, `bulletins/no_district`, and what `write` raises.
 */
export async function readText(
  db: Database,
  registry: Registry,
  occasion: Occasion,
  write: (scene: Scene, ask: Ask) => Promise<Text>,
  now = new Date(),
): Promise<ReadText> {
  refuseIf(checkCutoff(occasion.cutoff, now));
  const head = (await currentHead(db)).entry_no;
  const entry_no = Math.min(occasion.known_entry ?? head, head);
  return readAt(db.queries, registry, { ...occasion, entry_no }, write);
}

async function readAt(
  queries: Queries,
  registry: Registry,
  occasion: Occasion & { entry_no: number },
  write: (scene: Scene, ask: Ask) => Promise<Text>,
): Promise<ReadText> {
  const { cutoff, entry_no, pictures } = occasion;
  const scene = await loadScene(queries, registry, { cutoff, entry_no }, pictures);
  const ask = asking(queries, registry, scene);
  const { title, text } = await write(scene, ask);
  const parsed = parseText(title, text, scene);
  const resolved = await resolve(ask, parsed.content);
  // A number that stands in the text twice is computed and compared once.
  const distinct = [...new Set(resolved.computed)];
  const { computed, held } = await readGaps(queries, registry, distinct);
  const known = new Map(distinct.map((one, index) => [one, computed[index]!]));
  return {
    title,
    text,
    parsed,
    scene,
    ...resolved,
    computed: resolved.computed.map((one) => known.get(one)!),
    withheld: await withheldOf(queries, computed),
    held,
  };
}

async function withheldOf(queries: Queries, computed: readonly Computed[]): Promise<Set<Computed>> {
  const personal = computed.filter((one) => one.definition.personal);
  const all = personal.length ? await withPersons(queries, personal) : [];
  const hidden = new Set(all.filter((one) => one.withheld).map(nameOf));
  return new Set(personal.filter((one) => hidden.has(nameOf(one))));
}

/** The numbers of a text that the public is not told and that no sentence or chart can do without. */
export function unspeakable(read: ReadText): Computed[] {
  return spoken(read).filter((one) => read.withheld.has(one));
}

/** Raises `bulletins/faulty`, `bulletins/no_value`, `bulletins/too_few` or `figures/gap` for a text that cannot be issued as it is; nothing otherwise. */
export function refuseUnready(read: ReadText, registry: Registry): void {
  const [fault] = read.parsed.faults;
  if (fault) {
    throw new Problem('bulletins/faulty', 'invalid', {
      zh: `第 ${fault.line} 行：${fault.message.zh}`,
      en: `Line ${fault.line}: ${fault.message.en}`,
    });
  }
  const [missing] = read.missing;
  if (missing) throw noValue(registry, missing);
  const [few] = unspeakable(read);
  if (few) throw tooFew(few);
  if (read.held) throw read.held;
}

/** What a bulletin is beside its text. */
export interface Imprint {
  kind: Kind;
  audience: Audience;
  template: string;
  addressee: string | null;
  contact: string | null;
  objections_until: string | null;
  supersedes_number: string | null;
  supersede_reason: string | null;
  synthetic: boolean;
}

/**
 * Numbers and issues a text that was read, within an entry. Each number of a public one is frozen as a release; papers for staff
 * release nothing, as a release is for everybody.
 */
export async function issueIn(
  tx: Transaction,
  by: string,
  read: ReadText,
  imprint: Imprint,
): Promise<{ number: string }> {
  const year = dayOf(tx.entry.at).slice(0, 4);
  const number = await nextNumber(tx.queries, year, seriesOf(imprint.kind, imprint.audience));
  const open = imprint.audience === 'public';
  // A number that stands in the text twice is one release.
  const distinct = open ? [...new Set(read.computed)] : [];
  const releases = await releaseIn(tx, by, distinct);
  const ids = new Map(distinct.map((one, index) => [one, releases[index]!.id]));
  // Whether a number of persons is withheld is decided with its release.
  const withheld = new Set(distinct.filter((_, index) => releases[index]!.withheld));
  const [few] = spoken(read).filter((one) => withheld.has(one));
  if (few) throw tooFew(few);
  const content = cite(read, (one) => ids.get(one) ?? 0, withheld);
  await insertBulletin(tx, {
    ...imprint,
    number,
    title: plainTitle(content),
    content,
    cutoff: read.scene.cutoff,
    published_at: tx.entry.at,
    known_entry: read.scene.entry_no,
    of_ledger: open && releasesHome(read.computed),
    issued_entry: tx.entry.entry_no,
  });
  tx.entry.subject = `bulletin:${number}`;
  tx.entry.detail.releases = releases.length;
  return { number };
}

/** The title with its numbers in it. */
function plainTitle(content: Content<CitedFigure>): string {
  return content.title.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}

const homeFigures = ['ledger.total', 'ledger.completed', 'ledger.completion_rate'];

/** Whether a text releases what the home page opens with: three figures of the whole, by field and by area. */
function releasesHome(computed: readonly Computed[]): boolean {
  const has = (code: string, by: string | undefined) =>
    computed.some(({ definition, question }) => definition.code === code && question.by === by);
  return homeFigures.every((code) => [undefined, 'field', 'area'].every((by) => has(code, by)));
}

function tooFew({ definition: { title } }: Computed): Problem {
  return new Problem('bulletins/too_few', 'conflict', {
    zh: `“${title.zh}”涉及的人太少，公开会让人认出来。请从句子里去掉，或放进表里（以＊表示）。`,
    en: `“${title.en}” is of so few people that they could be recognised. Take it out, or put it in a table.`,
  });
}

function noValue(registry: Registry, { figure, key }: Citation): Problem {
  const { title } = getFigure(registry, figure);
  const of = key ? ` (${key})` : '';
  return new Problem('bulletins/no_value', 'conflict', {
    zh: `指标“${title.zh}”${of} 在所选截止时点没有数值，不能发布。请换一个截止时点，或先完成填报。`,
    en: `The figure “${title.en}”${of} has no value at this cut-off, so the text cannot be published. Choose another cut-off or report first.`,
  });
}
