// Every state × action × role on a real database, against a table written out here by hand; and random walks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { demonstrationTemplate, type TestProduct, testProduct } from '../../test/support/database.ts';
import { readCalendar } from '../calendar/actions.ts';
import { usualHours, workingMinutesBetween } from '../calendar/rules.ts';
import { entitledAs } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { Problem } from '../kit/problem.ts';
import { closeSilent, takeAction } from './actions.ts';
import { offersTo, type Taker } from './checks.ts';
import { workingDay } from './clocks.ts';
import { hopsOf } from './desk/path.ts';
import { endStates, mostDeclined, mostRedone } from './rules.ts';
import {
  type ActionName,
  type Asked,
  actionNames,
  type RequestRow,
  type RequestState,
  requestStates,
} from './schema.ts';
import { findRequest, listSteps } from './store.ts';
import { resident, submitRequest } from './submission/actions.ts';

let product: TestProduct;
const takers = new Map<string, Taker>();
const village = '440404100001';
const logins = {
  village: `${village}.officer`,
  neighbour: '440404100002.officer',
  town: '440404100.coordinator',
  other_town: '440404103.coordinator',
  department: 'jyj.officer',
  head: 'jyj.head',
  district: 'coordinator',
  inspector: 'inspector',
  leader: 'leader',
  liaison: 'liaison',
  publisher: 'publisher',
  unit_admin: 'jyj.admin',
  system: 'system',
  security: 'security',
  audit: 'audit',
};

before(async () => {
  product = await testProduct(demonstrationTemplate);
  for (const [name, login] of Object.entries(logins)) {
    takers.set(name, { who: 'staff', actor: await entitledAs(product.db.queries, login) });
  }
  takers.set('person', { who: 'person' });
  takers.set('time', { who: 'time' });
});
after(() => product.remove());

let clock = Date.parse('2027-01-04T09:00:00+08:00');
let keys = 0;
const full: Asked = {
  words: '给群众的话',
  note: '内部记录',
  unit_code: '440404100',
  solved: 'yes',
  satisfaction: 'fair',
};

/** What each step is given so that nothing is missing but the right. */
const given = (name: ActionName, target: string): Asked => ({
  ...full,
  target,
  solved: name === 'reopen' || name === 'appeal' ? 'no' : 'yes',
});

async function submit(): Promise<string> {
  const simulated_at = new Date(clock);
  const written = await submitRequest(
    product.db,
    product.vault,
    { actor: resident, idempotency_key: `course-${++keys}`, simulated_at },
    {
      kind: 'help',
      content: '路灯坏了',
      area_code: village,
      place: null,
      person: null,
      channel: 'portal',
      urgency: 'usual',
      synthetic: true,
    },
  );
  return written.outcome.number;
}

const act = (who: string, number: string, name: ActionName, asked: Asked) =>
  takeAction(product.db, { taker: takers.get(who)!, simulated_at: new Date(clock) }, number, name, asked);

/** The way to each state, from the submission on. */
const ways: Record<RequestState, [who: string, name: ActionName][]> = {
  dispatched: [],
  to_dispatch: [['village', 'decline']],
  need_info: [['village', 'ask']],
  accepted: [['village', 'sign']],
  answered: [
    ['village', 'sign'],
    ['village', 'answer'],
  ],
  redo: [
    ['village', 'sign'],
    ['village', 'answer'],
    ['person', 'reopen'],
  ],
  closed: [
    ['village', 'sign'],
    ['village', 'answer'],
    ['person', 'rate'],
  ],
  rejected: [
    ['village', 'decline'],
    ['town', 'reject'],
  ],
  merged: [['town', 'merge']],
  cancelled: [['person', 'cancel']],
};

async function inState(state: RequestState, target: string): Promise<string> {
  const number = await submit();
  for (const [who, name] of ways[state]) await act(who, number, name, given(name, target));
  return number;
}

