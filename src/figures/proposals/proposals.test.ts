import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../../test/support/database.ts';
import { signedInAs, Visitor } from '../../../test/support/visitor.ts';
import { createApp } from '../../app.ts';
import { entitledAs } from '../../identity/actions.ts';
import { cutoffOf } from '../../kit/clock.ts';
import type { Server } from '../../kit/http.ts';
import { report } from '../../reporting/actions.ts';
import { findRelease, isProvisional, listReleasedEntries, releasesOfEntry } from '../actions.ts';
import { changePlan, listPlans, planRelease } from '../plans/actions.ts';
import { calendarText } from '../plans/portal.ts';
import { getFigure } from '../registry.ts';
import {
  getProposal,
  type ProposalInput,
  proposeRelease,
  releaseProposal,
  returnProposal,
  withdrawProposal,
} from './actions.ts';
import { checkDecision, checkWithdrawal } from './rules.ts';

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

const as = async (login: string) => ({ actor: await entitledAs(product.db.queries, login) });
const input = (over: Partial<ProposalInput> = {}): ProposalInput => ({
  title: '8月进展',
  figures: [{ code: 'vaccination.doses', by: 'dose' }],
  cutoff: cutoffOf('2021-08-31'),
  ...over,
});
const propose = async (over: Partial<ProposalInput> = {}, login = 'publisher') =>
  (await proposeRelease(product.db, product.registry, await as(login), input(over))).outcome.id;

for (const [state, proposed_by, account, decides, withdraws] of [
  ['proposed', 1, 2, undefined, 'figures/foreign_proposal'],
  ['proposed', 1, 1, 'figures/own_proposal', undefined],
  ['released', 1, 2, 'figures/proposal_closed', 'figures/proposal_closed'],
  ['returned', 1, 1, 'figures/proposal_closed', 'figures/proposal_closed'],
  ['withdrawn', 1, 2, 'figures/proposal_closed', 'figures/proposal_closed'],
] as const) {
  test(`a proposal that is ${state}, of account ${proposed_by}, is for account ${account} to decide: ${decides ?? 'yes'}`, () => {
    assert.equal(checkDecision({ state, proposed_by }, account)?.code, decides);
    assert.equal(checkWithdrawal({ state, proposed_by }, account)?.code, withdraws);
  });
}

test('one asks, another lets go, and what goes out is what was read', async () => {
  const id = await propose();
  await assert.rejects(releaseProposal(product.db, product.registry, await as('publisher'), id), {
    code: 'figures/own_proposal',
  });
  await assert.rejects(releaseProposal(product.db, product.registry, await as('jyj.officer'), id), {
    code: 'identity/reach',
  });
  // What comes in after the proposal was made is not released by it.
  const { actor } = await as('wjj.officer');
  const late = 'day,area_code,dose,doses,synthetic\n2021-08-30,440404100001,3,5000,true';
  await report(product.db, { actor, reason: '补报' }, 'vaccination.doses', late);
  const { outcome, entry_no } = await releaseProposal(product.db, product.registry, await as('leader'), id);
  assert.equal(outcome.releases, 4);
  const releases = await releasesOfEntry(product.db.queries, entry_no);
  const { known_entry } = await getProposal(product.db.queries, id);
  assert.ok(releases.every((one) => one.known_entry === known_entry && one.provisional === false));
  assert.deepEqual(releases.map((one) => one.key).sort(), ['1', '2', '3', null].sort());
  await assert.rejects(releaseProposal(product.db, product.registry, await as('coordinator'), id), {
    code: 'figures/proposal_closed',
  });
});

