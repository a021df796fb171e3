import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { loginOfRole, signedInAs, type Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import type { Server } from '../../kit/http.ts';
import { currentItems } from '../checklist/store.ts';
import { isOneOf, proposalStates } from '../course.ts';
import { editCells } from '../edits.ts';
import { namingOf } from '../naming.ts';
import { everyProject } from '../store.ts';

let product: TestProduct;
let app: Server;
let office: Visitor;
before(async () => {
  product = await testProduct(demonstrationTemplate);
  app = await createApp(product, { unlimited: true });
  office = await signedInAs(product, app, await loginOfRole(product, 'coordinator'));
});
after(async () => {
  await app.close();
  await product.remove();
});

/** The numbers of the projects on every page of a timetable, by its own links from one to the next. */
async function walk(visitor: Visitor, first: string): Promise<string[]> {
  const numbers: string[] = [];
  let address: string | undefined = first;
  for (let page = 0; address && page < 50; page++) {
    const { body } = await visitor.get(address);
    const table = body.slice(body.indexOf('<table'));
    numbers.push(
      ...[...table.matchAll(/<th scope="row"><a href="\/console\/projects\/([^"]+)"/g)].map(
        ([, one]) => one!,
      ),
    );
    address = /href="([^"]+)">下一页/.exec(body)?.[1]?.replaceAll('&amp;', '&');
  }
  return numbers;
}

test('a timetable goes on for as many pages as there are projects', async () => {
  const { body } = await office.get('/console/timetable');
  assert.match(body, /共 495 个/);
  const numbers = await walk(office, '/console/timetable');
  assert.equal(numbers.length, 495);
  assert.equal(new Set(numbers).size, 495);
  assert.match((await office.get('/console/timetable?page=999999')).body, /第 9 页，共 9 页/);
});

test('a unit’s timetable has what it leads, what it helps with and what it has an item of', async () => {
  const naming = await namingOf(product.db);
  const town = naming.units.find((unit) => unit.code === '440404100')!;
  const all = (await everyProject(product.db.queries)).filter((one) => !isOneOf(proposalStates, one.state));
  const other = all.find((one) => one.unit_id !== town.id)!;
  const actor = await entitledAs(product.db.queries, 'coordinator');
  await editCells(product.db, { actor, reason: '测试' }, [
    { number: other.number, column: 'co_unit_codes', text: town.name },
  ]);
  const items = await currentItems(
    product.db.queries,
    all.map((one) => one.id),
  );
  const withItem = new Set(items.filter((item) => item.unit_id === town.id).map((item) => item.project_id));
  const wanted = all.filter(
    (one) => one.unit_id === town.id || withItem.has(one.id) || one.number === other.number,
  );
  assert.ok(wanted.length > all.filter((one) => one.unit_id === town.id).length + 1);
  const found = await walk(office, '/console/timetable?unit_id=440404100');
  assert.deepEqual(found.toSorted(), wanted.map((one) => one.number).toSorted());
  const place = new Set(await walk(office, '/console/timetable?area_code=440404100'));
  assert.ok(place.has(other.number), 'what its town helps with');
  const located = all.filter((one) => one.town_code === '440404100');
  assert.ok(located.length > 0);
  assert.ok(located.every((one) => place.has(one.number)));
});

test('nobody sees more of a timetable than of the list', async () => {
  const officer = await signedInAs(product, app, 'jyj.officer');
  const listed = /共 (\d+) 个/.exec((await officer.get('/console/projects')).body)![1];
  assert.ok(Number(listed) > 0 && Number(listed) < 495);
  const numbers = await walk(officer, '/console/timetable');
  assert.equal(numbers.length, Number(listed));
  const town = await walk(officer, '/console/timetable?area_code=440404100');
  assert.ok(town.length > 0 && town.length < numbers.length);
  assert.ok(town.every((number) => numbers.includes(number)));
});
