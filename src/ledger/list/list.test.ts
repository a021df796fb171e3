import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { readXlsx } from 'hucre/xlsx';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { sumItems } from '../checklist/store.ts';
import { type ColumnName, getColumn, ledgerColumns } from '../columns.ts';
import { doneStates, isOneOf, openStates, proposalStates } from '../course.ts';
import { editCells } from '../edits.ts';
import { namingOf } from '../naming.ts';
import { type ProjectRow, projectStates } from '../schema.ts';
import { everyProject } from '../store.ts';
import { keptGroups } from './kept-counts.ts';
import { groupNames, lights, readView, viewAddress } from './query.ts';
import { countGroups, type ListScope, listLedger } from './store.ts';

let product: TestProduct;
let app: Server;
let office: Visitor;
let all: ProjectRow[];
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  office = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
  all = await everyProject(product.db.queries);
});
after(async () => {
  await app.close();
  await product.remove();
});

const scope: ListScope = { units: undefined, unit_codes: [], today: '2021-09-03', unitId: () => undefined };
const numbers = async (query: string, within = scope) =>
  (
    await listLedger(
      product.db.queries,
      readView(Object.fromEntries(new URLSearchParams(query))),
      within,
      1000,
    )
  ).map((row) => row.number);

const parameter = fc.oneof(
  fc.constantFrom(
    '2021-08-01..2021-08-31',
    '..100',
    '-',
    'public',
    'in_progress,completed',
    '440404100',
    '学位',
    '1..2..3',
    '',
  ),
  fc.string({ maxLength: 20 }),
);

test('whatever an address says, it is a list, and its own address says the same again', async () => {
  const names = [
    ...ledgerColumns.map((column) => column.name),
    'q',
    'light',
    'sort',
    'group',
    'columns',
    'page',
    'by',
    'is',
    'x',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...names), parameter, { maxKeys: 6 }),
      async (parameters) => {
        const storable = Object.fromEntries(
          Object.entries(parameters).map(([name, value]) => [name, value.replaceAll('\0', '')]),
        );
        const view = readView(storable);
        const address = new URL(viewAddress('http://x/', view, { page: view.page }));
        assert.deepEqual(readView(Object.fromEntries(address.searchParams)), view);
        await listLedger(product.db.queries, view, scope, 5);
        await countGroups(product.db.queries, view, scope);
      },
    ),
    { numRuns: 150 },
  );
});

test('conditions leave what they say', async () => {
  const kept = (keep: (project: ProjectRow) => boolean) =>
    all
      .filter(keep)
      .map((project) => project.number)
      .sort();
  const table: [string, (project: ProjectRow) => boolean][] = [
    ['', () => true],
    ['field_code=education', (one) => one.field_code === 'education'],
    ['area_code=440404100', (one) => one.town_code === '440404100'],
    ['area_code=440404100003', (one) => one.area_code === '440404100003'],
    ['state=in_progress', (one) => one.state === 'in_progress'],
    [
      'deadline=2021-06-01..2021-06-30',
      (one) => one.deadline >= '2021-06-01' && one.deadline <= '2021-06-30',
    ],
    ['budget=100..', (one) => Number(one.budget ?? -1) >= 1_000_000],
    ['budget=-', (one) => one.budget === null],
    ['responsible=教育局', (one) => (one.responsible ?? '').includes('教育局')],
    ['kind=standing', (one) => one.kind === 'standing'],
    ['light=overdue', (one) => isOneOf(openStates, one.state) && one.deadline < '2021-09-03'],
    ['light=on_track', (one) => isOneOf(openStates, one.state) && one.deadline >= '2021-09-03'],
  ];
  for (const [query, keep] of table) {
    const wanted = kept((one) => !isOneOf(proposalStates, one.state) && keep(one));
    assert.deepEqual((await numbers(query)).sort(), wanted, query);
    assert.ok(query === '' || (wanted.length > 0 && wanted.length < all.length), query);
  }
  const done = [...(await numbers('light=done')), ...(await numbers('light=done_late'))];
  assert.deepEqual(
    done.sort(),
    kept((one) => isOneOf(doneStates, one.state)),
  );
  assert.equal(lights.length, 4);
});

