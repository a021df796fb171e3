// Figures against brute force: whatever is reported, corrected, taken back, reported late, and however areas are split and
// moved meanwhile, an answer by both clocks is what a plain program finds that remembers everything.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { listAreas, succeedAreas } from '../areas/actions.ts';
import type { Area } from '../areas/schema.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { cutoffOf } from '../kit/clock.ts';
import { exactText, plus } from '../kit/fraction.ts';
import { commandLine } from '../product.ts';
import { report, voidCells } from '../reporting/actions.ts';
import { valuesOf } from './compute.ts';
import { causes, endAt, explain } from './explain.ts';
import { getFigure } from './registry.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const form = 'vaccination.doses';
const head = async () => (await currentHead(product.db)).entry_no;
const start = Date.parse('2022-01-01T00:00Z');
const dayAt = (index: number) => new Date(start + index * 86_400_000).toISOString().slice(0, 10);

interface Cell {
  record: string;
  value: number;
  area: string;
  unit: string;
  dose: string;
  day: string;
}

/** Everything as it was at an entry: cells by name, the area above each, and what became of areas. */
interface World {
  cells: Map<string, Cell>;
  parents: Map<string, string | null>;
  successors: Map<string, string[]>;
  valid: Map<string, { from: string; until: string | null }>;
}

const copyOf = ({ cells, parents, successors, valid }: World): World => ({
  cells: new Map(cells),
  parents: new Map(parents),
  successors: new Map(successors),
  valid: new Map(valid),
});

async function worldNow(): Promise<World> {
  const found = await sql<Cell & { key: string }>`
    select form || ':' || key as record, key, value, value.area_code as area, unit.code as unit, dose,
      to_char(day, 'YYYY-MM-DD') as day
    from reported_value as value join unit on unit.id = value.unit_id where form = ${form}`.execute(
    product.db.queries,
  );
  const areas = await listAreas(product.db.queries, await head());
  return {
    cells: new Map(found.rows.map(({ key, ...cell }) => [key, { ...cell, value: Number(cell.value) }])),
    parents: new Map(areas.map((area) => [area.code, area.parent_code])),
    successors: new Map(),
    valid: new Map(areas.map((area) => [area.code, { from: area.valid_from, until: area.valid_until }])),
  };
}

/** From an area up to the district, itself first. */
function lineOf(world: World, area: string): string[] {
  const line: string[] = [];
  for (let at: string | null | undefined = area; at; at = world.parents.get(at)) line.push(at);
  return line;
}

/** Where an area that ended lies now: the smallest area that everything it became lies in. */
function placeNow(world: World, area: string): string {
  const next = world.successors.get(area);
  if (!next) return area;
  const [first, ...others] = next.map((one) => lineOf(world, placeNow(world, one)));
  return first!.find((code) => others.every((line) => line.includes(code)))!;
}

/** The part of the district that an area is of: a town, or the district itself. */
function branchOf(world: World, area: string): string {
  const line = lineOf(world, area);
  return line.at(-2) ?? line.at(-1)!;
}

/** What the figure should be, by its parts: value, how many records, and digest. */
function expected(world: World, cutoff: string, boundaries: 'now' | undefined, by: boolean) {
  const parts = new Map<string | null, Cell[]>();
  if (!by) parts.set(null, []);
  for (const cell of world.cells.values()) {
    if (cell.day > cutoff) continue;
    const place = boundaries ? placeNow(world, cell.area) : cell.area;
    const key = by ? branchOf(world, place) : null;
    parts.set(key, [...(parts.get(key) ?? []), cell]);
  }
  return [...parts]
    .sort(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))
    .map(([key, cells]) => ({
      key,
      value: cells.length === 0 ? null : String(cells.reduce((sum, cell) => sum + cell.value, 0)),
      inputs: cells.length,
      digest: createHash('sha256').update(cells.map(textOf).sort(byBytes).join('\n')).digest('hex'),
    }));
}

const textOf = (cell: Cell) =>
  [cell.record, cell.value, cell.area, '', cell.unit, '', cell.dose, cell.day].join('|');
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

