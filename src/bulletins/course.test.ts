import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Role } from '../identity/roles.ts';
import {
  type Act,
  acts,
  afterAct,
  type CourseSettings,
  checkAct,
  checkActReason,
  checkCourse,
  type DraftState,
  stateName,
  stationsOf,
  type TakenStep,
  usualCourse,
} from './course.ts';
import { checkAudience, type DraftHead, kindCodes, kindOf, missingFields, seriesOf } from './rules.ts';
import { productTemplates } from './templates.ts';

const person = (account_id: number, ...roles: Role[]) => ({
  account_id,
  holdings: roles.map((role) => ({ role, unit_id: 1, reach: new Set([1]), for_account_id: null })),
});
const writer = person(1, 'publisher');
const office = person(2, 'coordinator');
const inspector = person(3, 'inspector');
const leader = person(4, 'district_leader');
const text = (state: DraftState, passed = 0) => ({ state, passed, writer_ids: [1] });
const sent: TakenStep = { act: 'submission', account_id: 1 };
const by = (account_id: number): TakenStep => ({ act: 'review', account_id });
const may = (
  act: Act,
  draft: ReturnType<typeof text>,
  who: ReturnType<typeof person>,
  steps: TakenStep[] = [sent],
  settings: CourseSettings = usualCourse,
) => checkAct(act, draft, steps, settings, who)?.code ?? 'yes';

const table: readonly [string, string, string][] = [
  ['the writer sends', may('submission', text('draft'), writer), 'yes'],
  ['the office sends what another wrote', may('submission', text('draft'), office), 'yes'],
  ['an inspector sends nothing', may('submission', text('draft'), inspector), 'bulletins/not_yours'],
  ['nothing is sent twice', may('submission', text('review'), writer), 'bulletins/not_now'],
  ['nobody reviews what they wrote', may('review', text('review'), writer), 'bulletins/own_text'],
  ['the office holds the first review', may('review', text('review'), office), 'yes'],
  ['a leader does not hold the first', may('review', text('review'), leader), 'bulletins/turn'],
  ['the inspector holds the second', may('review', text('review', 1), inspector, [sent, by(2)]), 'yes'],
  [
    'the second is by another person than the first',
    may('review', text('review', 1), office, [sent, by(2)]),
    'bulletins/already_reviewed',
  ],
  [
    'a review before the text was sent again counts no more',
    may('review', text('review', 1), office, [sent, by(2), { act: 'return', account_id: 3 }, sent, by(3)]),
    'yes',
  ],
  ['nothing is signed before it is reviewed', may('issue', text('review', 2), leader), 'bulletins/not_now'],
  ['the leader signs', may('issue', text('signing', 3), leader), 'yes'],
  ['who held the last review may sign', may('issue', text('signing', 3), leader, [sent, by(4)]), 'yes'],
  ['the writer does not sign', may('issue', text('signing', 3), writer), 'bulletins/own_text'],
  ['the inspector does not sign', may('issue', text('signing', 3), inspector), 'bulletins/turn'],
  ['whose turn it is sends back', may('return', text('review'), office), 'yes'],
  ['others do not send back', may('return', text('review'), leader), 'bulletins/turn'],
  ['nobody clears their own text for secrecy', may('secrecy', text('review'), writer), 'bulletins/own_text'],
  ['another clears it', may('secrecy', text('draft'), inspector), 'yes'],
  ['what is issued is issued', may('return', text('issued'), leader), 'bulletins/not_now'],
];
for (const [what, is, expected] of table) test(what, () => assert.equal(is, expected));

test('whatever is set, two people at least release a text: the one who wrote it never takes part in releasing it', () => {
  for (const reviews of [0, 1, 2, 3]) {
    for (const distinct_people of [true, false]) {
      const everybody: Role[] = ['publisher', 'coordinator', 'inspector', 'district_leader', 'unit_head'];
      const settings = {
        reviews,
        review_roles: [everybody, everybody, everybody],
        signer_roles: everybody,
        distinct_people,
      };
      const all = person(1, ...everybody);
      for (const act of ['review', 'issue', 'return', 'secrecy'] as const) {
        for (const state of acts[act].from) {
          assert.equal(may(act, text(state), all, [sent], settings), 'bulletins/own_text');
        }
      }
    }
  }
});

