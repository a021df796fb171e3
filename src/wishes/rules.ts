// 微心愿: a village verifies a wish before it is shown; who takes it says until when; the person, or the village for them,
// confirms that it is fulfilled. What is not fulfilled in time, given up or not confirmed goes back to the pool, so that no wish
// ends by falling silent. Hours are recorded as said; nobody gets points and nobody is ranked.

import type { Role } from '../identity/roles.ts';
import { daysBetween, isDay } from '../kit/clock.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import type { ActionName, Asked, TakerKind, Who, WishState } from './schema.ts';

/** Who enters, verifies and confirms wishes for the units that their roles reach. */
export const wishKeepers = [
  'village_officer',
  'town_coordinator',
  'coordinator',
] as const satisfies readonly Role[];
/** Who sees them at the desk. */
export const wishReaders = [
  ...wishKeepers,
  'unit_officer',
  'unit_head',
  'inspector',
] as const satisfies readonly [Role, ...Role[]];

/** What may be done in a state: by whom, with which words, and where it leads. */
interface Action {
  who: readonly Who[];
  needs?: 'words' | 'taker';
  to: WishState;
}

/** What may be done where. */
export const course = {
  proposed: {
    verify: { who: ['village'], to: 'shown' },
    decline: { who: ['village'], needs: 'words', to: 'declined' },
  },
  shown: {
    take: { who: ['taker', 'village'], needs: 'taker', to: 'taken' },
    withdraw: { who: ['village'], needs: 'words', to: 'withdrawn' },
  },
  taken: {
    fulfil: { who: ['taker', 'village'], needs: 'words', to: 'fulfilled' },
    give_up: { who: ['taker'], to: 'shown' },
    take_back: { who: ['village'], needs: 'words', to: 'shown' },
    lapse: { who: ['time'], to: 'shown' },
    withdraw: { who: ['village'], needs: 'words', to: 'withdrawn' },
  },
  fulfilled: {
    confirm: { who: ['person', 'village'], to: 'confirmed' },
    refuse: { who: ['person', 'village'], needs: 'words', to: 'shown' },
  },
  confirmed: {},
  declined: {},
  withdrawn: {},
} as const satisfies Record<WishState, Partial<Record<ActionName, Action>>>;

/** What somebody may do in a state, in the order in which it is offered. */
export function actionsOf(state: WishState, who: Who): ActionName[] {
  const all = Object.entries(course[state]) as [ActionName, Action][];
  return all.filter(([, action]) => action.who.includes(who)).map(([name]) => name);
}

/** Where an action leads from a state; nothing where it is none. */
export function leadsTo(state: WishState, name: ActionName): WishState | undefined {
  return actionIn(state, name)?.to;
}

function actionIn(state: WishState, name: ActionName): Action | undefined {
  return (course[state] as Partial<Record<ActionName, Action>>)[name];
}

/** A Problem when somebody may not do something with a wish, or not with these words; nothing otherwise. */
export function checkStep(state: WishState, name: ActionName, who: Who, asked: Asked): Problem | undefined {
  const action = actionIn(state, name);
  if (name === 'take' && !action) return taken();
  if (!action?.who.includes(who)) return notNow();
  if (action.needs === 'words' && !asked.words?.trim()) return empty('words');
  const shown = name === 'confirm' ? checkPublic('words', asked.words) : undefined;
  if (shown) return shown;
  if (asked.hours?.trim() && hoursOf(asked.hours) === undefined) return wrongHours();
  return undefined;
}

/** Hours of service as typed, to half an hour: more than none, at most a day. Nothing where it is none. */
export function hoursOf(text: string | undefined): string | undefined {
  const typed = text?.trim() ?? '';
  if (!/^\d{1,2}([.．][05])?$/.test(typed)) return undefined;
  const hours = Number(typed.replace('．', '.'));
  return hours > 0 && hours <= 24 ? hours.toFixed(1) : undefined;
}

