// Each row is a ratio against a limit measured in the same run, in interleaved slices, median of the slices.
// The limit is what the same database and the same web server do bare.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import fastify from 'fastify';
import pg from 'pg';
import { loadDemonstration } from '../demo/load.ts';
import { createApp } from '../src/app.ts';
import { type Actor, write } from '../src/journal/write.ts';
import { insertRows, updateRows } from '../src/kit/versioned.ts';
import { openProduct, type Product } from '../src/product.ts';
import { readSettings } from '../src/settings.ts';
import { figureRows } from './figures.ts';
import { ledgerRows } from './ledger.ts';
import { portalRows } from './portal.ts';
import { atLeast, atMost, median, type Row } from './row.ts';

const slices = 15;
const actor: Actor = { name: 'cli', account_id: null, unit_id: null, via: 'cli' };

const data = mkdtempSync(join(tmpdir(), 'shishi-bench-'));
const product = await openProduct(readSettings({ SHISHI_DATA: data }));
const rows: Row[] = [];
try {
  process.stdout.write('Loading the demonstration…\n');
  await loadDemonstration(product, 'jinwan-2021', () => {});
  rows.push(await weight(product));
  rows.push(await edits(product));
  rows.push(await home(product));
  // Figures last: they lay many more records beside those of the ledger.
  rows.push(
    ...(await onItsOwn(async (other, own) => [
      ...(await ledgerRows(other, own)),
      ...(await figureRows(other)),
    ])),
  );
  rows.push(...(await onItsOwn(portalRows)));
  const small = await list(product, 2_000);
  const middle = await list(product, 20_000);
  const large = await list(product, 200_000);
  rows.push(atLeast('project list at 20,000 against bare rows as JSON', middle.ratio, 0.5));
  const growth = large.latency / small.latency;
  rows.push({
    what: 'median of the list at 200,000 against 2,000',
    measured: growth,
    wanted: '≤ 1.5',
    good: growth <= 1.5,
  });
  await product.close();
  rows.push(await secondStart());
} finally {
  await product.close().catch(() => {});
  rmSync(data, { recursive: true, force: true });
}
for (const { what, measured, wanted, good } of rows) {
  process.stdout.write(`${good ? '✓' : '✗'} ${measured.toFixed(2).padStart(6)}  (${wanted})  ${what}\n`);
}
if (rows.some((row) => !row.good)) process.exitCode = 1;

/** Rows on a database of their own, since it is filled with thousands of projects. */
async function onItsOwn(measure: (product: Product, data: string) => Promise<Row[]>): Promise<Row[]> {
  const own = mkdtempSync(join(tmpdir(), 'shishi-bench-'));
  const other = await openProduct(readSettings({ SHISHI_DATA: own }));
  try {
    await loadDemonstration(other, 'jinwan-2021', () => {});
    return await measure(other, own);
  } finally {
    await other.close();
    rmSync(own, { recursive: true, force: true });
  }
}

/** What the home page and all that it loads send over the wire, in KB. */
async function weight(product: Product): Promise<Row> {
  const app = await createApp(product, { unlimited: true });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const page = await (await fetch(`${address}/`)).text();
  const loaded = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!);
  let bytes = Buffer.byteLength(page);
  for (const path of loaded) bytes += (await (await fetch(`${address}${path}`)).arrayBuffer()).byteLength;
  await app.close();
  return atMost('KB of the home page with all that it loads', bytes / 1024, 40);
}

/** Seconds from typing the command until the first page, on a machine that has all it needs: median of five. */
async function secondStart(): Promise<Row> {
  const port = 18_080;
  const env = { ...process.env, SHISHI_DATA: data, PORT: String(port), DATABASE_URL: '' };
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const begin = performance.now();
    const server = spawn('npm', ['start'], { env, detached: true, stdio: 'ignore' });
    while (
      !(await fetch(`http://127.0.0.1:${port}/`).then(
        (one) => one.ok,
        () => false,
      ))
    )
      await sleep(10);
    times.push((performance.now() - begin) / 1000);
    const ended = once(server, 'exit');
    process.kill(-server.pid!, 'SIGINT');
    await ended;
  }
  return atMost('seconds from a second start to the first page', median(times), 2);
}

