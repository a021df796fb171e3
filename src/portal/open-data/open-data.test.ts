// The open data as a stranger gets it: by its catalogue alone, file by file, held against the dictionary and the pages.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { editCells } from '../../ledger/edits.ts';
import { datasetIds, datasets } from './dictionary.ts';

let product: TestProduct;
let app: Server;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
});
after(async () => {
  await app.close();
  await product.remove();
});

type Node = Record<string, unknown> & { '@id': string };
const list = (value: unknown) => [value].flat() as Node[];
const idOf = (value: unknown) => (value as { '@id': string })['@id'];
const textOf = (node: unknown) => (node as { '@value': string })['@value'];

/** What is at an address of this site. */
async function fetched(url: string) {
  assert.ok(url.startsWith('http://127.0.0.1:8080/'), url);
  const response = await app.inject(url.slice('http://127.0.0.1:8080'.length));
  assert.equal(response.statusCode, 200, url);
  return response;
}

async function csv(id: string): Promise<Record<string, string>[]> {
  const { rawPayload } = await app.inject(`/open-data/${id}.csv`);
  return parse(rawPayload, { bom: true, columns: true }) as Record<string, string>[];
}

async function catalog(): Promise<Node> {
  const response = await app.inject('/open-data/catalog.jsonld');
  assert.match(String(response.headers['content-type']), /^application\/ld\+json/);
  return response.json() as Node;
}

test('the catalogue is DCAT 3: each data set has what harvesters ask for, and every prefix that it uses is declared', async () => {
  const whole = await catalog();
  assert.equal(whole['@type'], 'dcat:Catalog');
  const sets = list(whole['dcat:dataset']);
  assert.deepEqual(
    sets.map((set) => set['dct:identifier']),
    [...datasetIds],
  );
  for (const set of sets) {
    assert.equal(set['@type'], 'dcat:Dataset');
    for (const property of [
      ...['dct:title', 'dct:description', 'dct:publisher', 'dct:issued', 'dct:modified', 'dct:temporal'],
      ...['dct:spatial', 'dct:license', 'dct:accrualPeriodicity', 'dcat:keyword', 'dcat:landingPage'],
    ]) {
      assert.ok(set[property], `${set['@id']} ${property}`);
    }
    assert.equal(list(set['dcat:distribution']).length, 2);
    await fetched(idOf(set['dcat:landingPage']));
    await fetched(idOf(set['dct:conformsTo']));
  }
  const declared = Object.keys(whole['@context'] as object);
  const used = new Set<string>();
  JSON.stringify(whole, (key, value) => {
    if (/^[a-z]+:/.test(key)) used.add(key.split(':')[0]!);
    return value;
  });
  assert.ok(used.size >= 5);
  assert.deepEqual(
    [...used].filter((prefix) => !declared.includes(prefix)),
    [],
  );
});