for (const reviews of [0, 1, 2, 3]) {
  test(`a text with ${reviews} reviews is signed after as many, and its path shows them`, () => {
    const settings = { ...usualCourse, reviews };
    let at = afterAct('submission', text('draft'), settings);
    for (let done = 0; done < reviews; done++) {
      assert.equal(at.state, 'review');
      assert.match(stateName(at, settings), /^待(审核|初审|复审|终审)$/);
      at = afterAct('review', at, settings);
    }
    assert.equal(at.state, 'signing');
    const stations = stationsOf(at, settings);
    assert.equal(stations.length, reviews + 3);
    assert.equal(stations.find((one) => one.here)!.text, '签发');
    assert.deepEqual(afterAct('return', at, settings), { state: 'draft', passed: 0 });
    assert.equal(afterAct('issue', at, settings).state, 'issued');
  });
}

test('a text that passed more reviews than there are by now goes on to who holds the last, or who signs', () => {
  const fewer = { ...usualCourse, reviews: 1 };
  assert.equal(stateName(text('review', 2), fewer), '待审核');
  assert.equal(may('review', text('review', 2), office, [sent, by(5), by(6)], fewer), 'yes');
  assert.equal(may('review', text('review', 2), person(9), [sent], fewer), 'bulletins/turn');
  assert.equal(may('review', text('review', 2), leader, [sent], { ...fewer, reviews: 0 }), 'yes');
  assert.equal(afterAct('review', text('review', 2), fewer).state, 'signing');
});

test('sending back and dropping want a reason, approving does not', () => {
  for (const act of Object.keys(acts) as Act[]) {
    const wants = act === 'return' || act === 'drop';
    assert.equal(checkActReason(act, '  ')?.code, wants ? 'bulletins/reason_missing' : undefined, act);
    assert.equal(checkActReason(act, '数字不对'), undefined);
  }
});

test('a course without somebody for a review or for the signature is refused', () => {
  assert.equal(checkCourse(usualCourse), undefined);
  assert.equal(checkCourse({ ...usualCourse, reviews: 4 })?.code, 'bulletins/course');
  assert.equal(
    checkCourse({ ...usualCourse, review_roles: [['publisher'], [], ['inspector']] })?.code,
    'bulletins/course',
  );
  assert.equal(checkCourse({ ...usualCourse, reviews: 1, review_roles: [['publisher'], [], []] }), undefined);
  assert.equal(checkCourse({ ...usualCourse, signer_roles: [] })?.code, 'bulletins/course');
});

test('each kind has a template of the product that writes it, and a series that is the public one for public texts alone', () => {
  for (const kind of kindCodes) {
    assert.equal(productTemplates.get(kindOf(kind).template)?.kind, kind);
    assert.equal(seriesOf(kind, 'public'), '');
    assert.notEqual(seriesOf(kind, 'staff'), '');
  }
});

test('papers for staff stay with staff, and announcements are public', () => {
  for (const kind of ['report', 'one_pager', 'brief', 'lines'] as const) {
    assert.equal(checkAudience(kind, 'public')?.code, 'bulletins/audience', kind);
  }
  for (const kind of ['press', 'announcement'] as const)
    assert.equal(checkAudience(kind, 'staff')?.code, 'bulletins/audience');
  for (const audience of ['public', 'staff'] as const)
    assert.equal(checkAudience('notice', audience), undefined);
});

test('a kind asks for what it needs and for nothing else', () => {
  const head: DraftHead = {
    kind: 'announcement',
    audience: 'public',
    title: '公示',
    addressee: null,
    contact: null,
    term_days: null,
  };
  assert.deepEqual(
    missingFields(head).map((one) => one.field),
    ['contact', 'term_days'],
  );
  assert.deepEqual(missingFields({ ...head, kind: 'press' }), []);
  assert.deepEqual(
    missingFields({ ...head, kind: 'report', title: '' }).map((one) => one.field),
    ['title', 'addressee'],
  );
});
