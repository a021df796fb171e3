// The files of the open data: each data set as CSV and as JSON, written while it is read.
import { createHash } from 'node:crypto';
import { listBulletins } from '../../bulletins/actions.ts';
import { withdrawnMark } from '../../ledger/actions.ts';
import { guarded } from '../../ledger/sheet/guard.ts';
import { licenceOf } from '../../office/rules.ts';
import type { Site } from '../context.ts';
import type { Present } from '../present.ts';
import type { Published } from '../published.ts';
import { type ColumnType, type DatasetId, datasetIds, datasets, type OpenColumn } from './dictionary.ts';
import { type OpenCell, type OpenRow, rowsOf } from './rows.ts';

/** The forms that a data set comes in. */
export const formats = ['csv', 'json'] as const;
export type Format = (typeof formats)[number];

/** The media types of the files. */
export const mediaTypes: Readonly<Record<Format, string>> = { csv: 'text/csv', json: 'application/json' };

/** A data set as of a publication, what its files are made from. */
export interface Source {
  site: Site;
  present: Present & { published: Published };
  /** Where the site is, without a slash at the end. */
  address: string;
}

/** How a form of file is written: what stands before the rows, each row, and what stands after. */
interface Writer {
  head: string;
  row(row: OpenRow, index: number): string;
  foot: string;
}

const writers: Readonly<Record<Format, (source: Source, id: DatasetId) => Writer>> = {
  /** CSV by RFC 4180 in UTF-8 with its mark, as spreadsheets want it; no cell becomes a formula. */
  csv: (_source, id) => {
    const { columns } = datasets[id];
    return {
      head: `\ufeff${columns.map(({ name }) => name).join(',')}\r\n`,
      row: (row) => `${columns.map((column) => quoted(textOf(column, row[column.name]))).join(',')}\r\n`,
      foot: '',
    };
  },
  json: (source, id) => {
    const { columns } = datasets[id];
    const valuesOf = (row: OpenRow) => columns.map(({ name, type }) => [name, plainOf(type, row[name])]);
    return {
      head: `${JSON.stringify({ dataset: id, ...originOf(source) }).slice(0, -1)},"rows":[`,
      row: (row, index) => `${index === 0 ? '' : ','}\n${JSON.stringify(Object.fromEntries(valuesOf(row)))}`,
      foot: '\n]}\n',
    };
  },
};

/** A file of a data set, row by row, so that none is ever whole in memory. */
export async function* writeFile(source: Source, id: DatasetId, format: Format): AsyncGenerator<string> {
  const { head, row, foot } = writers[format](source, id);
  yield head;
  let index = 0;
  for await (const one of rows(source, id)) yield row(one, index++);
  yield foot;
}

/** Whose data it is, of when, and under which licence: what whoever uses it has to name. */
export function originOf({ present, address }: Source) {
  const { published, office, district } = present;
  const licence = licenceOf(office);
  return {
    publisher: office.sponsor ?? district.zh,
    bulletin: published.number,
    cutoff: published.cutoff.toISOString(),
    known_entry: published.known_entry,
    licence: licence.name.zh,
    licence_url: licence.url ?? null,
    dictionary: `${address}/open-data/dictionary.csv`,
  };
}

async function* rows({ site, present, address }: Source, id: DatasetId): AsyncGenerator<OpenRow> {
  for await (const row of rowsOf[id](site, present.published)) {
    yield typeof row.url === 'string' ? { ...row, url: `${address}${encodeURI(row.url)}` } : row;
  }
}

/** A cell as text; a list is divided by semicolons. */
function textOf({ type }: OpenColumn, cell: OpenCell): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === 'object') return cell.map(guarded).join(';');
  const text = String(cell);
  // A negative number is no formula.
  return type === 'decimal' || type === 'integer' ? text : guarded(text);
}

/** A cell as JSON: numbers as numbers where they are exact as such. */
function plainOf(type: ColumnType, cell: OpenCell): unknown {
  if (cell === null || cell === undefined) return null;
  if (cell instanceof Date) return cell.toISOString();
  const number = type === 'decimal' || type === 'integer' ? Number(cell) : Number.NaN;
  return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : cell;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const dictionaryHead = [
  'dataset',
  'column',
  'name',
  'name_en',
  'meaning',
  'type',
  'unit',
  'codes',
  'refers_to',
];

/** The whole data dictionary as CSV: one line for each column of each data set. */
export function dictionaryCsv(): string {
  const lines = datasetIds.flatMap((id) =>
    datasets[id].columns.map(({ name, label, meaning, type, unit = '', codes = {}, refers_to = '' }) => [
      id,
      name,
      label.zh,
      label.en,
      meaning,
      type,
      unit,
      codesText(codes),
      refers_to,
    ]),
  );
  return `\ufeff${[dictionaryHead, ...lines].map((line) => line.map((text) => quoted(guarded(text))).join(',')).join('\r\n')}\r\n`;
}

/** A list of codes in a line. */
export function codesText(codes: Readonly<Record<string, string>>): string {
  return Object.entries(codes)
    .map(([code, text]) => `${code} ${text}`)
    .join('；');
}

/** What a file weighs: its rows, its bytes, and the SHA-256 of these. */
export interface Measure {
  rows: number;
  bytes: number;
  sha256: string;
}

/** What every file of every data set weighs. */
export type Measures = Readonly<Record<DatasetId, Record<Format, Measure>>>;

/** What every file weighs, as last measured, and of which state of things that was. */
const measured = new WeakMap<Site['db'], { mark: string; measures: Promise<Measures> }>();

/** What every file weighs. They change by a publication, a withdrawal or the office alone, so they are measured once for each. */
export async function measuresOf(source: Source): Promise<Measures> {
  const { site, present, address } = source;
  const mark = [
    present.published.entry_no,
    await withdrawnMark(site.db.queries),
    (await listBulletins(site.db.queries, 200)).map(({ number }) => number).join(),
    JSON.stringify(present.office),
    address,
  ].join(' ');
  const before = measured.get(site.db);
  if (before?.mark === mark) return before.measures;
  const measures = measureAll(source);
  measured.set(site.db, { mark, measures });
  measures.catch(() => measured.delete(site.db));
  return measures;
}

async function measureAll(source: Source): Promise<Measures> {
  const all: [DatasetId, Record<Format, Measure>][] = [];
  for (const id of datasetIds) all.push([id, await measure(source, id)]);
  return Object.fromEntries(all) as Measures;
}

/** Both files of a data set in one reading of its rows. */
async function measure(source: Source, id: DatasetId): Promise<Record<Format, Measure>> {
  const gauges = formats.map((format) => ({
    write: writers[format](source, id),
    hash: createHash('sha256'),
    bytes: 0,
  }));
  const take = (gauge: (typeof gauges)[number], piece: string) => {
    gauge.hash.update(piece);
    gauge.bytes += Buffer.byteLength(piece);
  };
  let count = 0;
  for (const gauge of gauges) take(gauge, gauge.write.head);
  for await (const row of rows(source, id)) {
    for (const gauge of gauges) take(gauge, gauge.write.row(row, count));
    count++;
  }
  for (const gauge of gauges) take(gauge, gauge.write.foot);
  const [csv, json] = gauges.map(({ hash, bytes }) => ({ rows: count, bytes, sha256: hash.digest('hex') }));
  return { csv: csv!, json: json! };
}
