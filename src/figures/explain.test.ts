import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import pg from 'pg';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { Visitor } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { publish } from '../bulletins/actions.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { cutoffOf } from '../kit/clock.ts';
import { exactText, type Fraction, fraction, plus } from '../kit/fraction.ts';
import { takeSteps } from '../ledger/actions.ts';
import { commandLine } from '../product.ts';
import { report, voidCells } from '../reporting/actions.ts';
import { figuresCommand, releasesCommand } from './cli.ts';
import { type Question, valuesOf } from './compute.ts';
import { type Cause, type Comparison, causes, endAt, explain } from './explain.ts';
import { getFigure } from './registry.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct(demonstrationTemplate);
});
after(() => product.remove());

const form = 'vaccination.doses';
const towns = ['440404100', '440404101', '440404103', '440404104'];
const first = Date.parse('2022-01-01T00:00Z');
const dayAt = (index: number) => new Date(first + index * 86_400_000).toISOString().slice(0, 10);
const head = async () => (await currentHead(product.db)).entry_no;

async function compared(code: string, from: [string, number], to: [string, number], by?: Question['by']) {
  const { queries } = product.db;
  const end = ([cutoff, entry_no]: [string, number]) =>
    endAt(queries, product.registry, code, { cutoff: cutoffOf(cutoff), entry_no });
  const comparison: Comparison = { from: await end(from), to: await end(to), area: '440404', by };
  return explain(queries, comparison);
}

interface Version {
  key: string;
  day: string;
  area_code: string;
  value: number;
  since_entry: number;
  until_entry: number | null;
}

/** Every version of every cell that ever was, as the tables hold them. */
async function versions(): Promise<Version[]> {
  const columns = sql`key, to_char(day, 'YYYY-MM-DD') as day, area_code, value, since_entry`;
  const found = await sql<Version>`
    select ${columns}, null::bigint as until_entry from reported_value where form = ${form}
    union all select ${columns}, until_entry from reported_value_past where form = ${form}`.execute(
    product.db.queries,
  );
  return found.rows;
}

/** The same by brute force: what was known at an entry of days up to one, as a plain map. */
function knownAt(all: readonly Version[], entry: number, last: string): Map<string, Version> {
  const known = all.filter(
    (one) =>
      one.since_entry <= entry && (one.until_entry === null || entry < one.until_entry) && one.day <= last,
  );
  return new Map(known.map((one) => [one.key, one]));
}

const sumOf = (cells: Iterable<Version>, town?: string) =>
  [...cells].filter((one) => !town || one.area_code === town).reduce((sum, one) => sum + one.value, 0);

/** What somebody does to the register: reports a cell of some day, changes one, or takes one back. */
const deed = fc.record({
  kind: fc.constantFrom('assert', 'assert', 'correct', 'void'),
  day: fc.nat({ max: 200 }),
  town: fc.constantFrom(...towns),
  dose: fc.constantFrom('1', '2'),
  value: fc.nat({ max: 50 }),
});

