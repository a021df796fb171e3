// 三审三校: a text is written, sent for review, reviewed up to three times and signed; at any station it may go back with a reason.
// One table says what leads where and who may lead it there: buttons, checks, the API and the picture of the path come from it.
// Nobody reviews or signs what they wrote, so that whatever is set, two people at least release anything.
import { checkRole, type Entitled } from '../identity/access.ts';
import { type Role, roleNames } from '../identity/roles.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import { bulletinWriters } from './rules.ts';

/** Where a text stands. */
export type DraftState = 'draft' | 'review' | 'signing' | 'issued' | 'dropped';

/** What is done with a text. */
export type Act = 'submission' | 'review' | 'return' | 'recall' | 'refresh' | 'secrecy' | 'issue' | 'drop';

/** How a district reviews: how often (0–3), by whom each time, who signs, and whether reviewers have to differ. */
export interface CourseSettings {
  reviews: number;
  review_roles: Role[][];
  signer_roles: Role[];
  distinct_people: boolean;
}

/** The course where a district has set none [K-中]: three reviews by three people, and a leader's signature. */
export const usualCourse: CourseSettings = {
  reviews: 3,
  review_roles: [
    ['publisher', 'coordinator'],
    ['inspector', 'coordinator'],
    ['district_leader', 'coordinator'],
  ],
  signer_roles: ['district_leader'],
  distinct_people: true,
};

interface ActOf {
  from: readonly DraftState[];
  word: Message;
  /** What the timeline says. */
  done: string;
  /** Whether it wants a reason. */
  reason?: true;
  /** Who does it: its writers, somebody else by the settings, or somebody else who answers for secrecy. */
  by: 'writer' | 'reviewer' | 'signer' | 'reviewer_or_signer' | 'secrecy';
}

/** What may be done with a text, and in which state. */
export const acts = {
  submission: { from: ['draft'], word: { zh: '送审', en: 'Submit' }, done: '送审', by: 'writer' },
  review: { from: ['review'], word: { zh: '审核通过', en: 'Approve' }, done: '审核通过', by: 'reviewer' },
  issue: { from: ['signing'], word: { zh: '签发', en: 'Sign and issue' }, done: '签发', by: 'signer' },
  return: {
    from: ['review', 'signing'],
    word: { zh: '退回修改', en: 'Send back' },
    done: '退回修改',
    reason: true,
    by: 'reviewer_or_signer',
  },
  recall: {
    from: ['review', 'signing'],
    word: { zh: '撤回修改', en: 'Take back' },
    done: '撤回修改',
    by: 'writer',
  },
  refresh: {
    from: ['review', 'signing'],
    word: { zh: '更新数字，重新送审', en: 'Refresh the numbers' },
    done: '更新数字，重新送审',
    by: 'writer',
  },
  secrecy: {
    from: ['draft', 'review', 'signing'],
    word: { zh: '保密审查通过', en: 'Cleared for secrecy' },
    done: '保密审查通过',
    by: 'secrecy',
  },
  drop: { from: ['draft'], word: { zh: '作废', en: 'Drop' }, done: '作废', reason: true, by: 'writer' },
} as const satisfies Record<Act, ActOf>;

/** The reviews by their names, for each number of them. */
const reviewNames: readonly (readonly string[])[] = [
  [],
  ['审核'],
  ['初审', '终审'],
  ['初审', '复审', '终审'],
];

/** What the reviews of a course are called, in order. */
export function namesOfReviews({ reviews }: Pick<CourseSettings, 'reviews'>): readonly string[] {
  return reviewNames[reviews] ?? [];
}

/** What the review is called that comes after so many; settings may have taken it away meanwhile. */
export function nameOfReview(settings: Pick<CourseSettings, 'reviews'>, passed: number): string {
  return namesOfReviews(settings)[passed] ?? '审核';
}

/** A text on its way, as rules see it. */
export interface OnItsWay {
  state: DraftState;
  /** How many reviews it has passed since it was last sent. */
  passed: number;
  /** Everybody who wrote in it. */
  writer_ids: readonly number[];
}

/** What was done with a text: who reviewed it since it was last sent. */
export interface TakenStep {
  act: Act;
  account_id: number | null;
}

/** Who reviewed a text since it was last sent for review. */
function reviewersOf(steps: readonly TakenStep[]): number[] {
  const last = steps.findLastIndex((step) => step.act === 'submission' || step.act === 'refresh');
  return steps
    .slice(last + 1)
    .filter((step) => step.act === 'review' && step.account_id !== null)
    .map((step) => step.account_id!);
}

/** Where a text goes by an act. */
export function afterAct(
  act: Act,
  { state, passed }: Pick<OnItsWay, 'state' | 'passed'>,
  { reviews }: Pick<CourseSettings, 'reviews'>,
): { state: DraftState; passed: number } {
  switch (act) {
    case 'submission':
    case 'refresh':
      return { state: reviews === 0 ? 'signing' : 'review', passed: 0 };
    case 'review':
      return { state: passed + 1 >= reviews ? 'signing' : 'review', passed: passed + 1 };
    case 'return':
    case 'recall':
      return { state: 'draft', passed: 0 };
    case 'issue':
      return { state: 'issued', passed };
    case 'drop':
      return { state: 'dropped', passed };
    case 'secrecy':
      return { state, passed };
  }
}

