import { listAreas } from '../areas/actions.ts';
import { type Computed, checkCutoff, type Release, releaseIn } from '../figures/actions.ts';
import { shown, valuesOf } from '../figures/compute.ts';
import type { Definition } from '../figures/definition.ts';
import { getFigure, type Registry } from '../figures/registry.ts';
import { checkRole, type Entitled } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { type Written, write } from '../journal/write.ts';
import { dayOf } from '../kit/clock.ts';
import { type Database, inSnapshot, type Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { listFields } from '../ledger/actions.ts';
import { type Citation, type CitedFigure, type Content, mapNumbers, numbersOf } from './content.ts';
import { bulletinPublishers } from './rules.ts';
import { insertBulletin, nextNumber } from './store.ts';
import { jinwanPress } from './templates/jinwan-press.ts';
import type { Template } from './templates/template.ts';

export { type Bulletin, findBulletin, listBulletins } from './store.ts';

const templates = new Map<string, Template>([[jinwanPress.code, jinwanPress]]);

/** What is published: which template, up to when, and whether its records are a demonstration's. */
export interface Publication {
  template: string;
  cutoff: Date;
  synthetic: boolean;
  /** The entry that a draft was read at, so that what was read is what is published; the newest when not given. */
  known_entry?: number;
}

/**
 * Writes a bulletin by its template, freezes every number in it as a release and publishes it, all in one entry.
 * Raises `identity/reach`, `bulletins/unknown_template`, `figures/cutoff_ahead`, `bulletins/no_value` when a number has no value.
 */
export async function publish(
  db: Database,
  registry: Registry,
  entering: { actor: Entitled; idempotency_key?: string; simulated_at?: Date },
  publication: Publication,
): Promise<Written<{ number: string }>> {
  refuseIf(checkRole(entering.actor, bulletinPublishers));
  const { template, cutoff, entry_no, draft, computed } = await prepareDraft(
    db,
    registry,
    publication,
    entering.simulated_at ?? new Date(),
  );
  const change = {
    ...entering,
    action: 'bulletins/publication',
    subject: 'bulletin',
    input: { template: template.code, cutoff: cutoff.toISOString() },
  };
  return write(db, change, async (tx) => {
    const number = await nextNumber(tx.queries, dayOf(tx.entry.at).slice(0, 4));
    // A number that stands in the text twice is one release.
    const distinct = [...new Set(computed)];
    const releases = await releaseIn(tx, entering.actor.name, distinct);
    const content = cite(draft, computed, new Map(distinct.map((one, index) => [one, releases[index]!])));
    const title = content.title.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
    const { synthetic } = publication;
    const rest = {
      template: template.code,
      cutoff,
      published_at: tx.entry.at,
      known_entry: entry_no,
      synthetic,
    };
    await insertBulletin(tx, { number, title, content, ...rest });
    tx.entry.subject = `bulletin:${number}`;
    tx.entry.detail.releases = releases.length;
    return { number };
  });
}

/** A bulletin as it would be published: its text with every number in it, and the entry that it was read at. */
export async function draftBulletin(
  db: Database,
  registry: Registry,
  publication: Publication,
): Promise<{ content: Content<CitedFigure>; known_entry: number }> {
  const { draft, computed, entry_no } = await prepareDraft(db, registry, publication, new Date());
  let index = 0;
  const content = mapNumbers(draft, (): CitedFigure => {
    const { definition, value } = computed[index++]!;
    const { code, unit } = definition;
    return { release_id: 0, code, text: shown(definition, value.value)!, unit: unit.zh };
  });
  return { content, known_entry: entry_no };
}

/** Writes the text and computes its numbers, before any lock: the answer as of an entry never changes. */
async function prepareDraft(db: Database, registry: Registry, publication: Publication, now: Date) {
  const template = templates.get(publication.template);
  if (!template) throw unknownTemplate(publication.template);
  const { cutoff } = publication;
  refuseIf(checkCutoff(cutoff, now));
  const head = (await currentHead(db)).entry_no;
  const entry_no = Math.min(publication.known_entry ?? head, head);
  return inSnapshot(db, async (queries) => {
    const draft = template.write(await occasionOf(queries, entry_no, cutoff));
    const computed = await compute(queries, registry, entry_no, cutoff, draft);
    return { template, cutoff, entry_no, draft, computed };
  });
}

async function occasionOf(queries: Queries, entry_no: number, cutoff: Date) {
  const areas = await listAreas(queries, entry_no);
  const district = areas.find((area) => area.level === 'district');
  if (!district) throw noDistrict();
  const towns = areas.filter((area) => area.level === 'town');
  return { cutoff, district, towns, fields: await listFields(queries, entry_no) };
}

/** The codes of the templates that there are. */
export const templateCodes = [...templates.keys()];

/** The templates to choose from, by what they are called. */
export const templateChoices = [...templates.values()].map(({ code, title }) => ({
  value: code,
  text: title,
}));

/** Computes each number of a draft, asking for every breakdown once. */
async function compute(
  queries: Queries,
  registry: Registry,
  entry_no: number,
  cutoff: Date,
  draft: Content<Citation>,
): Promise<Computed[]> {
  const { code: area } = (await listAreas(queries, entry_no)).find((one) => one.level === 'district')!;
  const computed = new Map<string, Computed>();
  for (const citation of numbersOf(draft)) {
    if (computed.has(nameOf(citation))) continue;
    const definition = getFigure(registry, citation.figure);
    const question = { cutoff: citation.cutoff ?? cutoff, entry_no, area, by: citation.by };
    for (const value of await valuesOf(queries, definition, question)) {
      computed.set(nameOf({ ...citation, key: value.key ?? undefined }), { definition, question, value });
    }
  }
  return numbersOf(draft).map((citation) => {
    const found = computed.get(nameOf(citation));
    if (!found || found.value.value === null)
      throw noValue(getFigure(registry, citation.figure), citation.key);
    return found;
  });
}

function nameOf(citation: { figure: string; by?: string; key?: string | undefined; cutoff?: Date }): string {
  return [citation.figure, citation.by, citation.key, citation.cutoff?.toISOString()].join('|');
}

/** The text with each number replaced by the release that it shows. */
function cite(
  draft: Content<Citation>,
  computed: Computed[],
  releases: Map<Computed, Release>,
): Content<CitedFigure> {
  let index = 0;
  return mapNumbers(draft, () => {
    const one = computed[index++]!;
    const text = shown(one.definition, one.value.value)!;
    return {
      release_id: releases.get(one)!.id,
      code: one.definition.code,
      text,
      unit: one.definition.unit.zh,
    };
  });
}

function unknownTemplate(code: string): Problem {
  return new Problem('bulletins/unknown_template', 'not_found', {
    zh: `没有名为 ${code} 的模板。可用：${[...templates.keys()].join('、')}。`,
    en: `There is no template named ${code}. Known: ${[...templates.keys()].join(', ')}.`,
  });
}

function noDistrict(): Problem {
  return new Problem('bulletins/no_district', 'conflict', {
    zh: '还没有录入本区的区划和项目，不能发布。可先运行 shishi demo load jinwan-2021。',
    en: 'The district has no areas or projects yet, so nothing can be published. Try: shishi demo load jinwan-2021.',
  });
}

function noValue(definition: Definition, key: string | undefined): Problem {
  const of = key ? ` (${key})` : '';
  return new Problem('bulletins/no_value', 'conflict', {
    zh: `指标“${definition.title.zh}”${of} 在所选截止时点没有数值，不能发布。请换一个截止时点，或先完成填报。`,
    en: `The figure “${definition.title.en}”${of} has no value at this cut-off, so the text cannot be published. Choose another cut-off or report first.`,
  });
}
