import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tellDeeds } from './deeds.ts';
import type { Deeds } from './store.ts';

const naming = { unitName: (id: number | null) => ({ 1: '区教育局', 2: '三灶镇' })[id ?? 0] ?? '' };
const none: Deeds = {
  steps: [],
  items: [],
  item_steps: [],
  evidence: [],
  comments: [],
  extensions: [],
  answers: [],
};
/** A version of the only item: which entry made it and which replaced it or took it away. */
const item = (
  since_entry: number,
  until_entry: number | null,
  rest: Partial<Deeds['items'][number]> = {},
): Deeds['items'][number] => ({
  id: 7,
  since_entry,
  until_entry,
  position: 2,
  title: '铺设跑道',
  weight: '30.00',
  unit_id: 1,
  planned_start: '2026-01-05',
  planned_end: '2026-06-30',
  ...rest,
});
const told = (deeds: Partial<Deeds>) => Object.fromEntries(tellDeeds({ ...none, ...deeds }, naming));

test('an item is put on the list, and each change of it names what it was', () => {
  assert.deepEqual(
    told({
      items: [
        item(10, 11),
        item(11, 12, { title: '铺设塑胶跑道' }),
        item(12, 13, { title: '铺设塑胶跑道', weight: '40.50' }),
        item(13, 14, { title: '铺设塑胶跑道', weight: '40.50', unit_id: 2, planned_end: '2026-07-31' }),
        item(14, null, {
          title: '铺设塑胶跑道',
          weight: '40.50',
          unit_id: 2,
          planned_end: '2026-07-31',
          position: 1,
        }),
      ],
    }),
    {
      10: ['列入第 2 项“铺设跑道”（权重 30，区教育局，计划 2026-01-05 至 2026-06-30）'],
      11: ['第 2 项“铺设塑胶跑道”：名称由“铺设跑道”改来'],
      12: ['第 2 项“铺设塑胶跑道”：权重 30 → 40.5'],
      13: [
        '第 2 项“铺设塑胶跑道”：责任单位 区教育局 → 三灶镇，计划 2026-01-05 至 2026-06-30 → 2026-01-05 至 2026-07-31',
      ],
      14: ['第 1 项“铺设塑胶跑道”：原为第 2 项'],
    },
  );
});

test('an item that only moved on is told by its step alone, and one that is taken off by its last name', () => {
  const item_steps: Deeds['item_steps'] = [
    { id: 1, since_entry: 11, until_entry: null, item_id: 7, to_state: 'in_progress', note: '进场' },
  ];
  assert.deepEqual(told({ items: [item(10, 11), item(11, 15)], item_steps }), {
    10: ['列入第 2 项“铺设跑道”（权重 30，区教育局，计划 2026-01-05 至 2026-06-30）'],
    11: ['第 2 项“铺设跑道” → 在办：进场'],
    15: ['去掉第 2 项“铺设跑道”'],
  });
});

test('evidence is told when it comes and when it goes, not when its disclosure changes', () => {
  const one = { id: 3, item_id: 7, kind: 'telephone' as const, title: '电话确认', text: '家长说好了' };
  const whole = { id: 4, item_id: null, kind: 'photo' as const, title: '现场', text: null };
  assert.deepEqual(
    told({
      items: [item(1, null)],
      evidence: [
        { ...one, since_entry: 20, until_entry: 21 },
        { ...one, since_entry: 21, until_entry: 22 },
        { ...whole, since_entry: 23, until_entry: null },
      ],
    }),
    {
      1: ['列入第 2 项“铺设跑道”（权重 30，区教育局，计划 2026-01-05 至 2026-06-30）'],
      20: ['第 2 项“铺设跑道”佐证（电话确认）“电话确认”：家长说好了'],
      22: ['移除佐证“电话确认”'],
      23: ['佐证（照片）“现场”'],
    },
  );
});

test('an extension is told when it is asked for and when it is decided', () => {
  const asked = {
    id: 5,
    former_deadline: '2026-06-30',
    deadline: '2026-12-31',
    reason: '雨季停工',
    decision: null,
    decision_note: null,
  };
  const other = { ...asked, id: 6, deadline: '2027-06-30' };
  assert.deepEqual(
    told({
      extensions: [
        { ...asked, since_entry: 30, until_entry: 31 },
        { ...asked, since_entry: 31, until_entry: null, decision: 'granted', decision_note: null },
        { ...other, since_entry: 32, until_entry: 33 },
        { ...other, since_entry: 33, until_entry: null, decision: 'refused', decision_note: '不能再拖' },
      ],
    }),
    {
      30: ['申请从 2026-06-30 延到 2026-12-31：雨季停工'],
      31: ['同意延到 2026-12-31'],
      32: ['申请从 2026-06-30 延到 2027-06-30：雨季停工'],
      33: ['不同意延到 2027-06-30：不能再拖'],
    },
  );
});

test('answers of a survey are told by how they came and what was said', () => {
  const answer = { satisfied: 7, mostly: 0, unsatisfied: 1, unknown: 2 };
  assert.deepEqual(
    told({
      answers: [
        { ...answer, id: 8, since_entry: 40, until_entry: null, channel: 'phone' },
        {
          ...answer,
          id: 9,
          since_entry: 40,
          until_entry: null,
          channel: 'paper',
          satisfied: 0,
          unsatisfied: 0,
        },
      ],
    }),
    { 40: ['电话测评：满意 7、不满意 1、不了解 2', '纸质测评：不了解 2'] },
  );
});

test('a step and a comment are told in their own words, and a step without any is left to its name', () => {
  const step = { to_state: 'returned' as const, until_entry: null };
  assert.deepEqual(
    told({
      items: [item(1, null)],
      steps: [
        { ...step, id: 1, since_entry: 50, note: '缺预算' },
        { ...step, id: 2, since_entry: 51, note: null },
      ],
      comments: [
        { id: 1, since_entry: 52, until_entry: null, item_id: null, text: '收到' },
        { id: 2, since_entry: 53, until_entry: null, item_id: 7, text: '明天去看' },
      ],
    }),
    {
      1: ['列入第 2 项“铺设跑道”（权重 30，区教育局，计划 2026-01-05 至 2026-06-30）'],
      50: ['缺预算'],
      52: ['收到'],
      53: ['第 2 项“铺设跑道”：明天去看'],
    },
  );
});