/** A Problem when somebody may not do an act with a text at present; nothing otherwise. A missing reason is asked for apart. */
export function checkAct(
  act: Act,
  draft: OnItsWay,
  steps: readonly TakenStep[],
  settings: CourseSettings,
  actor: Pick<Entitled, 'holdings' | 'account_id'>,
): Problem | undefined {
  const { from, by, word }: ActOf = acts[act];
  if (!from.includes(draft.state)) return notNow(draft.state, word);
  if (actor.holdings === 'unlimited') return undefined;
  const own = actor.account_id !== null && draft.writer_ids.includes(actor.account_id);
  if (by === 'writer') return own ? undefined : checkRole(actor, ['coordinator']) && notYours();
  if (own) return ownText();
  if (by === 'secrecy') return checkRole(actor, secrecyClearers);
  const signing = draft.state === 'signing';
  const wanted = signing ? settings.signer_roles : reviewersFor(settings, draft.passed);
  const other = checkRole(actor, wanted);
  if (other) return notTheirTurn(signing ? '签发' : nameOfReview(settings, draft.passed), wanted);
  const reviewed = actor.account_id !== null && reviewersOf(steps).includes(actor.account_id);
  return act === 'review' && settings.distinct_people && reviewed ? alreadyReviewed() : undefined;
}

/** Who holds the next review: of a text that passed as many as are left by now, who held the last, or who signs. */
function reviewersFor({ reviews, review_roles, signer_roles }: CourseSettings, passed: number) {
  return review_roles[Math.min(passed, reviews - 1)] ?? signer_roles;
}

/** Who answers for the review for secrecy (保密审查), never of their own text. */
const secrecyClearers = [
  'publisher',
  'coordinator',
  'inspector',
  'district_leader',
] as const satisfies readonly Role[];

/** A Problem when settings make no course; nothing otherwise. */
export function checkCourse({ reviews, review_roles, signer_roles }: CourseSettings): Problem | undefined {
  if (!Number.isInteger(reviews) || reviews < 0 || reviews > 3) {
    return wrongCourse('审核次数是 0 到 3 次。', 'There are 0 to 3 reviews.', 'reviews');
  }
  const empty = namesOfReviews({ reviews }).findIndex((_, index) => !review_roles[index]?.length);
  if (empty >= 0) {
    return wrongCourse(
      `请选择谁${namesOfReviews({ reviews })[empty]}。`,
      'Say who holds each review.',
      `review_${empty + 1}`,
    );
  }
  return signer_roles.length > 0
    ? undefined
    : wrongCourse('请选择谁签发。', 'Say who signs.', 'signer_roles');
}

/** A Problem when an act that wants a reason has none; nothing otherwise. */
export function checkActReason(act: Act, note: string | undefined): Problem | undefined {
  const { reason }: ActOf = acts[act];
  if (!reason || note?.trim()) return undefined;
  const text = { zh: '请写明理由。', en: 'Give a reason.' };
  return new Problem('bulletins/reason_missing', 'invalid', text, { note: text });
}

/** The stations of a text, and which one it has reached. */
export function stationsOf(
  draft: Pick<OnItsWay, 'state' | 'passed'>,
  settings: CourseSettings,
): { text: string; here: boolean; passed: boolean }[] {
  const names = ['起草', ...namesOfReviews(settings), '签发', '已发布'];
  const at = {
    draft: 0,
    review: 1 + draft.passed,
    signing: names.length - 2,
    issued: names.length - 1,
    dropped: 0,
  }[draft.state];
  return names.map((text, index) => ({ text, here: index === at, passed: index < at }));
}

/** What a state is called, as a list says it. */
export function stateName(draft: Pick<OnItsWay, 'state' | 'passed'>, settings: CourseSettings): string {
  if (draft.state === 'draft') return '起草中';
  if (draft.state === 'issued') return '已发布';
  if (draft.state === 'dropped') return '已作废';
  return draft.state === 'signing' ? '待签发' : `待${nameOfReview(settings, draft.passed)}`;
}

/** Who may begin a text. */
export function checkWriter(actor: Pick<Entitled, 'holdings'>): Problem | undefined {
  return checkRole(actor, bulletinWriters);
}

function wrongCourse(zh: string, en: string, field: string): Problem {
  return new Problem('bulletins/course', 'invalid', { zh, en }, { [field]: { zh, en } });
}

function notNow(state: DraftState, word: Message): Problem {
  const now = { draft: '起草中', review: '审核中', signing: '待签发', issued: '已发布', dropped: '已作废' }[
    state
  ];
  return new Problem('bulletins/not_now', 'conflict', {
    zh: `文稿现在${now}，不能“${word.zh}”。可能已经由别人办理，请刷新页面。`,
    en: `The text is in the state “${state}”; “${word.en}” is not possible now. Reload the page.`,
  });
}

function notYours(): Problem {
  return new Problem('bulletins/not_yours', 'forbidden', {
    zh: '由起草人或区统筹办办理。',
    en: 'This is for its writer or the office.',
  });
}

function ownText(): Problem {
  return new Problem('bulletins/own_text', 'forbidden', {
    zh: '自己写过的文稿由别人审核和签发。',
    en: 'Nobody reviews or signs a text that they wrote in.',
  });
}

function alreadyReviewed(): Problem {
  return new Problem('bulletins/already_reviewed', 'forbidden', {
    zh: '您已经审过这一稿，下一审由别人办理。',
    en: 'You have reviewed this text already; the next review is by somebody else.',
  });
}

function notTheirTurn(what: string, wanted: readonly Role[]): Problem {
  return new Problem('bulletins/turn', 'forbidden', {
    zh: `${what}由以下角色办理：${wanted.map((role) => roleNames[role].zh).join('、')}。`,
    en: `This is done by: ${wanted.join(', ')}.`,
  });
}
