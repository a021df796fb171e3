// The ledger at 20,000 projects with ten items each, and a workbook of 10,000 rows.
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import autocannon from 'autocannon';
import fastify from 'fastify';
import { sql } from 'kysely';
import pg from 'pg';
import { createApp } from '../src/app.ts';
import { currentHead } from '../src/journal/head.ts';
import { write } from '../src/journal/write.ts';
import { readNaming } from '../src/ledger/naming.ts';
import type { ProjectRow } from '../src/ledger/schema.ts';
import { indexWords, matches } from '../src/ledger/search.ts';
import { exportWorkbook } from '../src/ledger/sheet/export.ts';
import { listWholeProjects } from '../src/ledger/store.ts';
import type { Product } from '../src/product.ts';
import { loginOfRole, signedInAs } from '../test/support/visitor.ts';
import { atLeast, atMost, median, type Row } from './row.ts';

const projects = 20_000;

/** Every row of the ledger: import and export by the command line, the list, the search, an edit. */
export async function ledgerRows(product: Product, data: string): Promise<Row[]> {
  const rows = await commandLine(product, data);
  await fill(product);
  return [...rows, await search(product), ...(await deskRows(product))];
}

/** Imports and exports a workbook of 10,000 rows by the command line: seconds, and the most memory of all its processes. */
async function commandLine(product: Product, data: string): Promise<Row[]> {
  const path = join(data, 'ten-thousand.xlsx');
  const { entry_no } = await currentHead(product.db);
  const known = await listWholeProjects(product.db.queries, entry_no);
  const many = Array.from({ length: 10_000 }, (_, index): ProjectRow => {
    const one = known[index % known.length]!;
    return {
      ...one,
      id: -index,
      number: `T-${index + 1}`,
      title: `${one.title} ${index + 1}`,
      state: 'in_progress',
    };
  });
  const naming = await readNaming(product.db.queries, entry_no);
  writeFileSync(path, await exportWorkbook({ projects: many, items: [], naming, numberOf: new Map() }));
  const imported = await run(['import', 'ledger', path, '--json'], data, product.settings.database_url);
  const outcome = JSON.parse(imported.text);
  if (outcome.new !== 10_000) throw new Error(`imported ${imported.text.slice(0, 500)}`);
  const out = join(data, 'out.xlsx');
  const exported = await run(['export', 'ledger', out], data, product.settings.database_url);
  await run(['undo', String(outcome.entry)], data, product.settings.database_url);
  return [
    atMost('seconds to import a workbook of 10,000 rows by the command line', imported.seconds, 10),
    atMost('MB that it takes at most, with the process that reads', imported.megabytes, 400),
    atMost('seconds to export 10,495 projects', exported.seconds, 5),
  ];
}

async function run(args: string[], data: string, database_url: string | undefined) {
  const env = { ...process.env, SHISHI_DATA: data, ...(database_url && { DATABASE_URL: database_url }) };
  const begin = performance.now();
  const child = spawn(process.execPath, ['bin/shishi.mjs', ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, residentOf(child.pid!));
  }, 20);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  if (code !== 0) throw new Error(`${args.join(' ')}: ${text.slice(0, 500)}`);
  return { text, seconds: (performance.now() - begin) / 1000, megabytes: most / 1024 };
}

/** The memory of a process and of what it started, in KB: what is held in RAM. The database's own is not among it. */
function residentOf(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    if (name === 'postgres') return 0;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return own + children.reduce((sum, child) => sum + residentOf(Number(child)), 0);
  } catch {
    return 0;
  }
}

