import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { quickPace, until } from '../../test/support/gateway.ts';
import { signedInAs } from '../../test/support/visitor.ts';
import { createApp } from '../app.ts';
import { write } from '../journal/write.ts';
import type { Server } from '../kit/http.ts';
import { commandLine } from '../product.ts';
import { erasePerson, registerIn } from '../residents/actions.ts';
import { tellIn } from './actions.ts';
import { setChoice } from './choices.ts';
import { addressBook } from './delivery/addresses.ts';
import type { Gateway } from './delivery/channel.ts';
import { fileGateway } from './delivery/channels/file.ts';
import { startCourier } from './delivery/queue.ts';
import type { Outcome } from './delivery/rules.ts';
import type { Channel } from './schema.ts';

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

const telling = { actor: commandLine, action: 'requests/step', subject: 'request:SQ2021-0001' };
const values = { number: 'SQ2021-0001', unit: '红旗镇' };

async function register(phone: string): Promise<number> {
  const person = { name: '陈大文', phone, phone_verified: true };
  const { outcome } = await write(product.db, telling, (tx) => registerIn(tx, product.vault, person));
  return outcome;
}

async function tell(person_id: number): Promise<void> {
  await write(product.db, telling, async (tx) => {
    await tellIn(tx, { template: 'request_dispatched', to: { person_id }, values });
    return undefined;
  });
}

async function stateOf(person_id: number): Promise<string[]> {
  const found = await sql<{ state: string }>`
    select state from message_delivery join message on message.id = message_id
    where person_id = ${person_id}::bigint order by message_delivery.id`.execute(product.db.queries);
  return found.rows.map(({ state }) => state);
}

/** Delivers by gateways while something is done. */
async function whileDelivering(gateways: Gateway[], work: () => Promise<void>): Promise<void> {
  const { db, vault, owner_url } = product;
  const byChannel = new Map<Channel, Gateway>(gateways.map((one) => [one.channel, one]));
  const clock = () => new Date('2021-09-03T12:00:00+08:00');
  const hands = {
    db,
    gateways: byChannel,
    addressOf: addressBook(db, vault),
    site: 'https://shishi.example',
    clock,
  };
  const courier = await startCourier(hands, owner_url, quickPace);
  await work().finally(courier.stop);
}

test('what nobody knows of is shown, and sent again by hand alone, under the same id', async () => {
  const person_id = await register('13800000101');
  const outcomes: Outcome[] = [{ took: 'lost', fault: 'TimeoutError' }, { took: 'taken' }];
  const ids: string[] = [];
  const gateway: Gateway = {
    channel: 'sms',
    repeatable_for: 0,
    hand: async ({ stable_id }) => {
      ids.push(stable_id);
      return outcomes.shift()!;
    },
  };
  const coordinator = await signedInAs(product, app, 'coordinator');
  await whileDelivering([gateway], async () => {
    await tell(person_id);
    await until('it is unknown', async () => (await stateOf(person_id))[0] === 'unknown');
    const page = await coordinator.get('/console/messages?state=unknown');
    assert.match(page.body, /结果不明.*通道没有及时回答.*对方可能收到两次/s);
    assert.doesNotMatch(page.body, /13800000101|陈大文/);
    const path = page.body.match(/action="(\/console\/messages\/\d+\/resending)"/)![1]!;
    const officer = await signedInAs(product, app, 'jyj.officer');
    assert.equal((await officer.post(path, { key: randomUUID() })).statusCode, 403);
    const key = randomUUID();
    assert.equal((await coordinator.post(path, { key })).statusCode, 303);
    assert.equal((await coordinator.post(path, { key })).statusCode, 303);
    await until('it is handed over', async () => (await stateOf(person_id))[0] === 'handed');
    assert.equal((await coordinator.post(path, { key: randomUUID() })).statusCode, 409);
  });
  assert.equal(ids.length, 2);
  assert.equal(new Set(ids).size, 1);
});

test('a person chooses how to hear; their address is sealed and read only when it is used', async () => {
  const person_id = await register('13800000102');
  const entering = () => ({ key: randomUUID(), person_id });
  const choice = { language: 'en', at_night: false } as const;
  await assert.rejects(
    setChoice(product, entering(), { ...choice, channel: 'email', address: 'nothing' }),
    /messages\/address/,
  );
  await setChoice(product, entering(), { ...choice, channel: 'email', address: 'chan@example.cn' });
  const kept = await sql<{ row: string }>`select row_to_json(c)::text as row from message_choice c`.execute(
    product.db.queries,
  );
  assert.doesNotMatch(kept.rows.map(({ row }) => row).join(), /example\.cn/);
  const folder = join(product.settings.data, 'outbox');
  await whileDelivering([fileGateway('sms', folder), fileGateway('email', folder)], async () => {
    await tell(person_id);
    await until('it is in the file', async () => (await stateOf(person_id))[0] === 'handed');
    await setChoice(product, entering(), { ...choice, channel: 'none' });
    await tell(person_id);
  });
  const lines = readFileSync(join(folder, 'email.jsonl'), 'utf8').trim().split('\n');
  const sent = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    sent.map(({ address, text }) => [address, text]),
    [['chan@example.cn', 'Your request SQ2021-0001 was passed to 红旗镇.']],
  );
  assert.deepEqual(await stateOf(person_id), ['handed']);
});

test('somebody who was erased before the message went out is not reached any more', async () => {
  const person_id = await register('13800000103');
  await tell(person_id);
  const actor = { ...commandLine };
  await erasePerson(
    product.db,
    product.vault,
    { actor, idempotency_key: randomUUID() },
    { person_id, reason: '本人要求删除' },
  );
  const folder = join(product.settings.data, 'outbox');
  await whileDelivering([fileGateway('sms', folder)], () =>
    until('it has failed', async () => (await stateOf(person_id))[0] === 'failed'),
  );
});

test('the office sets the hours of silence, and a time that is none changes nothing', async () => {
  const coordinator = await signedInAs(product, app, 'coordinator');
  const set = (from: string, until_then: string) =>
    coordinator.post('/console/messages/silence', { key: randomUUID(), from, until: until_then });
  const wrong = await set('25:00', '08:00');
  assert.equal(wrong.statusCode, 422);
  assert.match(wrong.body, /时间应写成 21:30。/);
  assert.match(wrong.body, /value="25:00"/);
  assert.equal((await set('22：00', '7:30')).statusCode, 303);
  const page = await coordinator.get('/console/messages');
  assert.match(page.body, /value="22:00"/);
  assert.match(page.body, /value="07:30"/);
});
