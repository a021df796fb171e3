// What residents ask for at 20,000 public projects with their checklists and steps: search, home as first drawn, open data.
import pg from 'pg';
import { createApp } from '../src/app.ts';
import type { Product } from '../src/product.ts';
import { atMost, median, type Row } from './row.ts';

const copies = 40;

/** Lays copies of the demonstration's projects beside them, as known when it was published; the database is thrown away. */
async function fill({ owner_url }: Product): Promise<void> {
  const pool = new pg.Pool({ connectionString: owner_url, max: 1 });
  const at = (id: string) => `1000000 + n * 10000 + ${id}`;
  for (const [table, changed, where] of [
    ['project', `'id', ${at('t.id')}, 'number', t.number || '-' || n`, 't.parent_id is null'],
    ['item', `'id', ${at('t.id')}, 'project_id', ${at('t.project_id')}`, 'true'],
    ['project_step', `'id', ${at('t.id')}, 'project_id', ${at('t.project_id')}`, 'true'],
  ]) {
    await pool.query(`insert into ${table} select (jsonb_populate_record(t, jsonb_build_object(${changed}))).*
      from ${table} t, generate_series(1, ${copies}) n where t.id < 10000 and ${where}`);
  }
  await pool.query(`insert into project_words (project_id, since_entry, words)
    select ${at('project_id')}, since_entry, words from project_words, generate_series(1, ${copies}) n`);
  await pool.query('analyze');
  await pool.end();
}

const questions = [
  '学位',
  '村道硬底化',
  '红旗镇 排水',
  '公共租赁住房',
  '長者飯堂',
  'JW-355',
  'hqz',
  '完成率',
  '社区主干道路等补装',
];

/** The portal's rows. */
export async function portalRows(product: Product): Promise<Row[]> {
  await fill(product);
  const app = await createApp(product, { unlimited: true });
  const timed = async (url: string): Promise<{ ms: number; bytes: number }> => {
    const begin = performance.now();
    const response = await app.inject(url);
    if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
    return { ms: performance.now() - begin, bytes: response.rawPayload.length };
  };
  try {
    const home = await timed('/');
    const times: number[] = [];
    for (let turn = 0; turn < 6; turn++) {
      for (const asked of questions) {
        const { ms } = await timed(`/search?q=${encodeURIComponent(asked)}`);
        if (turn > 0) times.push(ms);
      }
    }
    times.sort((a, b) => a - b);
    const file = await timed('/open-data/projects.csv');
    const catalog = await timed('/open-data/catalog.jsonld');
    const rows = file.bytes / 1000;
    return [
      atMost('ms of the page of search over everything at 20,000 projects (median)', median(times), 50),
      atMost('ms of it at most, over all questions', times.at(-1)!, 250),
      atMost('ms of the home page when it is drawn anew', home.ms, 1000),
      atMost(`seconds of all public projects as CSV (${Math.round(rows)} KB)`, file.ms / 1000, 3),
      atMost(
        'seconds of the catalogue after a publication, with the digest of every file',
        catalog.ms / 1000,
        30,
      ),
    ];
  } finally {
    await app.close();
  }
}