/** Who may do what, by hand: the village that has it, coordinators above it, who calls back, the person, time. */
const V = 'village town';
const C = 'town district';
const P = 'person';
const allowed: Record<RequestState, Partial<Record<ActionName, [who: string, to: RequestState]>>> = {
  to_dispatch: {
    dispatch: [C, 'dispatched'],
    merge: [C, 'merged'],
    reject: [C, 'rejected'],
    cancel: [P, 'cancelled'],
  },
  dispatched: {
    sign: [V, 'accepted'],
    ask: [V, 'need_info'],
    hand_up: [V, 'dispatched'],
    decline: [V, 'to_dispatch'],
    reassign: [C, 'dispatched'],
    merge: [C, 'merged'],
    cancel: [P, 'cancelled'],
  },
  need_info: {
    supply: [P, 'accepted'],
    resume: [V, 'accepted'],
    reassign: [C, 'dispatched'],
    merge: [C, 'merged'],
    cancel: [P, 'cancelled'],
  },
  accepted: {
    answer: [V, 'answered'],
    note: [V, 'accepted'],
    ask: [V, 'need_info'],
    extend: [C, 'accepted'],
    hand_up: [V, 'dispatched'],
    reassign: [C, 'dispatched'],
    merge: [C, 'merged'],
    cancel: [P, 'cancelled'],
  },
  answered: {
    rate: ['person town district inspector', 'closed'],
    reopen: ['person town district inspector', 'redo'],
  },
  redo: {
    answer: [V, 'answered'],
    note: [V, 'redo'],
    hand_up: [V, 'dispatched'],
    reassign: [C, 'dispatched'],
    merge: [C, 'merged'],
    cancel: [P, 'cancelled'],
  },
  closed: {
    // The person has rated it, so only whoever calls back may hear something else.
    rate: ['town district inspector', 'closed'],
    reopen: ['town district inspector', 'redo'],
  },
  rejected: { restore: [C, 'to_dispatch'] },
  merged: { part: [C, 'to_dispatch'] },
  cancelled: {},
};

