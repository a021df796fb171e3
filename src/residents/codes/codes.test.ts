import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { asOwner, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { write } from '../../journal/write.ts';
import { openVault } from '../../kit/vault.ts';
import { commandLine } from '../../product.ts';
import { askCode, checkCode, type GivenCode, useCodeIn } from './actions.ts';
import { checkProof, proofChallenge } from './proof.ts';

let product: TestProduct;
const minute = 60_000;
const start = Date.parse('2026-03-02T02:00:00Z');
const at = (minutes: number) => new Date(start + minutes * minute);
let numbers = 0;
/** A phone and an address that no other test has. */
const fresh = () => {
  numbers += 1;
  return { phone: `1380000${String(numbers).padStart(4, '0')}`, address: `10.0.0.${numbers}`, proved: false };
};

before(async () => {
  product = await testProduct();
});
after(() => product.remove());

const ask = (asked: ReturnType<typeof fresh>, minutes = 0) =>
  askCode(product.db, product.vault, asked, at(minutes));
const check = (given: GivenCode, minutes = 1) =>
  checkCode(product.db.queries, product.vault, given, at(minutes));
const use = (given: GivenCode, minutes = 1, fail = false) =>
  write(product.db, { actor: commandLine, action: 'test/use', subject: 'code' }, async (tx) => {
    await useCodeIn(tx, product.vault, given, at(minutes));
    if (fail) throw new Error('the form was refused');
    return undefined;
  });
const wrong = { code: 'residents/code' };

/** A code that is not the one sent. */
const other = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('a code confirms its phone for ten minutes, however it is typed, and no other phone', async () => {
  const asked = fresh();
  const { code } = await ask(asked);
  assert.match(code, /^\d{6}$/);
  const spaced = {
    phone: `+86 ${asked.phone}`,
    code: ` ${code.slice(0, 3)} ${code.slice(3)} `,
    key: 'form-1',
  };
  await check(spaced);
  await check(spaced, 9);
  await assert.rejects(check(spaced, 11), wrong);
  const neighbour = fresh();
  await ask(neighbour);
  await assert.rejects(check({ phone: neighbour.phone, code, key: 'form-1' }), wrong);
});

test('a code is used once; the same form sent twice is one use, and a form that was refused uses none', async () => {
  const asked = fresh();
  const { code } = await ask(asked);
  const given = { phone: asked.phone, code, key: 'form-a' };
  await assert.rejects(use(given, 1, true), /refused/);
  await check(given);
  await use(given);
  await check(given);
  await use(given);
  await assert.rejects(check({ ...given, key: 'form-b' }), wrong);
  await assert.rejects(use({ ...given, key: 'form-b' }), wrong);
});

test('after five wrong guesses the right code is of no use any more', async () => {
  const asked = fresh();
  const { code } = await ask(asked);
  const given = { phone: asked.phone, code: other(code), key: 'form-a' };
  for (let guess = 0; guess < 5; guess++) await assert.rejects(check(given), wrong);
  await assert.rejects(check({ ...given, code }), wrong);
});

test('only the newest code of a phone counts', async () => {
  const asked = fresh();
  const { code: first } = await ask(asked);
  const { code: second } = await ask(asked, 2);
  if (first !== second)
    await assert.rejects(check({ phone: asked.phone, code: first, key: 'form' }, 3), wrong);
  await check({ phone: asked.phone, code: second, key: 'form' }, 3);
});

test('a phone gets one code a minute, five an hour and ten a day', async () => {
  const asked = fresh();
  await ask(asked, 0);
  await assert.rejects(ask(asked, 0.5), { code: 'residents/code_too_soon' });
  for (const minutes of [2, 4, 6, 8]) await ask(asked, minutes);
  await assert.rejects(ask(asked, 10), { code: 'residents/codes_too_many' });
  for (const minutes of [70, 72, 74, 76, 78]) await ask(asked, minutes);
  await assert.rejects(ask(asked, 200), { code: 'residents/codes_too_many' });
  await ask(asked, 25 * 60);
});

test('an address gets ten codes an hour without proof of work and sixty with it, also when all are asked for at once', async () => {
  const { address } = fresh();
  const askAll = (count: number, proved: boolean) =>
    Promise.allSettled(Array.from({ length: count }, () => ask({ ...fresh(), address, proved })));
  const given = (all: PromiseSettledResult<unknown>[]) =>
    all.filter((one) => one.status === 'fulfilled').length;
  assert.equal(given(await askAll(20, false)), 10);
  assert.equal(given(await askAll(60, true)), 50);
  await ask(fresh());
});

test('neither phone nor code nor address is kept in clear', async () => {
  const asked = fresh();
  const { code } = await ask(asked);
  const { rows } = await asOwner('select * from d440404.phone_code', product.database_url);
  const kept = JSON.stringify(rows.map(({ phone, address, code: digest }) => [phone, address, digest]));
  assert.ok(rows.length > 0);
  for (const text of [asked.phone, asked.address, `"${code}"`]) assert.ok(!kept.includes(text));
});

test('what is no phone number gets no code', async () => {
  await assert.rejects(ask({ ...fresh(), phone: '12345' }), { code: 'residents/phone' });
});

test('a proof of work counts once, and nothing else counts', async () => {
  const { db, vault } = product;
  const challenge = JSON.parse(await proofChallenge(vault));
  const solution = await solveChallenge({ challenge, deriveKey });
  const proof = JSON.stringify({ challenge, solution });
  const forged = structuredClone(challenge);
  forged.parameters.cost = 1;
  const easy = await solveChallenge({ challenge: forged, deriveKey });
  const late = JSON.parse(await proofChallenge(vault, Date.now() - 31 * minute));
  const tooLate = await solveChallenge({ challenge: late, deriveKey });
  for (const nothing of [
    undefined,
    '',
    'null',
    '{"challenge":{}}',
    '{"challenge":{"parameters":"x","signature":"y"},"solution":{}}',
    JSON.stringify({ challenge: { parameters: {}, signature: 'é' }, solution }),
    JSON.stringify({ challenge }),
    JSON.stringify({ challenge, solution: { ...solution, counter: solution!.counter + 1 } }),
    JSON.stringify({ challenge: forged, solution: easy }),
    JSON.stringify({ challenge: late, solution: tooLate }),
    'x'.repeat(3_000),
  ]) {
    assert.equal(await checkProof(db.queries, vault, nothing), false);
  }
  assert.equal(await checkProof(db.queries, vault, proof), true);
  assert.equal(await checkProof(db.queries, vault, proof), false);
});

test('a code and a challenge from before the keys were renewed stay good', async () => {
  const { db, settings } = product;
  const vault = openVault(`${settings.data}/renewed`, 'international');
  const asked = fresh();
  const { code } = await askCode(db, vault, asked, at(0));
  const challenge = JSON.parse(await proofChallenge(vault));
  vault.addKeys();
  await checkCode(db.queries, vault, { phone: asked.phone, code, key: 'form' }, at(1));
  await assert.rejects(askCode(db, vault, asked, at(0.5)), { code: 'residents/code_too_soon' });
  const solution = await solveChallenge({ challenge, deriveKey });
  assert.equal(await checkProof(db.queries, vault, JSON.stringify({ challenge, solution })), true);
});