/** A journalled edit by ten writers against ten connections that write the same rows with their own commits. */
async function edits({ db, owner_url }: Product): Promise<Row> {
  const fields = await write(db, { actor, action: 'bench/fields', subject: 'field' }, async (tx) => {
    const made = Array.from({ length: 10 }, (_, n) => ({
      code: `bench-${n}`,
      title: 't',
      title_en: 't',
      position: n,
    }));
    return { ids: (await insertRows(tx, 'field', made)).map((row) => row.id) };
  });
  const bare = new pg.Pool({ connectionString: owner_url, max: 10 });
  await bare.query(`create table bench_row as select * from field_past where false;
    create table bench_entry as select * from journal where false`);
  const [{ text }] = (
    await bare.query('select to_jsonb(j)::text as text from journal j order by entry_no desc limit 1')
  ).rows;
  const [{ past }] = (
    await bare.query(`select to_jsonb(f)::text as past from field f order by id desc limit 1`)
  ).rows;
  let turn = 0;
  const ours = (lane: number) => {
    const id = fields.outcome.ids[lane]!;
    const key = `bench-${lane}-${turn++}`;
    return write(
      db,
      { actor, action: 'bench/edit', subject: `field:${id}`, idempotency_key: key, input: key },
      async (tx) => {
        await updateRows(tx, 'field', [{ id, position: turn }]);
        return undefined;
      },
    );
  };
  const theirs = async (lane: number) => {
    const client = await bare.connect();
    await client.query('begin');
    await client.query('update field set position = position + 1 where id = $1', [fields.outcome.ids[lane]]);
    await client.query('insert into bench_row select * from jsonb_populate_record(null::bench_row, $1)', [
      past,
    ]);
    await client.query('insert into bench_entry select * from jsonb_populate_record(null::bench_entry, $1)', [
      text,
    ]);
    await client.query('commit');
    client.release();
  };
  const perSecond = async (one: (lane: number) => Promise<unknown>) => {
    const end = performance.now() + 400;
    let done = 0;
    const lane = async (n: number) => {
      while (performance.now() < end) {
        await one(n);
        done++;
      }
    };
    await Promise.all(Array.from({ length: 10 }, (_, n) => lane(n)));
    return done / 0.4;
  };
  const ratios: number[] = [];
  for (let slice = 0; slice < slices; slice++)
    ratios.push((await perSecond(ours)) / (await perSecond(theirs)));
  await bare.end();
  return atLeast('journalled edit by ten writers against ten bare connections', median(ratios), 0.4);
}

/** Requests per second and median latency (ms) of an address, in a short slice. */
async function load(url: string): Promise<{ rate: number; latency: number }> {
  const result = await autocannon({ url, connections: 4, duration: 0.5 });
  if (result.non2xx > 0) throw new Error(`${url}: ${result.non2xx} answers were not 2xx`);
  return { rate: result.requests.average, latency: result.latency.p50 };
}

/** One request after another: the median in milliseconds. */
async function latency(url: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 60; n++) {
    const start = performance.now();
    await (await fetch(url)).arrayBuffer();
    times.push(performance.now() - start);
  }
  return median(times);
}

async function compare(ours: string, bare: string): Promise<number> {
  const ratios: number[] = [];
  for (let slice = 0; slice < 5; slice++) ratios.push((await load(ours)).rate / (await load(bare)).rate);
  return median(ratios);
}

/** Home against the same answer read as one stored row by a bare server. */
async function home(product: Product): Promise<Row> {
  const app = await createApp(product, { unlimited: true });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const answer = await (await fetch(`${address}/`)).text();
  const pool = new pg.Pool({ connectionString: product.owner_url, max: 12 });
  await pool.query('create table bench_home as select $1::text as body', [answer]);
  const bare = fastify();
  bare.get('/', async (_request, reply) =>
    reply.type('text/html').send((await pool.query('select body from bench_home')).rows[0].body),
  );
  const limit = await bare.listen({ host: '127.0.0.1', port: 0 });
  const ratio = await compare(`${address}/`, `${limit}/`);
  await Promise.all([app.close(), bare.close()]);
  await pool.end();
  return atLeast('home against the same answer as one stored row', ratio, 0.5);
}

/** The list of projects of a town in a state by deadline, at a size, against the bare rows as JSON. */
async function list(product: Product, size: number): Promise<{ ratio: number; latency: number }> {
  const pool = new pg.Pool({ connectionString: product.owner_url, max: 12 });
  // Copies of the demonstration's projects, laid beside them; this database is thrown away.
  await pool.query(
    `insert into project select (jsonb_populate_record(p, jsonb_build_object('id', 1000000 + n * 1000 + p.id, 'number', 'B' || $1 || '-' || n || '-' || p.id,
       'deadline', p.deadline + (n % 300)::int))).* from project p, generate_series(1, ceil(($1 - (select count(*) from project))::numeric / 495)::int) n
     where p.id <= 495 on conflict do nothing`,
    [size],
  );
  await pool.query('analyze');
  const app = await createApp(product, { unlimited: true });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const query = 'town=440404100&state=completed&limit=20';
  const bare = fastify();
  const columns =
    'id, number, title, field_code, unit_id, area_code, town_code, deadline::text, state, completed_at, synthetic';
  bare.get('/projects', async () => {
    const found = await pool.query(
      `select ${columns} from project where town_code = $1 and state = $2 order by project.deadline, id limit 21`,
      ['440404100', 'completed'],
    );
    return { items: found.rows };
  });
  const limit = await bare.listen({ host: '127.0.0.1', port: 0 });
  const ours = `${address}/api/v1/projects?${query}`;
  await latency(ours);
  const result = { ratio: await compare(ours, `${limit}/projects`), latency: await latency(ours) };
  await Promise.all([app.close(), bare.close()]);
  await pool.end();
  return result;
}