test('groups count every project once, by every way of grouping', async () => {
  for (const group of groupNames) {
    const groups = await countGroups(product.db.queries, readView({ group }), scope);
    assert.equal(
      groups.reduce((sum, one) => sum + one.count, 0),
      495,
      group,
    );
    assert.equal(
      groups.reduce((sum, one) => sum + one.done, 0),
      467,
      group,
    );
  }
});

/** Texts in the order of the dictionary, each with its place; the same text has the same place. */
async function placesOf(texts: readonly (string | null)[]): Promise<(text: string | null) => number | null> {
  const found = await sql<{ text: string; place: number }>`
    select text, dense_rank() over (order by text collate "zh-x-icu") as place
    from (select distinct unnest(${texts.filter((text) => text !== null)}::text[]) as text) as one`.execute(
    product.db.queries,
  );
  const places = new Map(found.rows.map((row) => [row.text, Number(row.place)]));
  return (text) => (text === null ? null : places.get(text)!);
}

/** What a reader expects a column to be in order of. */
async function expectedBy(name: ColumnName): Promise<(project: ProjectRow) => number | string | null> {
  const { kind, choices } = getColumn(name);
  const naming = await namingOf(product.db);
  if (name === 'progress') {
    const sums = await sumItems(
      product.db.queries,
      all.map((one) => one.id),
    );
    return ({ id }) => {
      const sum = sums.get(id);
      return sum ? Number(sum.verified) / Number(sum.total) : null;
    };
  }
  if (name === 'state') return ({ state }) => projectStates.indexOf(state);
  if (choices) {
    const words = Object.keys(choices);
    return (project) => (project[name] === null ? null : words.indexOf(String(project[name])));
  }
  if (kind === 'unit') {
    const nameOf = (project: ProjectRow) => {
      const id = project[name] as number | null;
      return id === null ? null : naming.unitName(id);
    };
    const places = await placesOf(all.map(nameOf));
    return (project) => places(nameOf(project));
  }
  if (kind === 'field') {
    return ({ field_code }) => naming.fields.findIndex((field) => field.code === field_code);
  }
  if (kind === 'whole' || kind === 'decimal' || kind === 'money') {
    return (project) => (project[name] === null ? null : Number(project[name]));
  }
  if (name === 'completed_at') return ({ completed_at }) => completed_at?.getTime() ?? null;
  if (kind === 'text' && name !== 'number' && name !== 'document_no') {
    const places = await placesOf(all.map((one) => one[name] as string | null));
    return (project) => places(project[name] as string | null);
  }
  // Days and codes are in order as they are written; Infinity comes after every day.
  return (project) => (project[name] === null ? null : String(project[name]));
}

test('a list is in order of what is read in every column, up and down, with what is empty at the end', async () => {
  const byNumber = new Map(all.map((one) => [one.number, one]));
  let told = 0;
  for (const { name } of ledgerColumns) {
    const keyOf = await expectedBy(name);
    for (const [sign, way] of [
      ['', 1],
      ['-', -1],
    ] as const) {
      const keys = (await numbers(`sort=${sign}${name}`)).map((number) => keyOf(byNumber.get(number)!));
      assert.equal(keys.length, 495);
      for (const [index, key] of keys.entries()) {
        const before = index === 0 ? undefined : keys[index - 1]!;
        if (before === undefined) continue;
        const rises = key === null || (before !== null && (way > 0 ? before <= key : before >= key));
        assert.ok(rises, `${sign}${name}: ${before} before ${key}`);
        if (before !== key) told++;
      }
    }
  }
  assert.ok(told > 1000, 'there is something to be put in order');
});

test('units are in order of their pinyin, states of their course, levels from the highest', async () => {
  const naming = await namingOf(product.db);
  const units = await countGroups(product.db.queries, readView({ group: 'unit_id' }), scope);
  const names = units.map((one) => naming.unitName(Number(one.key)));
  const known = ['区财政局', '区教育局', '区民政局', '区住建局'].filter((name) => names.includes(name));
  assert.ok(known.length > 1);
  assert.deepEqual(
    names.filter((name) => known.includes(name)),
    known,
  );
  const listed = await listLedger(product.db.queries, readView({ group: 'unit_id' }), scope, 1000);
  const inList = [...new Set(listed.map((one) => String(one.unit_id)))];
  assert.deepEqual(
    inList,
    units.map((one) => one.key),
    'the list has its groups in the same order',
  );
  const keys = async (group: 'state' | 'level') =>
    (await countGroups(product.db.queries, readView({ group }), scope)).map((one) => one.key);
  const states = await keys('state');
  assert.deepEqual(
    states,
    projectStates.filter((state) => states.includes(state)),
  );
  assert.deepEqual(
    await keys('level'),
    ['district', 'town', 'village'].filter((level) => all.some((one) => one.level === level)),
  );
});