/** The longest time that somebody may take for a wish, and how many they may hold at once. */
export const longestPromise = 60;
export const mostHeld = 3;
/** Days after the promised one on which a wish goes back to the pool by itself. */
export const graceDays = 7;

/** A Problem when a promised day is none, has passed or is too far; nothing otherwise. */
export function checkPromise(day: string, today: string): Problem | undefined {
  if (isDay(day) && daysBetween(today, day) >= 0 && daysBetween(today, day) <= longestPromise)
    return undefined;
  const text = {
    zh: `请选一个今天以后、${longestPromise} 天以内的日子。`,
    en: `Choose a day from today on, within ${longestPromise} days.`,
  };
  return new Problem('wishes/promise', 'invalid', text, { promised_on: text });
}

/** The kinds of takers that are known by the name of a body; the others are persons, whose names are masked. */
export function isBody(kind: TakerKind): boolean {
  return kind !== 'member' && kind !== 'volunteer';
}

/** A Problem when a body that takes a wish has no name that can be shown; nothing otherwise. */
export function checkTaker(kind: TakerKind, organisation: string | undefined): Problem | undefined {
  if (!isBody(kind)) return undefined;
  return organisation?.trim() ? checkPublic('organisation', organisation) : empty('organisation');
}

/** A Problem when a text that is shown in public has a number or a house of somebody in it; nothing otherwise. */
function checkPublic(field: string, text: string | undefined): Problem | undefined {
  return text && telling.test(text) ? tells(field) : undefined;
}

/**
 * A Problem when what is to be shown is empty, or says who it is about: a name in it, a telephone or identity number, a house.
 */
export function checkShown(shown: { title: string; story: string }, name: string): Problem | undefined {
  for (const field of ['title', 'story'] as const) {
    const text = shown[field].trim();
    if (!text) return empty(field);
    if (text.includes(name.trim()) || telling.test(text)) return tells(field);
  }
  return undefined;
}

const telling = /1[3-9]\d{9}|\d{17}[\dXx]|\d{7,8}|\d+(号楼|栋|单元|室)|身份证/;

/** The number that a wish is known by. */
export function numberOf(id: number, day: string): string {
  return `WX${day.slice(2, 7).replace('-', '')}-${String(id).padStart(4, '0')}`;
}

function problem(code: string, kind: 'invalid' | 'conflict', text: Message, field?: string): Problem {
  return new Problem(`wishes/${code}`, kind, text, field ? { [field]: text } : {});
}

function taken(): Problem {
  return problem('taken', 'conflict', {
    zh: '这个心愿刚刚被别人认领了，谢谢您。还有别的心愿等着。',
    en: 'Somebody else has just taken this wish. Thank you; others are waiting.',
  });
}

function notNow(): Problem {
  return problem('not_now', 'conflict', {
    zh: '这个心愿现在不能这样办，请刷新页面看看到了哪一步。',
    en: 'This cannot be done with the wish now. Reload the page to see how far it is.',
  });
}

const fieldNames: Record<string, Message> = {
  words: { zh: '请写几个字说明。', en: 'Say it in a few words.' },
  organisation: { zh: '请写组织或单位的名称。', en: 'Give the name of the organisation.' },
  title: { zh: '请写心愿是什么。', en: 'Say what the wish is.' },
  story: { zh: '请写一点情况。', en: 'Say something about it.' },
};

function empty(field: keyof typeof fieldNames & string): Problem {
  return problem('empty', 'invalid', fieldNames[field]!, field);
}

function wrongHours(): Problem {
  const text = { zh: '时长写成小时，如 2 或 1.5，最多 24。', en: 'Give hours such as 2 or 1.5, at most 24.' };
  return problem('hours', 'invalid', text, 'hours');
}

function tells(field: string): Problem {
  const text = {
    zh: '这里会公开，请不要写姓名、电话、证件号或门牌。',
    en: 'This is shown in public: leave out names, telephone and identity numbers and addresses.',
  };
  return problem('tells', 'invalid', text, field);
}