/** Lays copies of the demonstration's projects beside them, with ten items each; this database is thrown away. */
async function fill(product: Product): Promise<void> {
  const pool = new pg.Pool({ connectionString: product.owner_url, max: 2 });
  await pool.query(
    `insert into project select (jsonb_populate_record(p, jsonb_build_object('id', 100000 + n * 1000 + p.id,
       'number', 'L-' || n || '-' || p.id, 'deadline', p.deadline + (n % 300)::int))).*
     from project p, generate_series(1, ceil(($1 - 495)::numeric / 495)::int) n where p.id <= 495`,
    [projects],
  );
  await pool.query(
    `insert into item (project_id, position, title, weight, unit_id, planned_start, planned_end, evidence_kinds, state, since_entry)
     select p.id, n, '事项' || n, n, p.unit_id, p.start, p.deadline, '{record}', case when n < 6 then 'verified' else 'planned' end, 1
     from project p, generate_series(1, 10) n where p.id > 100000`,
  );
  const copies = (await pool.query('select * from project where id > 100000 order by id'))
    .rows as ProjectRow[];
  const actor = { name: 'cli', account_id: null, unit_id: null, via: 'cli' } as const;
  await write(product.db, { actor, action: 'bench/words', subject: 'project' }, async (tx) => {
    for (let at = 0; at < copies.length; at += 2000) {
      await indexWords(
        tx,
        copies
          .slice(at, at + 2000)
          .map((row) => ({ ...row, id: Number(row.id), since_entry: Number(row.since_entry) })),
      );
    }
    return undefined;
  });
  await pool.query('analyze');
  await pool.end();
}

/** Milliseconds of a search in Chinese among all of them: the first page of what is found. */
async function search({ db }: Product): Promise<Row> {
  const times: number[] = [];
  for (const words of [
    '学位',
    '村道硬底化',
    '红旗镇 排水',
    '公共租赁住房',
    '疫苗接种',
    '充电棚',
    '长者饭堂',
    'JW2021-355',
  ]) {
    for (let turn = 0; turn < 6; turn++) {
      const begin = performance.now();
      await sql`select id, number, title from project where ${matches(words)} order by deadline, id limit 21`.execute(
        db.queries,
      );
      times.push(performance.now() - begin);
    }
  }
  return atMost('ms of a search in Chinese among 20,000 projects (median)', median(times), 20);
}

/** The console's list with a filter and the counts of groups against bare rows; and an edit from sending to saved. */
async function deskRows(product: Product): Promise<Row[]> {
  const app = await createApp(product, { unlimited: true });
  const visitor = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const headers = { cookie: visitor.cookieHeader() };
  const pool = new pg.Pool({ connectionString: product.owner_url, max: 12 });
  const bare = fastify();
  bare.get('/', async () => {
    const rows = await pool.query(
      `select p.*, s.* from (select * from project where town_code = $1 order by unit_id, deadline, id limit 50) p
       left join lateral (select count(*), sum(weight), sum(weight) filter (where state = 'verified') as verified from item where project_id = p.id) s on true`,
      ['440404100'],
    );
    const groups = await pool.query('select unit_id, count(*) from project where town_code = $1 group by 1', [
      '440404100',
    ]);
    return { rows: rows.rows, groups: groups.rows };
  });
  const limit = await bare.listen({ host: '127.0.0.1', port: 0 });
  const ratios: number[] = [];
  const ours = `${address}/console/projects?area_code=440404100&group=unit_id`;
  for (let slice = 0; slice < 5; slice++) ratios.push((await rate(ours, headers)) / (await rate(limit, {})));
  const times: number[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const begin = performance.now();
    const response = await fetch(`${address}/api/v1/ledger/cells`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': `bench-edit-${turn}` },
      body: JSON.stringify({ cells: [{ number: 'JW2021-355', column: 'remark', text: `备注 ${turn}` }] }),
    });
    if (response.status !== 200) throw new Error(await response.text());
    await response.arrayBuffer();
    times.push(performance.now() - begin);
  }
  await Promise.all([app.close(), bare.close()]);
  await pool.end();
  return [
    atLeast(
      'console list, filtered and grouped, at 20,000 × 10 items against bare rows as JSON',
      median(ratios),
      0.4,
    ),
    atMost('ms from sending an edit of a cell to its being saved (median)', median(times), 50),
  ];
}

async function rate(url: string, headers: Record<string, string>): Promise<number> {
  const result = await autocannon({ url, connections: 4, duration: 1, headers });
  if (result.non2xx > 0) throw new Error(`${url}: ${result.non2xx} answers were not 2xx`);
  return result.requests.average;
}