test('groups are called as they are read, and a count says what is counted in', async () => {
  for (const [group, words, code] of [
    ['state', /<strong>已销号<\/strong>/, /<strong>completed</],
    ['level', /<strong>村<\/strong>/, /<strong>village</],
    ['disclosure', /<strong>主动公开<\/strong>/, /<strong>public</],
  ] as const) {
    const { body } = await office.get(`/console/projects?group=${group}`);
    assert.match(body, words);
    assert.doesNotMatch(body, code);
  }
  const standing = all.filter((one) => one.kind === 'standing').length;
  assert.ok(standing > 0);
  const { body } = await office.get('/console/projects');
  assert.match(body, new RegExp(`共 495 个 <span class="meta">其中[^<]*长期坚持 ${standing} 个`));
  assert.doesNotMatch((await office.get('/console/projects?q=JW2021-355')).body, /其中子项目/);
});

test('pages hold each project once', async () => {
  const seen: string[] = [];
  for (let page = 1; page <= 10; page++) {
    const view = readView({ sort: '-deadline', page: String(page) });
    seen.push(...(await listLedger(product.db.queries, view, scope, 50)).map((row) => row.number));
  }
  assert.equal(new Set(seen).size, 495);
});

test('who leads, helps or has an item of the checklist sees a project, and nobody else', async () => {
  const village = all.find((one) => one.level === 'village')!;
  const units: ListScope = { ...scope, units: [village.unit_id], unit_codes: [village.area_code] };
  const theirs = await numbers('', units);
  assert.ok(theirs.length > 0 && theirs.length < all.length);
  assert.deepEqual(
    theirs.toSorted(),
    all
      .filter((one) => one.unit_id === village.unit_id)
      .map((one) => one.number)
      .toSorted(),
  );
  const town = await product.db.queries
    .selectFrom('unit')
    .select('id')
    .where('code', '=', '440404100')
    .executeTakeFirstOrThrow();
  const towns = await numbers('', { ...scope, units: [town.id], unit_codes: ['440404100'] });
  const own = all.filter((one) => one.unit_id === town.id).length;
  assert.ok(towns.length > own, 'items of the district’s projects in the town are its business');
});

test('what is seen is exported, with the columns that are seen', async () => {
  const response = await office.get(
    '/console/projects.xlsx?field_code=education&columns=number,title,deadline',
  );
  const book = await readXlsx(response.rawPayload);
  assert.deepEqual(book.sheets[0]!.rows[0], ['编号', '项目名称', '完成时限']);
  assert.equal(book.sheets[0]!.rows.length - 1, all.filter((one) => one.field_code === 'education').length);
  const csv = await office.get('/console/projects.csv?columns=number,title&q=JW2021-355');
  assert.match(csv.body, /^\ufeff编号,项目名称\r\nJW2021-355,/);
});

test('a view is kept under a name, replaced by the same name, and forgotten', async () => {
  const save = (query: string, key: string) =>
    office.post('/console/projects/views', { key, name: '逾期的', query });
  assert.equal(
    (await save('light=overdue', 'view-key-1')).headers.location,
    '/console/projects?light=overdue',
  );
  await save('light=overdue&group=unit_id', 'view-key-2');
  const page = (await office.get('/console/projects')).body;
  assert.match(page, /href="\/console\/projects\?light=overdue&(amp;)?group=unit_id">逾期的</);
  const id = /name="drop" value="(\d+)"/.exec(page)![1]!;
  const other = await signedInAs(product, app, 'jyj.officer');
  const foreign = await other.post('/console/projects/views', {
    key: 'view-key-3',
    name: 'x',
    query: '',
    drop: id,
  });
  assert.equal(foreign.statusCode, 404);
  await office.post('/console/projects/views', { key: 'view-key-4', name: 'x', query: '', drop: id });
  assert.doesNotMatch((await office.get('/console/projects')).body, />逾期的</);
});

