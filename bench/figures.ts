// Figures at 20,000 projects and 200,000 reported cells, releases computed again, and the pages that carry charts.
import pg from 'pg';
import { createApp } from '../src/app.ts';
import { publish } from '../src/bulletins/actions.ts';
import { recomputeAll, releasesOfEntry } from '../src/figures/actions.ts';
import type { Dimension } from '../src/figures/definition.ts';
import { keptValues } from '../src/figures/kept.ts';
import { getFigure } from '../src/figures/registry.ts';
import { entitledAs } from '../src/identity/actions.ts';
import { currentHead } from '../src/journal/head.ts';
import { cutoffOf } from '../src/kit/clock.ts';
import type { Product } from '../src/product.ts';
import { atMost, type Row } from './row.ts';

/** Every row of the figures. */
export async function figureRows(product: Product): Promise<Row[]> {
  await fill(product);
  return [
    ...(await headlines(product)),
    await bulletin(product),
    await again(product),
    await chartPages(product),
  ];
}

const asked: [code: string, by: Dimension][] = [
  ['ledger.total', 'field'],
  ['ledger.completed', 'field'],
  ['ledger.completion_rate', 'area'],
  ['ledger.overdue', 'area'],
  ['schools.new_places', 'stage'],
  ['vaccination.doses', 'dose'],
  ['vaccination.doses', 'area'],
];

/** Milliseconds of a headline figure with its breakdown: as pages ask for it, and the first time that anybody does. */
async function headlines({ db, registry }: Product): Promise<Row[]> {
  const { entry_no } = await currentHead(db);
  const first: number[] = [];
  const again: number[] = [];
  for (const [code, by] of asked) {
    const definition = getFigure(registry, code);
    for (let turn = 0; turn < 3; turn++) {
      const cutoff = new Date(cutoffOf('2021-09-03').getTime() + turn * 60_000);
      const question = { cutoff, entry_no, area: '440404' };
      const ask = async () => {
        const begin = performance.now();
        await keptValues(db, definition, question);
        await keptValues(db, definition, { ...question, by });
        return performance.now() - begin;
      };
      first.push(await ask());
      again.push(await ask());
    }
  }
  const size = 'at 20,000 projects and 200,000 reported cells';
  return [
    atMost(
      `ms of any headline figure with its breakdown, ${size}: what was asked before, slowest`,
      Math.max(...again),
      10,
    ),
    {
      what: `ms of the same asked for the first time, slowest`,
      measured: Math.max(...first),
      wanted: 'no limit',
      good: true,
    },
  ];
}

/** Seconds to publish a bulletin of 60 figures at a cut-off that nobody asked for before, the slowest of three. */
async function bulletin({ db, registry }: Product): Promise<Row> {
  const actor = await entitledAs(db.queries, 'publisher');
  const taken: number[] = [];
  for (let turn = 1; turn <= 3; turn++) {
    const cutoff = new Date(cutoffOf('2021-09-03').getTime() - turn * 60_000);
    const begin = performance.now();
    const publication = { template: 'jinwan-press', cutoff, synthetic: true };
    const { entry_no } = await publish(db, registry, { actor }, publication);
    const seconds = (performance.now() - begin) / 1000;
    const { length } = await releasesOfEntry(db.queries, entry_no);
    taken.push((seconds * 60) / length);
  }
  return atMost('seconds to publish a bulletin, for every 60 figures in it', Math.max(...taken), 2);
}

/** Seconds to compute 1,000 releases again. */
async function again({ db, registry }: Product): Promise<Row> {
  const begin = performance.now();
  let count = 0;
  for await (const { release, same } of recomputeAll(db.queries, registry)) {
    if (!same) throw new Error(`release ${release.id} does not give the same`);
    count++;
  }
  const seconds = (performance.now() - begin) / 1000;
  return atMost('seconds to compute 1,000 releases again', (seconds * 1000) / count, 30);
}

/** The heaviest page with charts, with all that it loads, in KB. */
async function chartPages(product: Product): Promise<Row> {
  const app = await createApp(product, { unlimited: true });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const sizes: number[] = [];
  for (const path of ['/figures/ledger.completion_rate?by=area', '/figures/vaccination.doses?by=dose']) {
    const page = await (await fetch(`${address}${path}`)).text();
    const loaded = [...page.matchAll(/(?:href="(\/assets\/[^"]+)|<img src="([^"]+))"/g)].map((match) =>
      (match[1] ?? match[2])!.replaceAll('&amp;', '&'),
    );
    let bytes = Buffer.byteLength(page);
    for (const one of loaded) bytes += (await (await fetch(`${address}${one}`)).arrayBuffer()).byteLength;
    sizes.push(bytes / 1024);
  }
  await app.close();
  return atMost('KB of a figure’s page with its charts', Math.max(...sizes), 80);
}

/** Lays copies of the demonstration's projects with their steps, and of its reported cells, beside them. */
async function fill(product: Product): Promise<void> {
  // Known from the newest entry on, so that what was released before still gives the same.
  const { entry_no: head } = await currentHead(product.db);
  const pool = new pg.Pool({ connectionString: product.owner_url, max: 2 });
  const count = async (table: string) =>
    Number((await pool.query(`select count(*) from ${table}`)).rows[0].count);
  const missing = 20_000 - (await count('project'));
  if (missing > 0) {
    await pool.query(
      `insert into project select (jsonb_populate_record(p, jsonb_build_object('id', 1000000 + n * 1000 + p.id,
         'number', 'F-' || n || '-' || p.id, 'since_entry', $2::bigint))).*
       from project p, generate_series(1, ceil($1::numeric / 495)::int) n where p.id <= 495`,
      [missing, head],
    );
  }
  await pool.query(
    `insert into project_step (project_id, from_state, to_state, occurred_at, since_entry)
     select c.id, s.from_state, s.to_state, s.occurred_at, $1::bigint
     from project c join project p on p.id <= 495 and c.id % 1000 = p.id and c.id > 100000
     join project_step s on s.project_id = p.id
     where not exists (select from project_step k where k.project_id = c.id)`,
    [head],
  );
  const cells = 200_000 - (await count('reported_value'));
  await pool.query(
    `insert into reported_value (form, key, unit_id, area_code, occurred_at, day, dose, value, synthetic, since_entry)
     select 'vaccination.doses', 'bench-' || n, u.unit_id, a.code, '2019-01-01T00:00+08'::timestamptz + (n % 700) * interval '1 day',
       '2019-01-01'::date + n % 700, (1 + n % 3)::text, n % 50, true, $2::bigint
     from generate_series(1, $1::int) n
     join (select code, row_number() over (order by code) - 1 as i, count(*) over () as c from area where level = 'village') a on n % a.c = a.i
     cross join (select unit_id from reported_value where form = 'vaccination.doses' limit 1) u`,
    [cells, head],
  );
  await pool.query('analyze');
  await pool.end();
}
