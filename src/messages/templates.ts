// The one catalogue of what is told, in both languages. A place in braces is filled by a value of the stated sort; none of
// them is personal, so that what is kept says nothing of anybody.
import type { Message } from '../kit/i18n.ts';

/**
 * The sorts of values. `code` is the number of a record, `name` that of a unit, an area, a project or a step, `day` a
 * calendar day, `moment` an instant in ISO 8601, `count` a whole number.
 */
export type Sort = 'code' | 'name' | 'day' | 'moment' | 'count';

/** A template: for whom, what fills it, and its words. */
export interface Template {
  to: 'person' | 'staff';
  /** Told at once, also in the hours of silence. */
  urgent?: boolean;
  values: Readonly<Record<string, Sort>>;
  title: Message;
  text: Message;
}

const staff = { to: 'staff' } as const;
const person = { to: 'person' } as const;
const request = { number: 'code' } as const;
const atUnit = { number: 'code', unit: 'name' } as const;
const untilThen = { number: 'code', due: 'moment' } as const;

/** Every template. */
export const templates = {
  request_received: {
    ...person,
    values: atUnit,
    title: { zh: '需求已收到', en: 'Request received' },
    text: {
      zh: '您的需求 {number} 已收到，由{unit}先看。每一步都会告诉您。',
      en: 'We have your request {number}. {unit} looks at it first. You will hear of every step.',
    },
  },
  request_rejected: {
    ...person,
    values: request,
    title: { zh: '需求不予受理', en: 'Request not taken' },
    text: {
      zh: '您的需求 {number} 没有受理。理由和可以去的地方写在需求页面上。',
      en: 'Your request {number} was not taken. Its page says why and where to turn.',
    },
  },
  request_dispatched: {
    ...person,
    values: atUnit,
    title: { zh: '需求已派单', en: 'Request passed on' },
    text: {
      zh: '您的需求 {number} 已转给{unit}办理。',
      en: 'Your request {number} was passed to {unit}.',
    },
  },
  request_accepted: {
    ...person,
    values: { ...atUnit, due: 'moment' },
    title: { zh: '需求已接单', en: 'Request taken up' },
    text: {
      zh: '{unit}已接单办理您的需求 {number}，{due}前答复。',
      en: '{unit} works on your request {number} and answers by {due}.',
    },
  },
  request_need_info: {
    ...person,
    values: request,
    title: { zh: '请补充情况', en: 'Please tell us more' },
    text: {
      zh: '办理您的需求 {number} 还需要补充情况，请打开需求页面填写。',
      en: 'To go on with your request {number} we need to know more. Open its page to add it.',
    },
  },
  request_passed_on: {
    ...person,
    values: atUnit,
    title: { zh: '需求已转办', en: 'Request handed over' },
    text: {
      zh: '您的需求 {number} 改由{unit}办理。',
      en: 'Your request {number} is now with {unit}.',
    },
  },
  request_extended: {
    ...person,
    values: untilThen,
    title: { zh: '答复时间延长', en: 'More time needed' },
    text: {
      zh: '您的需求 {number} 需要更长时间，延至{due}前答复。理由写在需求页面上。',
      en: 'Your request {number} takes longer; you get an answer by {due}. Its page says why.',
    },
  },
  request_merged: {
    ...person,
    values: { number: 'code', into: 'code' },
    title: { zh: '需求已合并办理', en: 'Request handled together' },
    text: {
      zh: '您的需求 {number} 与同样的需求 {into} 一并办理，进展会照样告诉您。',
      en: 'Your request {number} is handled together with {into}; you hear of its steps as before.',
    },
  },
  request_in_project: {
    ...person,
    values: { number: 'code', project: 'name' },
    title: { zh: '需求列入项目', en: 'Request became part of a project' },
    text: {
      zh: '您的需求 {number} 已列入项目“{project}”，项目的进展会告诉您。',
      en: 'Your request {number} is part of the project “{project}”. You will hear how it goes.',
    },
  },
  request_answered: {
    ...person,
    values: { ...atUnit, due: 'moment' },
    title: { zh: '需求已答复，请您评价', en: 'Answered: is it solved?' },
    text: {
      zh: '{unit}已答复您的需求 {number}。是否解决，请在{due}前打开需求页面告诉我们；没解决会重新办理。',
      en: '{unit} has answered your request {number}. Please say on its page by {due} whether it is solved; if not, it is opened again.',
    },
  },
  request_reopened: {
    ...person,
    values: { ...atUnit, due: 'moment' },
    title: { zh: '需求重新办理', en: 'Request opened again' },
    text: {
      zh: '您的需求 {number} 由{unit}重新办理，{due}前答复。督查人员会跟进。',
      en: '{unit} works on your request {number} again and answers by {due}. An inspector watches it.',
    },
  },
  request_closed: {
    ...person,
    values: request,
    title: { zh: '需求已办结', en: 'Request closed' },
    text: {
      zh: '您的需求 {number} 已办结。还有新情况，可以在需求页面上说。',
      en: 'Your request {number} is closed. If there is something new, say so on its page.',
    },
  },
  request_cancelled: {
    ...person,
    values: request,
    title: { zh: '需求已取消', en: 'Request cancelled' },
    text: {
      zh: '您的需求 {number} 已按您的要求取消。',
      en: 'Your request {number} was cancelled as you asked.',
    },
  },
  project_step: {
    ...person,
    values: { project: 'name', step: 'name' },
    title: { zh: '您关心的项目有进展', en: 'Your project moved' },
    text: {
      zh: '您提过需求的项目“{project}”：{step}。',
      en: 'The project “{project}” that you asked for: {step}.',
    },
  },
  project_late: {
    ...person,
    values: { project: 'name', deadline: 'day' },
    title: { zh: '您关心的项目推迟', en: 'Your project is late' },
    text: {
      zh: '您提过需求的项目“{project}”没有在{deadline}前完成。项目页面写着现在到哪一步。',
      en: 'The project “{project}” that you asked for was not complete by {deadline}. Its page says how far it is.',
    },
  },
  wish_shown: {
    ...person,
    values: request,
    title: { zh: '微心愿已展示', en: 'Your wish is shown' },
    text: {
      zh: '您的微心愿 {number} 已经核实并展示（不显示您的姓名），等人认领。',
      en: 'Your wish {number} was verified and is shown, without your name, for somebody to take.',
    },
  },
  wish_taken: {
    ...person,
    values: { number: 'code', day: 'day' },
    title: { zh: '微心愿有人认领', en: 'Somebody took your wish' },
    text: {
      zh: '您的微心愿 {number} 有人认领了，预计{day}前实现。',
      en: 'Somebody took your wish {number} and means to fulfil it by {day}.',
    },
  },
  wish_fulfilled: {
    ...person,
    values: request,
    title: { zh: '微心愿已实现，请确认', en: 'Is your wish fulfilled?' },
    text: {
      zh: '认领人说您的微心愿 {number} 已经实现，请您确认；也可以请村居代为确认。',
      en: 'Whoever took your wish {number} says that it is fulfilled. Please confirm it, or ask the village to.',
    },
  },
  staff_request_arrived: {
    ...staff,
    values: untilThen,
    title: { zh: '新需求待处理', en: 'New request' },
    text: {
      zh: '需求 {number} 到本单位，请在{due}前处理。',
      en: 'Request {number} is with you; act by {due}.',
    },
  },
  staff_request_urgent: {
    ...staff,
    urgent: true,
    values: untilThen,
    title: { zh: '紧急需求', en: 'Urgent request' },
    text: {
      zh: '紧急需求 {number} 到本单位，请在{due}前处理。',
      en: 'The urgent request {number} is with you; act by {due}.',
    },
  },
  staff_request_due: {
    ...staff,
    values: untilThen,
    title: { zh: '需求快到期', en: 'Request soon due' },
    text: { zh: '需求 {number} 将在{due}到期。', en: 'Request {number} is due at {due}.' },
  },
  staff_request_overdue: {
    ...staff,
    values: untilThen,
    title: { zh: '需求已超时', en: 'Request overdue' },
    text: { zh: '需求 {number} 已超过{due}的时限。', en: 'Request {number} was due at {due}.' },
  },
  staff_request_returned: {
    ...staff,
    values: atUnit,
    title: { zh: '需求被退回', en: 'Request sent back' },
    text: {
      zh: '{unit}退回需求 {number}，请重新派单。',
      en: '{unit} sent request {number} back; send it elsewhere.',
    },
  },
  staff_request_supplied: {
    ...staff,
    values: request,
    title: { zh: '来人已补充情况', en: 'The asker told more' },
    text: {
      zh: '需求 {number} 已补充情况，请继续办理。',
      en: 'More was said on request {number}; go on with it.',
    },
  },
  staff_request_not_solved: {
    ...staff,
    values: { number: 'code', times: 'count' },
    title: { zh: '群众反映未解决', en: 'Not solved' },
    text: {
      zh: '需求 {number} 评价为未完全解决，第 {times} 次重办。',
      en: 'Request {number} was rated as not solved; it is opened again, time {times}.',
    },
  },
  staff_request_circling: {
    ...staff,
    values: { number: 'code', hops: 'count' },
    title: { zh: '需求来回流转', en: 'A request goes round' },
    text: {
      zh: '需求 {number} 已流转 {hops} 次仍未答复，请协调。',
      en: 'Request {number} was passed on {hops} times without an answer; please settle it.',
    },
  },
  staff_called: {
    ...staff,
    urgent: true,
    values: { ...atUnit, due: 'moment' },
    title: { zh: '吹哨报到', en: 'A town calls' },
    text: {
      zh: '{unit}就需求 {number} 吹哨，请在{due}前报到。',
      en: '{unit} calls you for request {number}; report in by {due}.',
    },
  },
  staff_wish_to_verify: {
    ...staff,
    values: request,
    title: { zh: '微心愿待核实', en: 'A wish to verify' },
    text: { zh: '微心愿 {number} 待核实。', en: 'The wish {number} is to be verified.' },
  },
  staff_wish_taken: {
    ...staff,
    values: { number: 'code', taker: 'name' },
    title: { zh: '微心愿已认领', en: 'A wish was taken' },
    text: { zh: '{taker}认领了微心愿 {number}。', en: '{taker} took the wish {number}.' },
  },
  staff_wish_fulfilled: {
    ...staff,
    values: { number: 'code', taker: 'name' },
    title: { zh: '微心愿待确认', en: 'A wish to confirm' },
    text: {
      zh: '{taker}说微心愿 {number} 已实现，请与本人确认。',
      en: '{taker} says that the wish {number} is fulfilled; confirm it with the person.',
    },
  },
  staff_wish_back: {
    ...staff,
    values: request,
    title: { zh: '微心愿回到待认领', en: 'A wish is free again' },
    text: {
      zh: '微心愿 {number} 未按时实现或未获确认，已回到待认领。',
      en: 'The wish {number} was not fulfilled in time or not confirmed; it can be taken again.',
    },
  },
} as const satisfies Record<string, Template>;

export type TemplateName = keyof typeof templates;

type TypeOfSort<S> = S extends 'count' ? number : S extends 'name' ? string | Message : string;

/** What a template has to be filled with. */
export type ValuesOf<T extends TemplateName> = {
  [N in keyof (typeof templates)[T]['values']]: TypeOfSort<(typeof templates)[T]['values'][N]>;
};

/** A template by its name. */
export function templateOf(name: TemplateName): Template {
  return templates[name];
}

/** The places of a text, in order: `{number}` gives `number`. */
export function placesOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1]!);
}