const deed = fc.record({
  kind: fc.constantFrom('report', 'report', 'report', 'correct', 'void', 'split', 'move'),
  /** Days before the day that the history has come to: what comes in late. */
  late: fc.oneof(fc.constant(0), fc.nat({ max: 200 })),
  pick: fc.nat({ max: 1_000_000 }),
  dose: fc.constantFrom('1', '2', '3'),
  value: fc.nat({ max: 900 }),
});

test('as-of answers are what brute force finds, on the boundaries of then and of now, and changes are explained exactly', async () => {
  const actor = await entitledAs(product.db.queries, 'wjj.officer');
  const world = await worldNow();
  let day = 0;
  let number = 500;
  const villages = () =>
    [...world.valid].filter(
      ([code, { from, until }]) => code.length === 12 && !until && from < dayAt(day) && code.startsWith('44'),
    );

  async function report_(area: string, on: string, dose: string, value: number): Promise<void> {
    const csv = `day,area_code,dose,doses,synthetic\n${on},${area},${dose},${value},true`;
    await report(product.db, { actor, reason: '更正' }, form, csv);
    const key = `${on}|${area}|${dose}`;
    world.cells.set(key, { record: `${form}:${key}`, value, area, unit: 'wjj', dose, day: on });
  }

  async function succeed(kind: 'split' | 'move', pick: number): Promise<void> {
    const [code] = villages()[pick % villages().length]!;
    const towns = ['440404100', '440404101', '440404103', '440404104'];
    const own = code.slice(0, 9);
    const other = towns.filter((one) => one !== own)[pick % 3]!;
    // A split leaves both parts where they were, or sends one of them to another town.
    const into = kind === 'move' ? [other] : [own, pick % 2 ? own : other];
    const beginning = into.map(
      (town): Area => ({
        code: `${town}${++number}`,
        name: `村${number}`,
        name_en: null,
        level: 'village',
        kind: 'village',
        parent_code: town,
        managed_by: null,
        valid_from: dayAt(day),
        valid_until: null,
      }),
    );
    const on_day = dayAt(day);
    await succeedAreas(product.db, commandLine, { on_day, ending: [code], beginning, links: [], note: null });
    world.valid.set(code, { ...world.valid.get(code)!, until: on_day });
    world.successors.set(
      code,
      beginning.map((area) => area.code),
    );
    for (const area of beginning) {
      world.parents.set(area.code, area.parent_code);
      world.valid.set(area.code, { from: on_day, until: null });
    }
  }

  async function enter({
    kind,
    late,
    pick,
    dose,
    value,
  }: Record<'kind' | 'dose', string> & Record<'late' | 'pick' | 'value', number>) {
    day += 3;
    const [known] = [...world.cells].filter(([, cell]) => cell.day >= dayAt(0)).slice(pick % 7);
    if (kind === 'split' || kind === 'move') return succeed(kind, pick);
    if (kind === 'void' && known) {
      await voidCells(product.db, { actor, reason: '重复' }, form, [known[0]]);
      world.cells.delete(known[0]);
      return;
    }
    if (kind === 'correct' && known) return report_(known[1].area, known[1].day, known[1].dose, value);
    const on = dayAt(Math.max(0, day - late));
    const there = [...world.valid].filter(
      ([code, { from, until }]) => code.length >= 9 && from <= on && (!until || on < until),
    );
    return report_(there[pick % there.length]![0], on, dose, value);
  }

  const definition = getFigure(product.registry, form);
  const { queries } = product.db;
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { minLength: 5, maxLength: 12 }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 260 })), { minLength: 4, maxLength: 4 }),
      async (deeds, asked) => {
        const remembered = new Map([[await head(), copyOf(world)]]);
        for (const one of deeds) {
          await enter(one);
          remembered.set(await head(), copyOf(world));
        }
        const entries = [...remembered.keys()];
        const questions = asked.map(([pick, back]) => ({
          entry_no: entries[pick % entries.length]!,
          cutoff: dayAt(Math.max(0, day + 20 - back)),
        }));
        for (const { entry_no, cutoff } of questions) {
          for (const boundaries of [undefined, 'now'] as const) {
            for (const by of [undefined, 'area'] as const) {
              const question = { cutoff: cutoffOf(cutoff), entry_no, area: '440404', by, boundaries };
              const found = (await valuesOf(queries, definition, question)).map(
                ({ key, value, inputs, digest }) => ({ key, value, inputs, digest }),
              );
              assert.deepEqual(found, expected(remembered.get(entry_no)!, cutoff, boundaries, !!by));
            }
          }
        }
        const [from, to] = [questions[0]!, questions[1]!];
        const end = (one: typeof from) =>
          endAt(queries, product.registry, form, { ...one, cutoff: cutoffOf(one.cutoff) });
        const comparison = { from: await end(from), to: await end(to), area: '440404', by: 'area' } as const;
        const told = await explain(queries, comparison);
        const valueAt = (one: typeof from) =>
          new Map(
            expected(remembered.get(one.entry_no)!, one.cutoff, undefined, true).map(({ key, value }) => [
              key,
              value,
            ]),
          );
        for (const { key, from: before, to: after, parts } of told) {
          const sum = plus(before ?? { n: 0n, d: 1n }, ...causes.map((cause) => parts[cause]!));
          assert.equal(before && exactText(before), valueAt(from).get(key) ?? null);
          assert.equal(after && exactText(after), valueAt(to).get(key) ?? null);
          assert.equal(exactText(sum), valueAt(to).get(key) ?? '0');
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('what there is at a time is the newest count of each area, added up over areas and not over time', async () => {
  const actor = await entitledAs(product.db.queries, 'mzj.officer');
  const say = async (day: string, area: string, beds: number, reason?: string) => {
    const csv = `day,area_code,beds,synthetic\n${day},${area},${beds},true`;
    await report(product.db, { actor, ...(reason && { reason }) }, 'elders.beds', csv);
    return head();
  };
  const value = async (cutoff: string, entry_no: number, code = 'elders.beds') => {
    const question = { cutoff: cutoffOf(cutoff), entry_no, area: '440404' };
    return (await valuesOf(product.db.queries, getFigure(product.registry, code), question))[0]!.value;
  };
  // What the demonstration reports of beds is not of this test.
  const own = product.db.queries.selectFrom('reported_value').select('key').where('form', '=', 'elders.beds');
  const keys = (await own.execute()).map(({ key }) => key);
  await voidCells(product.db, { actor: commandLine, reason: '测试用空表' }, 'elders.beds', keys);
  const none = await head();
  assert.equal(await value('2030-12-31', none), null);
  await say('2031-01-31', '440404100', 120);
  await say('2031-01-31', '440404101', 80);
  const first = await say('2031-03-31', '440404100', 150);
  assert.equal(await value('2031-02-28', first), '200');
  assert.equal(await value('2031-03-31', first), '230');
  // A count of February comes in later: February changes, March does not.
  const late = await say('2031-02-15', '440404100', 130);
  assert.equal(await value('2031-02-28', late), '210');
  assert.equal(await value('2031-02-28', first), '200');
  assert.equal(await value('2031-03-31', late), '230');
  const moment = (entry_no: number) =>
    endAt(product.db.queries, product.registry, 'elders.beds', { cutoff: cutoffOf('2031-02-28'), entry_no });
  const [told] = await explain(product.db.queries, {
    from: await moment(first),
    to: await moment(late),
    area: '440404',
  });
  assert.deepEqual(
    [told!.parts.late, told!.parts.corrected, told!.parts.voided].map((part) => Number(part!.n)),
    [10, 0, 0],
  );
});

test('an area that ended counts until everything that succeeds it was counted, and then they alone', async () => {
  const actor = await entitledAs(product.db.queries, 'mzj.officer');
  const { queries } = product.db;
  const say = async (day: string, area: string, beds: number) => {
    const csv = `day,area_code,beds,synthetic\n${day},${area},${beds},true`;
    await report(product.db, { actor }, 'elders.beds', csv);
    return head();
  };
  const village = (code: string): Area => ({
    code,
    name: code,
    name_en: null,
    level: 'village',
    kind: 'village',
    parent_code: code.slice(0, 9),
    managed_by: null,
    valid_from: '2032-01-01',
    valid_until: null,
  });
  const succeed = async (on_day: string, ending: string[], beginning: string[]) => {
    const areas = beginning.map(village);
    await succeedAreas(product.db, commandLine, { on_day, ending, beginning: areas, links: [], note: null });
    return head();
  };
  const definition = getFigure(product.registry, 'elders.beds');
  const [former] = definition.former!;
  const value = async (cutoff: string, entry_no: number, by?: 'area', asked = definition) => {
    const question = { cutoff: cutoffOf(cutoff), entry_no, area: '440404104', by };
    const values = await valuesOf(queries, asked, question);
    return by ? Object.fromEntries(values.map(({ key, value }) => [key, value])) : values[0]!.value;
  };
  const [old, a, b, c, d] = [801, 802, 803, 804, 805].map((number) => `440404104${number}`) as [
    string,
    ...string[],
  ] as [string, string, string, string, string];
  // 801 was begun from another village, so that it has no past of its own.
  const [any] = (await listAreas(queries, await head())).filter(
    (area) => area.parent_code === '440404104' && !area.valid_until,
  );
  await succeed('2032-01-01', [any!.code], [old]);
  const before = await value('2031-12-31', await head());
  const base = Number(before ?? 0);
  const counted = await say('2032-01-31', old, 100);
  const split = await succeed('2032-03-01', [old], [a, b]);
  assert.equal(await value('2032-03-31', split), String(base + 100), 'nothing is lost while nobody reported');
  const half = await say('2032-03-31', a, 70);
  assert.equal(await value('2032-03-31', half), String(base + 100), 'one of two does not take its place');
  assert.equal(await value('2032-03-31', half, undefined, former), String(base + 170), 'the first version');
  // b is split before it was ever counted: both its parts speak for it.
  await succeed('2032-05-01', [b], [c, d]);
  await say('2032-05-31', c, 20);
  const waiting = await head();
  assert.equal(await value('2032-05-31', waiting), String(base + 100));
  const whole = await say('2032-05-31', d, 15);
  assert.equal(await value('2032-05-31', whole), String(base + 105));
  assert.equal(await value('2032-04-30', whole), String(base + 100), 'before they were counted it stood');
  assert.equal(await value('2032-05-31', counted), String(base + 100), 'what was known then stays');
  const parts = (await value('2032-05-31', whole, 'area')) as unknown as Record<string, string>;
  assert.deepEqual([parts[old], parts[a], parts[c], parts[d]], [undefined, '70', '20', '15']);
  // Two become one: both stand until it is counted.
  await succeed('2032-07-01', [c, d], [`440404104806`]);
  assert.equal(await value('2032-07-31', await head()), String(base + 105));
  const merged = await say('2032-07-31', '440404104806', 50);
  assert.equal(await value('2032-07-31', merged), String(base + 120));
  // What came late replaced; nobody took anything back. When it is taken back, what it replaced stands again.
  const told = async (from: number, to: number) => {
    const moment = { cutoff: cutoffOf('2032-05-31') };
    const end = (entry_no: number) =>
      endAt(queries, product.registry, 'elders.beds', { ...moment, entry_no });
    const [one] = await explain(queries, { from: await end(from), to: await end(to), area: '440404104' });
    return causes.map((cause) => Number(one!.parts[cause]!.n));
  };
  assert.deepEqual(await told(waiting, whole), [0, 0, 0, 0, 5, 0]);
  await voidCells(product.db, { actor, reason: '误报' }, 'elders.beds', [`2032-05-31|${d}`]);
  assert.deepEqual(await told(whole, await head()), [0, 0, -5, 0, 0, 0]);
  // Residents by which others are divided are counted in the same way.
  const perHundred = getFigure(product.registry, 'vaccination.doses_per_100');
  assert.deepEqual([perHundred.version, perHundred.former?.map(({ version }) => version)], [2, [1]]);
});