for (const state of requestStates) {
  test(`${state}: each role takes the steps that are its own, and every other is refused with a reason and changes nothing`, async () => {
    const target = await submit();
    const number = await inState(state, target);
    const before = await findRequest(product.db.queries, number);
    const { entry_no } = await currentHead(product.db);
    const refused: Promise<void>[] = [];
    for (const name of actionNames) {
      const who = (allowed[state][name]?.[0] ?? '').split(' ');
      for (const taker of takers.keys()) {
        if (who.includes(taker)) continue;
        const attempt = act(taker, number, name, given(name, target)).then(
          () => assert.fail(`${state} ${name} by ${taker}`),
          (problem) => {
            assert.ok(problem instanceof Problem, `${state} ${name} by ${taker}: ${problem}`);
            assert.match(problem.code, /^requests\//);
            assert.ok(problem.text.zh.length > 5);
          },
        );
        refused.push(attempt);
      }
    }
    await Promise.all(refused);
    assert.deepEqual(await findRequest(product.db.queries, number), before);
    assert.equal((await currentHead(product.db)).entry_no, entry_no);
    for (const [name, [who, to]] of Object.entries(allowed[state]) as [
      ActionName,
      [string, RequestState],
    ][]) {
      const own = await inState(state, target);
      await act(who.split(' ')[0]!, own, name, given(name, target));
      assert.equal((await findRequest(product.db.queries, own))!.state, to, `${state} ${name}`);
    }
    for (const name of Object.keys(allowed[state]) as ActionName[]) {
      for (const who of allowed[state][name]![0].split(' ').slice(1)) {
        const own = await inState(state, target);
        await act(who, own, name, given(name, target));
      }
    }
  });
}

test('what a button says is what the write does: offers and refusals agree', async () => {
  for (const state of requestStates) {
    const number = await inState(state, await submit());
    const request = (await findRequest(product.db.queries, number))!;
    for (const [who, taker] of takers) {
      const offered = offersTo(request, taker, new Date(clock)).filter((one) => !one.blocked_by);
      const expected = Object.entries(allowed[state]).filter(([, [whose]]) => whose.split(' ').includes(who));
      assert.deepEqual(
        offered.map((one) => one.name).sort(),
        expected.map(([name]) => name).sort(),
        `${state} ${who}`,
      );
    }
  }
});

const walkers = ['village', 'town', 'district', 'inspector', 'person', 'time', 'department', 'neighbour'];
test('silence for the set days is “not rated”, never good, and a late rating still counts', async () => {
  const number = await inState('answered', await submit());
  assert.equal(await closeSilent(product.db, new Date(clock + 6 * 86_400_000)), 0);
  clock += 7 * 86_400_000;
  assert.ok((await closeSilent(product.db, new Date(clock), new Date(clock))) >= 1);
  const closed = (await findRequest(product.db.queries, number))!;
  assert.deepEqual([closed.state, closed.solved, closed.satisfaction], ['closed', null, null]);
  await act('person', number, 'rate', { solved: 'yes', satisfaction: 'fair' });
  assert.equal((await findRequest(product.db.queries, number))!.solved, 'yes');
});

test('done again twice, “not solved” goes to the district’s coordinator, who alone may close it with an explanation', async () => {
  const number = await inState('redo', await submit());
  await act('village', number, 'answer', full);
  await act('person', number, 'reopen', { solved: 'no', satisfaction: 'unsatisfied' });
  await act('village', number, 'answer', full);
  await assert.rejects(act('person', number, 'reopen', { solved: 'no', satisfaction: 'unsatisfied' }));
  await act('person', number, 'appeal', { solved: 'no', satisfaction: 'unsatisfied' });
  await assert.rejects(act('town', number, 'explain', full), /requests\/reach/);
  await act('district', number, 'explain', full);
  assert.equal((await findRequest(product.db.queries, number))!.state, 'closed');
});

test('what is done again has half the time; a later deadline is given once and before it is over', async () => {
  const number = await inState('redo', await submit());
  const redo = (await findRequest(product.db.queries, number))!;
  const calendar = await readCalendar(product.db.queries);
  const minutes = workingMinutesBetween(calendar, usualHours, new Date(clock), redo.answer_by!);
  assert.equal(minutes, Math.ceil((5 * workingDay) / 2));
  const other = await inState('accepted', await submit());
  const before = (await findRequest(product.db.queries, other))!.answer_by!;
  await act('town', other, 'extend', full);
  const later = (await findRequest(product.db.queries, other))!.answer_by!;
  assert.equal(workingMinutesBetween(calendar, usualHours, before, later), 5 * workingDay);
  await assert.rejects(act('town', other, 'extend', full), /requests\/extended/);
  const late = await inState('accepted', await submit());
  clock += 20 * 86_400_000;
  await assert.rejects(act('town', late, 'extend', full), /requests\/extend_late/);
});

const steps = fc.array(
  fc.record({
    // Mostly what is offered to somebody; now and then anything by anybody.
    wild: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
    pick: fc.nat(),
    who: fc.constantFrom(...walkers),
    name: fc.constantFrom(...actionNames),
    solved: fc.constantFrom('yes', 'partly', 'no'),
    unit_code: fc.constantFrom(village, '440404100', 'jyj', 'nowhere'),
    minutes: fc.constantFrom(1, 60, 600, 3000, 12_000),
  }),
  { minLength: 10, maxLength: 30 },
);

/** Everything that is offered to anybody now. */
function everyOffer(request: RequestRow): { who: string; name: ActionName }[] {
  return walkers.flatMap((who) =>
    offersTo(request, takers.get(who)!, new Date(clock))
      .filter((one) => !one.blocked_by)
      .map(({ name }) => ({ who, name })),
  );
}

test('random walks keep one owner at any time, clocks that never run backwards, and an end or an owner', async () => {
  const target = await submit();
  const taken = new Set<string>();
  await fc.assert(
    fc.asyncProperty(steps, async (walk) => {
      const number = await submit();
      for (const { wild, pick, minutes, who, name, ...more } of walk) {
        clock += minutes * 60_000;
        const before = (await findRequest(product.db.queries, number))!;
        const offers = wild ? [] : everyOffer(before);
        const next = offers.length > 0 ? offers[pick % offers.length]! : { who, name };
        const grade = next.name === 'rate' ? { solved: 'yes' } : {};
        const asked = { ...full, target, ...more, ...grade } as Asked;
        const done = await act(next.who, number, next.name, asked).then(
          () => true,
          (problem) => {
            if (!(problem instanceof Problem)) throw problem;
            return false;
          },
        );
        const after = (await findRequest(product.db.queries, number))!;
        if (!done) assert.deepEqual(after, before);
        else taken.add(`${before.state} ${next.name}`);
        await holds(after);
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(taken.size > 25, `${taken.size} kinds of steps were taken`);
});

async function holds(request: RequestRow): Promise<void> {
  const past = await listSteps(product.db.queries, request.id);
  const ended = (endStates as readonly string[]).includes(request.state);
  assert.equal(ended, request.closed_at !== null, 'an end has its moment, and nothing else has');
  assert.ok(request.unit_id > 0);
  assert.equal(request.state, past.at(-1)!.to_state, 'the state is the last step');
  assert.equal(
    request.due_at === null,
    ended || request.state === 'need_info',
    'a clock runs unless it waits or has ended',
  );
  assert.ok(request.redone <= mostRedone && request.declined <= mostDeclined);
  assert.ok(past.filter((step) => step.action === 'extend').length <= 1);
  for (const [index, step] of past.entries()) {
    if (index === 0) continue;
    assert.equal(step.from_state, past[index - 1]!.to_state);
    assert.ok(step.occurred_at >= past[index - 1]!.occurred_at);
  }
  const hops = hopsOf(past, request);
  assert.equal(hops.at(-1)!.unit_id, request.unit_id, 'whoever has it is the end of its path');
  assert.equal(hops.filter((hop) => hop.until === null).length, ended ? 0 : 1, 'one owner at any time');
  if (!ended) {
    const somebody = [...takers.values()].some((taker) =>
      offersTo(request, taker, new Date(clock)).some((one) => !one.blocked_by),
    );
    assert.ok(somebody, `somebody can do something in ${request.state}`);
  }
}