test('a correction takes the place of releases, says why on both pages, and changes none of them', async () => {
  const [before] = await listReleasedEntries(product.db.queries, 1);
  const old = (await releasesOfEntry(product.db.queries, before!.entry_no)).find((one) => one.key === '3')!;
  await assert.rejects(propose({ succession: 'correction', supersedes_entry: before!.entry_no }), {
    code: 'figures/reason_missing',
  });
  await assert.rejects(propose({ succession: 'correction', reason: '漏报', supersedes_entry: 1 }), {
    code: 'figures/nothing_superseded',
  });
  const id = await propose({
    succession: 'correction',
    supersedes_entry: before!.entry_no,
    reason: '三灶镇8月30日漏报一批',
  });
  const { entry_no } = await releaseProposal(product.db, product.registry, await as('coordinator'), id);
  const next = (await releasesOfEntry(product.db.queries, entry_no)).find((one) => one.key === '3')!;
  assert.equal(next.supersedes_id, old.id);
  assert.equal(Number(next.value), Number(old.value) + 5000);
  assert.deepEqual(await findRelease(product.db.queries, old.id), old);
  const visitor = new Visitor(app);
  assert.match(
    (await visitor.get(`/releases/${old.id}`)).body,
    new RegExp(`已被新的发布版本替代[\\s\\S]*/releases/${next.id}"[\\s\\S]*更正：三灶镇8月30日漏报一批`),
  );
  assert.match(
    (await visitor.get(`/releases/${next.id}`)).body,
    new RegExp(`替代了[\\s\\S]*/releases/${old.id}"`),
  );
  assert.equal((await visitor.get(`/releases/${next.id}.json`)).json().succession, 'correction');
  const figure = (await visitor.get('/figures/vaccination.doses.json?by=dose&cutoff=2021-08-31')).json();
  assert.equal(figure.values[2].value, Number(next.value));
  const comparison = await visitor.get(`/releases/${old.id}/comparison?with=${next.id}`);
  assert.match(comparison.body, /迟报[\s\S]*5,000/);
});

test('a proposal is returned with a reason or taken back by whoever made it', async () => {
  const id = await propose();
  await assert.rejects(returnProposal(product.db, await as('coordinator'), id, ' '), {
    code: 'figures/reason_missing',
  });
  await assert.rejects(withdrawProposal(product.db, await as('coordinator'), id), {
    code: 'figures/foreign_proposal',
  });
  await returnProposal(product.db, await as('coordinator'), id, '口径写清楚再发');
  assert.equal((await getProposal(product.db.queries, id)).decision, '口径写清楚再发');
  const other = await propose();
  await withdrawProposal(product.db, await as('publisher'), other);
  assert.equal((await getProposal(product.db.queries, other)).state, 'withdrawn');
});

test('what cannot be released is refused in words', async () => {
  for (const [over, code] of [
    [{ figures: [] }, 'figures/nothing_chosen'],
    [{ figures: [{ code: 'nothing', by: null }] }, 'figures/unknown'],
    [{ figures: [{ code: 'ledger.total', by: 'dose' }] }, 'figures/no_dimension'],
    [{ cutoff: new Date(Date.now() + 3_600_000) }, 'figures/cutoff_ahead'],
  ] as const) {
    await assert.rejects(propose(over as Partial<ProposalInput>), { code });
  }
  await assert.rejects(propose({}, 'jyj.officer'), { code: 'identity/reach' });
});

test('a number is provisional until its records have come in', () => {
  const doses = getFigure(product.registry, 'vaccination.doses');
  const cutoff = cutoffOf('2021-09-01');
  assert.equal(isProvisional(doses, cutoff, new Date('2021-09-02T12:00:00+08:00')), true);
  assert.equal(isProvisional(doses, cutoff, new Date('2021-09-03T00:00:00+08:00')), false);
  assert.equal(isProvisional(getFigure(product.registry, 'ledger.total'), cutoff, cutoff), null);
});