test('whatever is reported late, corrected or taken back, the explanation is what brute force says and adds up exactly', async () => {
  let round = 0;
  const actor = await entitledAs(product.db.queries, 'wjj.officer');
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { minLength: 4, maxLength: 14 }),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 200 })), { minLength: 4, maxLength: 4 }),
      async (deeds, ends) => {
        const offset = 365 * round++;
        const entries = [await head()];
        const live = new Map<string, { day: string; area: string; dose: string }>();
        for (const { kind, day, town, dose, value } of deeds) {
          const cell = { day: dayAt(offset + day), area: town, dose };
          const key = `${cell.day}|${town}|${dose}`;
          const [other] = live.keys();
          const reason = '更正';
          if (kind === 'void' && other) {
            await voidCells(product.db, { actor, reason }, form, [other]);
            live.delete(other);
          } else {
            const target = kind === 'correct' && other ? live.get(other)! : cell;
            const csv = `day,area_code,dose,doses,synthetic\n${target.day},${target.area},${target.dose},${value},true`;
            await report(product.db, { actor, reason }, form, csv);
            if (target === cell) live.set(key, cell);
          }
          entries.push(await head());
        }
        const all = await versions();
        const pick = ([entry, day]: [number, number]): [string, number] => [
          dayAt(offset + day),
          entries[entry % entries.length]!,
        ];
        for (const pair of [ends.slice(0, 2), ends.slice(2)]) {
          const [from, to] = pair.map(pick) as [[string, number], [string, number]];
          const a = knownAt(all, from[1], from[0]);
          const b = knownAt(all, to[1], from[0]);
          const c = knownAt(all, to[1], to[0]);
          const [explained] = await compared(form, from, to);
          const both = [...a.keys()].filter((key) => b.has(key));
          const expected: Record<Cause, number> = {
            definition: 0,
            areas: 0,
            voided: 0 - sumOf([...a.values()].filter((one) => !b.has(one.key))),
            corrected: both.reduce((sum, key) => sum + b.get(key)!.value - a.get(key)!.value, 0),
            late: sumOf([...b.values()].filter((one) => !a.has(one.key))),
            period: sumOf(c.values()) - sumOf(b.values()),
          };
          const told = Object.fromEntries(causes.map((cause) => [cause, Number(explained!.parts[cause]!.n)]));
          assert.deepEqual(told, expected);
          for (const [end, cells] of [
            ['from', a],
            ['to', c],
          ] as const) {
            const value = explained![end];
            assert.equal(
              value && exactText(value),
              cells.size === 0 ? null : String(sumOf(cells.values())),
              end,
            );
          }
          for (const row of await compared(form, from, to, 'area')) {
            const start = sumOf(a.values(), row.key!);
            const total = plus(fraction(BigInt(start), 1n), ...causes.map((cause) => row.parts[cause]!));
            assert.equal(exactText(total), String(sumOf(c.values(), row.key!)), row.key!);
          }
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('every figure of the demonstration is explained exactly between any two of its entries, whole and in parts', async () => {
  const last = await head();
  const random = fc.tuple(fc.integer({ min: 20, max: last }), fc.integer({ min: 60, max: 240 }));
  const codes = [...product.registry.keys()].filter(
    (code) => !code.includes('.dated') && !code.includes('.with'),
  );
  const cutoff = (days: number) =>
    new Date(Date.parse('2021-01-01') + days * 86_400_000).toISOString().slice(0, 10);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...codes), random, random, async (code, from, to) => {
      const definition = getFigure(product.registry, code);
      for (const by of [undefined, ...definition.dimensions]) {
        const ends = [from, to].map(([entry, days]) => [cutoff(days), entry] as [string, number]);
        const rows = await compared(code, ends[0]!, ends[1]!, by);
        const [before, after] = await Promise.all(
          ends.map(async ([day, entry_no]) => {
            const end = await endAt(product.db.queries, product.registry, code, {
              cutoff: cutoffOf(day),
              entry_no,
            });
            const question = { cutoff: end.cutoff, entry_no, area: '440404', by };
            return new Map(
              (await valuesOf(product.db.queries, end.definition, question)).map((one) => [
                one.key,
                one.value,
              ]),
            );
          }),
        );
        for (const row of rows) {
          const parts = causes.map((cause) => row.parts[cause]);
          if (row.from && row.to && parts.every((part) => part !== null)) {
            assert.deepEqual(plus(row.from, ...(parts as Fraction[])), row.to, `${code} ${row.key}`);
          }
          for (const [value, values] of [
            [row.from, before!],
            [row.to, after!],
          ] as const) {
            const stated = values.get(row.key) ?? null;
            const zero = value === null || value.n === 0n;
            if (stated === null) assert.ok(zero, `${code} ${row.key}`);
            else
              assert.ok(
                Math.abs(Number(stated) - Number(value!.n) / Number(value!.d)) < 1e-9,
                `${code} ${row.key}`,
              );
          }
        }
      }
    }),
    { numRuns: 30 },
  );
});