test('every file of the catalogue is there, of the size and with the digest that it says, and has the columns of the dictionary', async () => {
  const files = list((await catalog())['dcat:dataset']).flatMap((set) => list(set['dcat:distribution']));
  assert.equal(files.length, datasetIds.length * 2);
  for (const file of files) {
    const url = idOf(file['dcat:downloadURL']);
    const response = await fetched(url);
    const type = idOf(file['dcat:mediaType']).split('/').slice(-2).join('/');
    assert.ok(String(response.headers['content-type']).startsWith(type), url);
    assert.equal(String(response.rawPayload.length), textOf(file['dcat:byteSize']), url);
    const digest = createHash('sha256').update(response.rawPayload).digest('hex');
    assert.equal(digest, textOf((file['spdx:checksum'] as Node)['spdx:checksumValue']), url);
    const [, id, format] = /\/(\w+)\.(\w+)$/.exec(url)!;
    const names = datasets[id as keyof typeof datasets].columns.map(({ name }) => name);
    if (format === 'csv') {
      assert.deepEqual([...response.rawPayload.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
      const [head] = parse(response.rawPayload, { bom: true }) as string[][];
      assert.deepEqual(head, names, url);
    } else {
      const { rows } = response.json() as { rows: object[] };
      assert.ok(rows.length > 0, url);
      for (const row of rows) assert.deepEqual(Object.keys(row), names, url);
    }
  }
});

const shapes: Record<string, RegExp> = {
  integer: /^-?\d+$/,
  decimal: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  dateTime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/,
  boolean: /^(true|false)$/,
  anyURI: /^http:\/\/127\.0\.0\.1:8080\/\S+$/,
};

test('every cell is of its column’s type and list of codes, and what refers to another data set is found there', async () => {
  const keys = new Map<string, Set<string>>();
  for (const id of datasetIds) {
    const key = datasets[id].columns[0]!.name;
    keys.set(id, new Set((await csv(id)).map((row) => row[key]!)));
  }
  let references = 0;
  for (const id of datasetIds) {
    const filled = new Set<string>();
    for (const row of await csv(id)) {
      for (const { name, type, codes, refers_to } of datasets[id].columns) {
        const text = row[name]!;
        if (text === '') continue;
        filled.add(name);
        if (shapes[type]) assert.match(text, shapes[type], `${id}.${name}`);
        if (codes) for (const code of text.split(';')) assert.ok(code in codes, `${id}.${name}: ${code}`);
        if (!refers_to) continue;
        for (const code of text.split(';'))
          assert.ok(keys.get(refers_to)!.has(code), `${id}.${name}: ${code}`);
        references++;
      }
    }
    assert.ok(filled.size >= 3, `${id}: ${[...filled]}`);
  }
  assert.ok(references > 3000, String(references));
});

test('the dictionary as a file says the same as the dictionary in code', async () => {
  const rows = await csv('dictionary');
  const expected = datasetIds.flatMap((id) => datasets[id].columns.map(({ name }) => `${id}.${name}`));
  assert.deepEqual(
    rows.map((row) => `${row.dataset}.${row.column}`),
    expected,
  );
  assert.ok(rows.every((row) => row.name && row.name_en && row.meaning && row.type));
});

test('counted by hand, the files give the numbers of the home page', async () => {
  const home = (await app.inject({ url: '/', headers: { cookie: 'language=zh' } })).body;
  const [total, completed, rate] = [...home.matchAll(/class="number">([\d.,]+)</g)].map((match) => match[1]);
  const projects = (await csv('projects')).filter(
    (row) => row.parent_number === '' && row.state !== 'terminated',
  );
  const done = projects.filter((row) => row.state === 'completed' || row.state === 'archived');
  assert.deepEqual([String(projects.length), String(done.length)], [total, completed]);
  assert.equal(((100 * done.length) / projects.length).toFixed(1), rate);
  const list = (await app.inject({ url: '/projects', headers: { cookie: 'language=zh' } })).body;
  assert.match(list, new RegExp(`共 ${(await csv('projects')).length} 个`));
});

test('the reported values add up to the figures that are made of them', async () => {
  const figures = (await csv('figures')).filter((row) => row.kind === 'flow' && row.value !== '');
  assert.ok(figures.length >= 2);
  const records = await csv('records');
  for (const { code, value } of figures) {
    const sum = records.filter((row) => row.code === code).reduce((all, row) => all + Number(row.amount), 0);
    assert.equal(sum, Number(value), code);
  }
});

test('an item of the checklist is of a project that is there, and there are as many releases as the bulletin froze', async () => {
  const numbers = new Set((await csv('projects')).map((row) => row.number));
  const items = await csv('items');
  assert.ok(items.length > 1000 && items.every((row) => numbers.has(row.project_number)));
  const [bulletin] = await csv('bulletins');
  const cited = (await app.inject(`/bulletins/${bulletin!.number}.json`)).json() as { figures: unknown[] };
  assert.equal(Number(bulletin!.figures), cited.figures.length);
});

test('what is withdrawn is gone from every file at once, and the catalogue follows', async () => {
  const [first] = await csv('projects');
  const number = first!.number!;
  const before = JSON.stringify(await catalog());
  const actor = await entitledAs(product.db.queries, 'coordinator');
  const cells = [{ number, column: 'disclosure' as const, text: '不予公开' }];
  await editCells(product.db, { actor, reason: '涉及个人隐私' }, cells);
  assert.ok(!(await csv('projects')).some((row) => row.number === number));
  assert.ok(!(await csv('items')).some((row) => row.project_number === number));
  assert.notEqual(JSON.stringify(await catalog()), before);
});

test('no cell becomes a formula in a spreadsheet', async () => {
  const dangerous = /^[=+\-@\t\r＝＋－＠]/;
  for (const id of [...datasetIds, 'dictionary']) {
    for (const row of await csv(id)) {
      for (const [name, text] of Object.entries(row)) {
        if (!/^-?\d+(\.\d+)?$/.test(text)) assert.doesNotMatch(text, dangerous, `${id}.${name}`);
      }
    }
  }
});

test('a data set that there is not is told so, and search engines find a description that they can read', async () => {
  for (const name of ['nothing', 'nothing.csv', 'projects.xml', 'catalog', '..%2f']) {
    assert.equal((await app.inject(`/open-data/${name}`)).statusCode, 404, name);
  }
  const page = (await app.inject('/open-data/projects')).body;
  const data = /<script type="application\/ld\+json">([^<]+)<\/script>/.exec(page)![1]!;
  const described = JSON.parse(data) as { '@type': string; distribution: { contentUrl: string }[] };
  assert.equal(described['@type'], 'Dataset');
  for (const { contentUrl } of described.distribution) await fetched(contentUrl);
});