test('the calendar tells beforehand, and a plan that moves keeps the day that was promised first', async () => {
  const plan = {
    on_day: '2199-01-08',
    title: '一月；月报',
    title_en: 'January',
    codes: ['ledger.completed'],
  };
  await planRelease(product.db, product.registry, await as('publisher'), plan);
  await assert.rejects(
    planRelease(product.db, product.registry, await as('publisher'), { ...plan, on_day: '2020-01-01' }),
    { code: 'figures/plan' },
  );
  const [made] = await listPlans(product.db.queries, '2020-01-01');
  await assert.rejects(
    changePlan(product.db, await as('publisher'), made!.id, { on_day: '2199-01-10' }, ''),
    { code: 'figures/reason_missing' },
  );
  await changePlan(product.db, await as('publisher'), made!.id, { on_day: '2199-01-10' }, '数据补报');
  const visitor = new Visitor(app);
  assert.match((await visitor.get('/releases')).body, /2199年1月10日[\s\S]*原定 2199年1月8日 · 数据补报/);
  const ics = (await visitor.get('/releases/calendar.ics')).body;
  assert.match(ics, /DTSTART;VALUE=DATE:21990110\r\nSUMMARY:一月；月报\r\n/);
  const long = calendarText([{ ...made!, title: '很长的名称,'.repeat(30) }], new Date(0));
  for (const line of long.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  assert.equal(long.replaceAll('\r\n ', '').match(/SUMMARY:(.*)\r/)![1], '很长的名称\\,'.repeat(30));
  const id = await propose({ plan_id: made!.id });
  await releaseProposal(product.db, product.registry, await as('leader'), id);
  assert.match((await visitor.get('/releases')).body, /✓ 已发布/);
  await assert.rejects(changePlan(product.db, await as('publisher'), made!.id, 'cancelled', '不发了'), {
    code: 'figures/plan_closed',
  });
  await assert.rejects(propose({ plan_id: made!.id }), { code: 'figures/plan_closed' });
  // A plan that fell away meanwhile is released by nothing that was asked for before.
  await planRelease(product.db, product.registry, await as('publisher'), plan);
  const other = (await listPlans(product.db.queries, '2020-01-01')).find(
    ({ on_day }) => on_day === '2199-01-08',
  )!;
  const waiting = await propose({ plan_id: other.id });
  await changePlan(product.db, await as('publisher'), other.id, 'cancelled', '不发了');
  await assert.rejects(releaseProposal(product.db, product.registry, await as('leader'), waiting), {
    code: 'figures/plan_closed',
  });
});

test('the console shows what would go out beside what was said, and keeps what was typed when something is wrong', async () => {
  const publisher = await signedInAs(product, app, 'publisher');
  const list = await publisher.get('/console/releases');
  assert.match(list.body, /提出发布[\s\S]*发布日程/);
  const refused = await publisher.post('/console/releases', {
    key: 'a-key-of-a-form',
    title: '九月快报',
    cutoff: '2999-01-01',
    figure: 'ledger.total|area',
  });
  assert.equal(refused.statusCode, 422);
  assert.match(
    refused.body,
    /截止时间还没有到[\s\S]*value="九月快报"[\s\S]*value="ledger.total\|area" checked/,
  );
  const made = await publisher.post('/console/releases', {
    key: 'another-key-of-it',
    title: '九月快报',
    cutoff: '2021-09-02',
    figure: ['ledger.total|area', 'ledger.completed'],
  });
  assert.equal(made.statusCode, 303);
  const path = made.headers.location as string;
  assert.match((await publisher.get(path)).body, /批准发布<\/button><span class="why">发布须由另一人批准/);
  const leader = await signedInAs(product, app, 'leader');
  assert.match((await leader.get('/console')).body, /待批准的数据发布/);
  assert.match((await leader.get(path)).body, /梳理项目数 · 三灶镇/);
  const empty = await leader.post(`${path}/decision`, {
    key: 'key-of-decision',
    decision: 'returned',
    note: '',
  });
  assert.equal(empty.statusCode, 422);
  const done = await leader.post(`${path}/decision`, { key: 'key-of-decision2', decision: 'released' });
  assert.equal(done.statusCode, 303);
  assert.match((await leader.get(path)).body, /批准发布<\/dt>/);
});
