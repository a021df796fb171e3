import { listAreas } from '../../areas/actions.ts';
import { findBulletin, listBulletins } from '../../bulletins/actions.ts';
import { numbersOf } from '../../bulletins/content.ts';
import { kindOfStored } from '../../bulletins/rules.ts';
import { everyRelease, listReleases } from '../../figures/actions.ts';
import { answerOf, seriesOf } from '../../figures/answer.ts';
import { recordsOf, shown } from '../../figures/compute.ts';
import type { Definition } from '../../figures/definition.ts';
import { definitionHash } from '../../figures/registry.ts';
import { everyOpenItem, everyOpenProject, listFields } from '../../ledger/actions.ts';
import { never } from '../../ledger/schema.ts';
import { listUnits } from '../../units/actions.ts';
import type { Site } from '../context.ts';
import type { Published } from '../published.ts';
import type { DatasetId } from './dictionary.ts';

/** A cell of a file, before it is written. */
export type OpenCell = string | number | boolean | Date | readonly string[] | null | undefined;

/** A row by the names of its columns. */
export type OpenRow = Readonly<Record<string, OpenCell>>;

/** The rows of a data set as of a publication; read page by page. */
type Rows = (site: Site, published: Published) => AsyncIterable<OpenRow>;

/** How the rows of each data set are read. */
export const rowsOf: Readonly<Record<DatasetId, Rows>> = {
  projects,
  items,
  figures,
  series,
  releases,
  records,
  bulletins,
  areas: (site, { known_entry }) => each(listAreas(site.db.queries, known_entry)),
  units,
  fields: (site, { known_entry }) => each(listFields(site.db.queries, known_entry)),
};

async function* each<Row extends object>(rows: Promise<readonly Row[]>): AsyncGenerator<OpenRow> {
  yield* (await rows) as readonly OpenRow[];
}

async function unitCodes(site: Site, entry_no: number): Promise<Map<number, string>> {
  return new Map((await listUnits(site.db.queries, entry_no)).map((unit) => [unit.id, unit.code]));
}

async function* projects(site: Site, { known_entry }: Published): AsyncGenerator<OpenRow> {
  const units = await unitCodes(site, known_entry);
  for await (const project of everyOpenProject(site.db.queries, known_entry)) {
    yield {
      ...project,
      unit_code: units.get(project.unit_id),
      deadline: project.deadline === never ? null : project.deadline,
      url: `/projects/${project.number}`,
    };
  }
}

async function* items(site: Site, { known_entry }: Published): AsyncGenerator<OpenRow> {
  const units = await unitCodes(site, known_entry);
  for await (const item of everyOpenItem(site.db.queries, known_entry)) {
    yield { ...item, project_number: item.number, unit_code: units.get(item.unit_id) };
  }
}

async function* figures(site: Site): AsyncGenerator<OpenRow> {
  for (const definition of site.registry.values()) {
    const { code, version, title, explanation, unit, kind, decimals, dimensions } = definition;
    const answer = await answerOf(site, definition, {});
    yield {
      code,
      version,
      title: title.zh,
      explanation: explanation.zh,
      unit: unit.zh,
      kind,
      decimals,
      dimensions,
      value: answer && shown(definition, answer.whole.value),
      cutoff: answer?.question.cutoff,
      known_entry: answer?.question.entry_no,
      definition_hash: definitionHash(site.db.queries, definition),
      url: `/figures/${code}`,
    };
  }
}

async function* series(site: Site): AsyncGenerator<OpenRow> {
  for (const definition of site.registry.values()) {
    const answer = (await isReleased(site, definition)) && (await answerOf(site, definition, {}));
    if (!answer) continue;
    for (const point of await seriesOf(site, answer)) {
      yield {
        code: definition.code,
        cutoff: point.cutoff,
        value: shown(definition, point.value),
        unit: definition.unit.zh,
        known_entry: answer.question.entry_no,
      };
    }
  }
}

async function* releases(site: Site, { entry_no }: Published): AsyncGenerator<OpenRow> {
  for await (const release of everyRelease(site.db.queries)) {
    if (release.since_entry <= entry_no) yield { ...release, url: `/releases/${release.id}` };
  }
}

/** Whether a figure was released itself, the whole of it or a part; another way to count one may be asked and is not here. */
async function isReleased(site: Site, { code }: Definition): Promise<boolean> {
  return (await listReleases(site.db.queries, code, 1, true)).length > 0;
}

/** Whether a figure is made of values that units report, each of which stands for itself and for no person. */
function isReported({ kind, personal }: Definition): boolean {
  return (kind === 'flow' || kind === 'stock') && !personal;
}

async function* records(site: Site): AsyncGenerator<OpenRow> {
  const { queries } = site.db;
  for (const definition of site.registry.values()) {
    if (!isReported(definition) || (await listReleases(queries, definition.code, 1, true)).length === 0)
      continue;
    const answer = await answerOf(site, definition, {});
    if (!answer) continue;
    const { question } = answer;
    for (let after = ''; ; ) {
      const page = await recordsOf(queries, definition, question, after, 1000);
      for (const { unit, field, ...record } of page) {
        const { code, unit: counted } = definition;
        yield { ...record, code, unit_code: unit, field_code: field, unit: counted.zh };
      }
      if (page.length < 1000) break;
      after = page.at(-1)!.record;
    }
  }
}

/** More than any district publishes in a decade. */
const mostBulletins = 10_000;

async function* bulletins(site: Site, { entry_no }: Published): AsyncGenerator<OpenRow> {
  const { queries } = site.db;
  for (const { number } of (await listBulletins(queries, mostBulletins)).toReversed()) {
    const bulletin = await findBulletin(queries, number);
    if (!bulletin || (bulletin.issued_entry ?? bulletin.since_entry) > entry_no) continue;
    const { content, ...rest } = bulletin;
    const kind = kindOfStored(bulletin.kind);
    yield { ...rest, kind, figures: numbersOf(content).length, url: `/bulletins/${number}` };
  }
}

async function* units(site: Site, { known_entry }: Published): AsyncGenerator<OpenRow> {
  const rows = await listUnits(site.db.queries, known_entry);
  const codes = new Map(rows.map((unit) => [unit.id, unit.code]));
  for (const unit of rows) {
    yield { ...unit, parent_code: unit.parent_id === null ? null : codes.get(unit.parent_id) };
  }
}
