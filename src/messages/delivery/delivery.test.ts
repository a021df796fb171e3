import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { type TestProduct, testProduct } from '../../../test/support/database.ts';
import { quickPace, startGateway, until } from '../../../test/support/gateway.ts';
import { write } from '../../journal/write.ts';
import { commandLine } from '../../product.ts';
import { registerIn } from '../../residents/actions.ts';
import { tellIn } from '../actions.ts';
import { addressBook } from './addresses.ts';
import type { Gateway } from './channel.ts';
import { httpGateway, signatureOf } from './channels/http.ts';
import { startCourier } from './queue.ts';

let product: TestProduct;
before(async () => {
  product = await testProduct();
});
after(() => product.remove());
beforeEach(async () => {
  await sql`delete from message_delivery`.execute(product.db.queries);
});

const values = { number: 'SQ2021-0001', unit: '红旗镇' };
let phones = 13_800_000_000;

/** Registers people with a phone each and tells each of them something, every one by an entry of its own. */
async function tellPeople(count: number, change: { simulated_at?: Date } = {}): Promise<Map<string, number>> {
  const people = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const phone = String(phones++);
    const told = { actor: commandLine, action: 'requests/step', subject: 'request:1', ...change };
    const { outcome } = await write(product.db, told, async (tx) => {
      const person_id = await registerIn(tx, product.vault, { name: '陈大文', phone, phone_verified: true });
      await tellIn(tx, {
        template: 'request_dispatched',
        to: { person_id },
        values,
        link: '/requests/SQ2021-0001',
      });
      return person_id;
    });
    people.set(phone, outcome);
  }
  return people;
}

interface Settled {
  state: string;
  attempts: number;
  fault: string | null;
  stable_id: string;
}

async function deliveries(): Promise<Settled[]> {
  const found = await sql<Settled>`
    select state, attempts, fault, stable_id from message_delivery order by message_id`.execute(
    product.db.queries,
  );
  return found.rows;
}

async function settled(count: number): Promise<boolean> {
  const all = await deliveries();
  return all.length === count && all.every(({ state }) => state !== 'waiting' && state !== 'trying');
}

/** Delivers by one gateway until every one of so many deliveries is settled. */
async function deliverAll(gateway: Gateway, count: number, clock = () => noon()): Promise<Settled[]> {
  const { db, vault, owner_url } = product;
  const gateways = new Map([[gateway.channel, gateway]]);
  const hands = { db, gateways, addressOf: addressBook(db, vault), site: 'https://shishi.example', clock };
  const courier = await startCourier(hands, owner_url, quickPace);
  try {
    await until(`${count} deliveries are settled`, () => settled(count));
    return await deliveries();
  } finally {
    await courier.stop();
  }
}

const noon = () => new Date('2021-09-03T12:00:00+08:00');
const overHttp = (url: string, deduplicates: boolean) =>
  httpGateway({ channel: 'sms', url: `${url}/send`, key: 'both know it', deduplicates, patience: 500 });

test('a gateway gets the message signed, with its address, its words and its link, and answers once', async () => {
  const [phone] = [...(await tellPeople(1)).keys()];
  const gateway = await startGateway((_received, response) => response.end('{}'));
  const [one] = await deliverAll(overHttp(gateway.url, true), 1);
  assert.deepEqual([one!.state, one!.attempts], ['handed', 1]);
  const [{ headers, body }] = gateway.received as [(typeof gateway.received)[0]];
  const { id, to, text, url } = JSON.parse(body);
  assert.deepEqual([id, to], [one!.stable_id, phone]);
  assert.equal(text, '您的需求 SQ2021-0001 已转给红旗镇办理。');
  assert.equal(url, 'https://shishi.example/requests/SQ2021-0001');
  assert.equal(headers['idempotency-key'], one!.stable_id);
  const timestamp = String(headers['x-shishi-timestamp']);
  assert.equal(headers['x-shishi-signature'], signatureOf('both know it', timestamp, body));
  await gateway.close();
});

test('a gateway that fails or stays silent is asked again under the same id where it knows a repetition', async () => {
  await tellPeople(1);
  let asked = 0;
  const gateway = await startGateway((_received, response) => {
    asked++;
    if (asked === 1) response.writeHead(500).end();
    else if (asked === 2) response.writeHead(503).end();
    else if (asked > 3) response.end('{}');
  });
  const [one] = await deliverAll(overHttp(gateway.url, true), 1);
  assert.deepEqual([one!.state, one!.attempts], ['handed', 4]);
  assert.deepEqual(new Set(gateway.received.map(({ headers }) => headers['idempotency-key'])).size, 1);
  await gateway.close();
});

test('where it does not, a lost answer is unknown and not sent again; what surely was not taken is', async () => {
  await tellPeople(3);
  const told = new Map<string, number>();
  const gateway = await startGateway(({ body }, response) => {
    const { to } = JSON.parse(body);
    const times = (told.get(to) ?? 0) + 1;
    told.set(to, times);
    const which = [...told.keys()].indexOf(to);
    if (which === 0) response.writeHead(500).end();
    else if (which === 2) response.writeHead(times === 1 ? 429 : 200).end();
  });
  const all = await deliverAll(overHttp(gateway.url, false), 3);
  const states = all.map(({ state, attempts, fault }) => [state, attempts, fault]);
  assert.deepEqual(states.sort(), [
    ['handed', 2, null],
    ['unknown', 1, 'TimeoutError'],
    ['unknown', 1, 'http_500'],
  ]);
  assert.deepEqual([...told.values()].sort(), [1, 1, 2]);
  await gateway.close();
});