/** Sends the form of a change in bulk, as it stands on the page after what is said in it. */
function bulk(visitor: Visitor, fields: readonly (readonly [string, string])[]) {
  return visitor.send(
    'POST',
    '/console/projects/bulk',
    new URLSearchParams(fields.map(([name, value]) => [name, value])).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  );
}
const hidden = (body: string) =>
  [...body.matchAll(/<input type="hidden" name="(row|seen|key)" value="([^"]*)"/g)].map(
    ([, name, value]) => [name!, value!] as const,
  );
const stored = async (number: string) =>
  (await everyProject(product.db.queries)).find((one) => one.number === number)!;

test('a change in bulk is shown first, then done as one entry that one click takes back', async () => {
  const fields = [
    ['row', 'JW2021-001'],
    ['row', 'JW2021-002'],
    ['column', 'responsible'],
    ['text', '演示·新责任人'],
    ['reason', ''],
  ] as const;
  const unseen = await bulk(office, [...fields, ['key', 'bulk-change-0'], ['apply', 'yes']]);
  assert.equal(unseen.statusCode, 409, 'what nobody looked at is not done');
  const preview = await bulk(office, fields);
  assert.match(preview.body, /共选 2 个，将修改 2 个/);
  assert.match(preview.body, /修改 2 个<\/button>/);
  const seen = hidden(preview.body).filter(([name]) => name !== 'row');
  const applied = await bulk(office, [...fields, ...seen, ['apply', 'yes']]);
  assert.equal(applied.statusCode, 303);
  const location = String(applied.headers.location);
  const stranger = await signedInAs(product, app, 'jyj.officer');
  assert.equal((await stranger.get(location)).statusCode, 403);
  assert.match((await office.get(location)).body, /修改 2 格/);
  assert.equal((await stored('JW2021-002')).responsible, '演示·新责任人');
  const undone = await office.post(`${location}/undo`, { key: 'bulk-undo-1' });
  assert.equal(undone.statusCode, 303);
  const before = all.find((one) => one.number === 'JW2021-002')!.responsible;
  assert.equal((await stored('JW2021-002')).responsible, before);
});

test('somebody in charge is replaced in everything that the list shows, only where they are', async () => {
  const leader = all.find((one) => one.responsible && one.field_code === 'education')!.responsible!;
  const theirs = all.filter((one) => one.responsible === leader && one.field_code === 'education');
  const listed = all.filter((one) => one.field_code === 'education').length;
  assert.ok(theirs.length > 0 && theirs.length < listed);
  const list = (await office.get('/console/projects?field_code=education')).body;
  assert.match(list, new RegExp(`筛选出的全部 ${listed} 个`));
  const view = /name="view" value="([^"]*)"/.exec(list)![1]!;
  const chosen = await bulk(office, [
    ['all', 'yes'],
    ['view', view],
    ['row', 'JW2021-001'],
  ]);
  assert.match(chosen.body, new RegExp(`已选 ${listed} 个项目`));
  const fields = [
    ...hidden(chosen.body).filter(([name]) => name === 'row'),
    ['column', 'responsible'],
    ['from', leader],
    ['text', '接任的人'],
  ] as const;
  const preview = await bulk(office, fields);
  const rest = listed - theirs.length;
  assert.match(
    preview.body,
    new RegExp(`共选 ${listed} 个，将修改 ${theirs.length} 个，其余 ${rest} 个不变`),
  );
  const seen = hidden(preview.body).filter(([name]) => name !== 'row');
  // Somebody else is faster: what was looked at is not what would be done.
  const actor = await entitledAs(product.db.queries, 'coordinator');
  const { number } = theirs[0]!;
  await editCells(product.db, { actor }, [{ number, column: 'responsible', text: '别的人' }]);
  const stale = await bulk(office, [...fields, ...seen, ['apply', 'yes']]);
  assert.equal(stale.statusCode, 409);
  assert.match(stale.body, /请再看一遍/);
  const fresh = hidden(stale.body).filter(([name]) => name !== 'row');
  const applied = await bulk(office, [...fields, ...fresh, ['apply', 'yes']]);
  assert.equal(applied.statusCode, 303, applied.body);
  const now = (await everyProject(product.db.queries)).filter((one) => one.responsible === '接任的人');
  assert.equal(now.length, theirs.length - 1);
  assert.equal((await stored(number)).responsible, '别的人');
  await office.post(`${applied.headers.location}/undo`, { key: 'bulk-undo-2' });
});