test('the command line explains exactly, and refuses what cannot be asked', async () => {
  const entry = await head();
  const [done] = (
    await sql<{
      number: string;
    }>`select number from project where state = 'completed' order by id limit 1`.execute(product.db.queries)
  ).rows;
  const step = { number: done!.number, occurred_at: '2021-08-20T10:00:00+08:00', note: '回头看不合格' };
  await assert.rejects(takeSteps(product.db, { actor: commandLine }, 'in_progress', [step]), {
    code: 'ledger/step_order',
  });
  await takeSteps(product.db, { actor: commandLine }, 'in_progress', [
    { ...step, occurred_at: '2021-09-03T12:00:00+08:00' },
  ]);
  const ask = (...args: string[]) =>
    figuresCommand(product.db, product.registry, ['explain', ...args]).then((text) => JSON.parse(text));
  const clocks = (from: number, to: number, days = ['2021-09-03', '2021-09-03']) =>
    ['--from', from, '--to', to, '--from-cutoff', days[0], '--to-cutoff', days[1], '--json'].map(String);
  const reopened = { definition: 0, areas: 0, voided: 0, corrected: 0, late: 0, period: 0 };
  assert.deepEqual(await ask('ledger.completed', ...clocks(entry, await head())), {
    from: 467,
    to: 466,
    ...reopened,
    voided: -1,
  });
  const rate = await ask('ledger.completion_rate', ...clocks(entry, await head()));
  assert.deepEqual([rate.from, rate.to, rate.voided], ['9340/99', '9320/99', '-20/99']);
  const parts = await ask('ledger.completed', ...clocks(entry, await head()), '--by', 'area');
  assert.equal(
    parts.reduce((sum: number, one: { voided: number }) => sum + one.voided, 0),
    -1,
  );
  for (const [wrong, code] of [
    [['nothing', ...clocks(1, 2)], 'figures/unknown'],
    [['ledger.total', ...clocks(1, 99_999_999)], 'figures/unknown_entry'],
    [['ledger.total', ...clocks(1, 2, ['soon', '2021-09-03'])], 'kit/cutoff'],
    [['ledger.total', ...clocks(1, 2), '--by', 'dose'], 'figures/no_dimension'],
    [['ledger.total', '--from', '1', '--json'], 'kit/command'],
  ] as const) {
    await assert.rejects(ask(...wrong), (error: { code: string }) => {
      assert.match(error.code, new RegExp(code.split('/')[0]!), error.code);
      return true;
    });
  }
});

test('two releases are compared on a page with its picture and its table, the earlier first, in both languages', async () => {
  const app = await createApp(product, { unlimited: true });
  const visitor = new Visitor(app);
  const actor = await entitledAs(product.db.queries, 'publisher');
  const publication = { template: 'jinwan-press', cutoff: cutoffOf('2021-09-02'), synthetic: true };
  const published = await publish(product.db, product.registry, { actor }, publication);
  const made = (
    await sql<{ id: number; value: string }>`
      select id, value from release where code = 'ledger.completed' and key is null and since_entry = ${published.entry_no}`.execute(
      product.db.queries,
    )
  ).rows[0]!;
  const first = (
    await sql<{
      id: number;
    }>`select id from release where code = 'ledger.completed' and key is null order by id limit 1`.execute(
      product.db.queries,
    )
  ).rows[0]!;
  for (const path of [`${made.id}/comparison?with=${first.id}`, `${first.id}/comparison?with=${made.id}`]) {
    const page = await visitor.get(`/releases/${path}`);
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /为什么变了[\s\S]*发布版本[\s\S]*时段[\s\S]*相加正好等于差额/);
    assert.ok(
      page.body.indexOf(`/releases/${made.id}"`) < page.body.indexOf(`/releases/${first.id}"`),
      'earlier first',
    );
  }
  const picture = await visitor.get(`/releases/${made.id}/comparison.svg?with=${first.id}`);
  assert.equal(picture.headers['content-type'], 'image/svg+xml');
  assert.match(picture.body, /^<svg[\s\S]*467[\s\S]*<\/svg>\s*$/);
  assert.doesNotMatch(picture.body, /NaN|undefined|="[^"]*""/);
  visitor.cookies.set('language', 'en');
  assert.match(
    (await visitor.get(`/releases/${made.id}/comparison?with=${first.id}`)).body,
    /Why it changed/,
  );
  assert.match((await visitor.get(`/releases/${made.id}`)).body, /Compare with another release/);
  for (const other of [made.id, made.id + 1, 'x', 999_999]) {
    const { statusCode } = await visitor.get(`/releases/${made.id}/comparison?with=${other}`);
    assert.ok(statusCode === 404 || statusCode === 422, `${other}: ${statusCode}`);
  }
  await app.close();
});

test('every release is computed again from the command line, and one that does not agree is named', async () => {
  const again = (...args: string[]) => releasesCommand(product.db, product.registry, ['recompute', ...args]);
  const all = await again('--json');
  assert.ok(all.ok);
  const rows: { id: number; ok: boolean; value: number | null; digest: string }[] = JSON.parse(all.text);
  assert.ok(rows.length > 50 && rows.every((row) => row.ok && /^[0-9a-f]{64}$/.test(row.digest)));
  const one = await again('2');
  assert.match(one.text, /^1 个发布版本重新核算，与发布时完全一致/);
  await assert.rejects(again('999999'), { code: 'figures/unknown_release' });
  const owner = new pg.Client({ connectionString: product.owner_url });
  await owner.connect();
  await owner.query('update release set value = value + 1 where id = 2');
  await owner.end();
  const wrong = await again();
  assert.equal(wrong.ok, false);
  assert.match(wrong.text, /有 1 个与发布时不一致：2/);
});