test('what a gateway refuses has failed, as has what never gets through and whom nothing reaches', async () => {
  await tellPeople(1);
  const refusing = await startGateway((_received, response) => response.writeHead(400).end());
  const [refused] = await deliverAll(overHttp(refusing.url, true), 1);
  assert.deepEqual([refused!.state, refused!.fault, refused!.attempts], ['failed', 'http_400', 1]);
  await refusing.close();
  await sql`delete from message_delivery`.execute(product.db.queries);

  await tellPeople(1);
  const [nobody] = await deliverAll(overHttp(refusing.url, true), 1);
  assert.deepEqual([nobody!.state, nobody!.fault, nobody!.attempts], ['failed', 'ECONNREFUSED', 5]);
  await sql`delete from message_delivery`.execute(product.db.queries);

  await write(
    product.db,
    { actor: commandLine, action: 'requests/step', subject: 'request:1' },
    async (tx) => {
      const someone = { name: '无电话', phone: null, phone_verified: false };
      const person_id = await registerIn(tx, product.vault, someone);
      await tellIn(tx, { template: 'request_dispatched', to: { person_id }, values });
      return undefined;
    },
  );
  const [unreachable] = await deliverAll(overHttp(refusing.url, true), 1);
  assert.deepEqual([unreachable!.state, unreachable!.fault], ['failed', 'no_address']);
});

test('at night a message waits, and goes out when the clock has come to the morning', async () => {
  await tellPeople(1);
  const gateway = await startGateway((_received, response) => response.end('{}'));
  let now = new Date('2021-09-03T23:10:00+08:00');
  const { db, vault, owner_url } = product;
  const sms = overHttp(gateway.url, true);
  const hands = {
    db,
    gateways: new Map([[sms.channel, sms]]),
    addressOf: addressBook(db, vault),
    site: 'https://shishi.example',
    clock: () => now,
  };
  const courier = await startCourier(hands, owner_url, quickPace);
  const look = async (time: string) => {
    now = new Date(time);
    await courier.look();
    const [one] = await deliveries();
    return one!.state;
  };
  assert.equal(await look('2021-09-03T23:30:00+08:00'), 'waiting');
  assert.equal(await look('2021-09-04T07:59:00+08:00'), 'waiting');
  assert.equal(gateway.received.length, 0);
  await look('2021-09-04T08:00:00+08:00');
  await until('the message goes out', () => settled(1));
  assert.equal(gateway.received.length, 1);
  await courier.stop();
  await gateway.close();
});

test('a demonstration tells nobody outside the house', async () => {
  await tellPeople(2, { simulated_at: new Date(Date.now() + 60_000) });
  const gateway = await startGateway((_received, response) => response.end('{}'));
  const all = await deliverAll(overHttp(gateway.url, true), 2);
  assert.deepEqual(
    all.map(({ state }) => state),
    ['withheld', 'withheld'],
  );
  assert.equal(gateway.received.length, 0);
  await gateway.close();
});

/** Starts a process that delivers to a gateway. */
async function startProcess(url: string, deduplicates: boolean): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['test/support/courier-process.ts'], {
    env: {
      ...process.env,
      DATABASE_URL: product.database_url,
      SHISHI_DATA: product.settings.data,
      SMS_GATEWAY_URL: url,
      SMS_GATEWAY_KEY: 'both know it',
      SMS_GATEWAY_DEDUPLICATES: deduplicates ? 'yes' : '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()));
  return child;
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

for (const deduplicates of [true, false]) {
  test(`a process that is killed midway loses nothing: ${deduplicates ? 'each message is handed over, under one id' : 'each is handed over once, or shown as unknown'}`, async () => {
    await sql`insert into message_setting (silent_from, silent_until, since_entry) values (0, 0, 1)`.execute(
      product.db.queries,
    );
    const count = 40;
    const phonesTold = [...(await tellPeople(count)).keys()];
    const gateway = await startGateway((_received, response) => setTimeout(() => response.end('{}'), 120));
    const first = await startProcess(gateway.url, deduplicates);
    await until('some are handed over', () => gateway.received.length >= 10);
    first.kill('SIGKILL');
    await ended(first);
    const before = await deliveries();
    assert.ok(before.some(({ state }) => state === 'trying'));
    assert.ok(before.some(({ state }) => state === 'waiting'));
    const second = await startProcess(gateway.url, deduplicates);
    await until('all are settled', () => settled(count));
    second.kill('SIGTERM');
    const all = await deliveries();
    const ids = new Map<string, Set<string>>();
    const times = new Map<string, number>();
    for (const { body } of gateway.received) {
      const { to, id } = JSON.parse(body);
      ids.set(to, (ids.get(to) ?? new Set()).add(id));
      times.set(to, (times.get(to) ?? 0) + 1);
    }
    assert.deepEqual([...ids.keys()].sort(), phonesTold.sort());
    assert.ok([...ids.values()].every((one) => one.size === 1));
    const unknown = all.filter(({ state }) => state === 'unknown').length;
    if (deduplicates) assert.equal(unknown, 0);
    else {
      assert.ok(unknown > 0 && unknown <= 4, String(unknown));
      assert.ok([...times.values()].every((one) => one === 1));
    }
    assert.equal(all.filter(({ state }) => state === 'handed').length, count - unknown);
    await gateway.close();
  });
}