test('what cannot be changed is named and can be left out', async () => {
  const officer = await signedInAs(product, app, 'jyj.officer');
  const { unit_id } = await entitledAs(product.db.queries, 'jyj.officer');
  const own = all.find((one) => one.unit_id === unit_id)!;
  const foreign = all.find((one) => one.unit_id !== unit_id)!;
  const fields = [
    ['row', own.number],
    ['row', foreign.number],
    ['column', 'handler'],
    ['text', '新的经办人'],
  ] as const;
  assert.match((await bulk(officer, fields)).body, /有 1 个不能改，见下表/);
  const left = await bulk(officer, [...fields, ['without', 'bad']]);
  assert.match(left.body, /已选 1 个项目/);
  assert.match(left.body, /修改 1 个<\/button>/);
});

test('the list on paper repeats its head and has lines for who filled it in, who checked it and the stamp', async () => {
  const { body } = await office.get('/console/projects/print?field_code=education');
  assert.match(body, /填报人：[\s\S]*审核人：[\s\S]*盖章/);
  assert.match(body, /<thead>/);
  assert.doesNotMatch(body, /name="row"/);
});

test('what is too much for paper or for one change is cut, and said', async () => {
  await sql`
    insert into project
    select (jsonb_populate_record(one, jsonb_build_object('id', 1000000 + copy, 'number', 'X-' || copy, 'title', '很多'))).*
    from project as one, generate_series(1, 2003) as copy where one.number = 'JW2021-001'`.execute(
    product.db.queries,
  );
  const printed = (await office.get('/console/projects/print?number=X-')).body;
  assert.match(printed, /共 2003 个/);
  assert.match(printed, /只打印了前 2000 个，还有 3 个没有打印/);
  assert.equal(printed.match(/<tr data-number/g)!.length, 2000);
  const chosen = await bulk(office, [
    ['all', 'yes'],
    ['view', 'number=X-'],
  ]);
  assert.match(chosen.body, /已选 2000 个项目/);
  assert.match(chosen.body, /筛选出 2003 个，一次最多改 2000 个/);
  const fields = [
    ...hidden(chosen.body).filter(([name]) => name === 'row'),
    ['column', 'phone'],
    ['text', '0756-1'],
  ] as const;
  const preview = await bulk(office, fields);
  assert.match(preview.body, /将修改 2000 个/);
  const seen = hidden(preview.body).filter(([name]) => name !== 'row');
  assert.equal((await bulk(office, [...fields, ...seen, ['apply', 'yes']])).statusCode, 303);
});

test('the pages of a grouped list are the same whether its groups were counted before or not', async () => {
  for (const group of groupNames) {
    const view = readView({ group });
    const groups = await countGroups(product.db.queries, view, scope);
    for (const page of [1, 2, 5, 10, 11]) {
      const whole = await listLedger(product.db.queries, { ...view, page }, scope, 50);
      const known = await listLedger(product.db.queries, { ...view, page }, scope, 50, groups);
      assert.deepEqual(
        known.map((row) => row.number),
        whole.map((row) => row.number),
        `${group} page ${page}`,
      );
      if (page < 10) assert.equal(whole.length, 50);
    }
  }
});

test('counts that were kept never outlive the next entry, and are never those of another list', async () => {
  const actor = await entitledAs(product.db.queries, await loginOfRole(product, 'coordinator'));
  const view = readView({ group: 'level' });
  const fresh = () => countGroups(product.db.queries, view, scope);
  const kept = () => keptGroups(product.db, view, scope);
  assert.deepEqual(await kept(), await fresh());
  const { number } = all.find((one) => one.level === 'village' && !one.parent_id) ?? all[0]!;
  const cells = [{ number, column: 'level' as const, text: '区级' }];
  await editCells(product.db, { actor, reason: '更正层级' }, cells);
  assert.deepEqual(await kept(), await fresh());
  const within = { ...scope, units: [all[0]!.unit_id] };
  assert.deepEqual(
    await keptGroups(product.db, view, within),
    await countGroups(product.db.queries, view, within),
  );
  const other = readView({ group: 'level', state: 'completed' });
  assert.deepEqual(
    await keptGroups(product.db, other, scope),
    await countGroups(product.db.queries, other, scope),
  );
});
