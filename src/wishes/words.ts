import type { Message } from '../kit/i18n.ts';
import type { ActionName, Circle, TakerKind, Who, WishState } from './schema.ts';

/** What the states are called. */
export const stateWords = {
  proposed: { zh: '待核实', en: 'To be verified' },
  shown: { zh: '待认领', en: 'Waiting' },
  taken: { zh: '已认领', en: 'Taken' },
  fulfilled: { zh: '待确认', en: 'To confirm' },
  confirmed: { zh: '已实现', en: 'Fulfilled' },
  declined: { zh: '未通过核实', en: 'Not verified' },
  withdrawn: { zh: '已撤下', en: 'Withdrawn' },
} as const satisfies Record<WishState, Message>;

/** For whom wishes are. */
export const circleWords = {
  elder: { zh: '老人', en: 'An older person' },
  child: { zh: '儿童', en: 'A child' },
  disabled: { zh: '残疾人', en: 'Somebody with a disability' },
  hardship: { zh: '困难家庭', en: 'A family in need' },
  veteran: { zh: '退役军人', en: 'A veteran' },
  other: { zh: '村居居民', en: 'A resident' },
} as const satisfies Record<Circle, Message>;

/** Who takes wishes. */
export const takerWords = {
  branch: { zh: '党支部', en: 'Party branch' },
  member: { zh: '党员', en: 'Party member' },
  volunteer: { zh: '志愿者', en: 'Volunteer' },
  organisation: { zh: '社会组织', en: 'Social organisation' },
  enterprise: { zh: '企业', en: 'Enterprise' },
} as const satisfies Record<TakerKind, Message>;

/** The buttons of what may be done. */
export const actionWords = {
  verify: { zh: '核实无误，展示', en: 'Verified, show it' },
  decline: { zh: '不予展示', en: 'Do not show' },
  take: { zh: '认领', en: 'Take it' },
  fulfil: { zh: '心愿已实现', en: 'It is fulfilled' },
  confirm: { zh: '确认实现', en: 'Confirm' },
  refuse: { zh: '没有实现', en: 'It is not' },
  give_up: { zh: '办不了，交还', en: 'Give it back' },
  take_back: { zh: '收回，重新等人认领', en: 'Take it back' },
  withdraw: { zh: '撤下', en: 'Withdraw' },
  lapse: { zh: '到期收回', en: 'Lapsed' },
} as const satisfies Record<ActionName, Message>;

/** What was done, in a list of steps. */
export const doneWords = {
  propose: '登记',
  verify: '核实并展示',
  decline: '不予展示',
  take: '认领',
  fulfil: '报告实现',
  confirm: '确认实现',
  refuse: '未获确认，回到待认领',
  give_up: '认领人交还，回到待认领',
  take_back: '村居收回，回到待认领',
  withdraw: '撤下',
  lapse: '到期未实现，回到待认领',
} as const satisfies Record<ActionName | 'propose', string>;

/** Who does something. */
export const whoWords = {
  village: '村居',
  taker: '认领人',
  person: '本人',
  time: '系统',
} as const satisfies Record<Who, string>;

/** The words of the residents' pages. */
export const words = {
  wishes: { zh: '微心愿', en: 'Small wishes' },
  lead: {
    zh: '村居核实过的小心愿，等人认领。姓名不公开。',
    en: 'Small wishes that a village has verified, waiting for somebody. No names are shown.',
  },
  all: { zh: '全部', en: 'All' },
  every_town: { zh: '全区', en: 'The whole district' },
  by_town: { zh: '镇', en: 'Town' },
  by_state: { zh: '进展', en: 'Progress' },
  none: { zh: '这里暂时没有心愿。', en: 'There are no wishes here at the moment.' },
  taken_by: { zh: '认领', en: 'Taken by' },
  until: { zh: '预计实现', en: 'Expected by' },
  from: { zh: '展示于', en: 'Shown since' },
  fulfilled_on: { zh: '实现于', en: 'Fulfilled on' },
  outcome: { zh: '怎样实现的', en: 'How it was fulfilled' },
  take_it: { zh: '我来认领', en: 'I take this wish' },
  take_lead: {
    zh: '村居会与您联系，再带您见到本人。您的姓名和电话加密保存，不公开；个人只显示姓氏。',
    en: 'The village calls you and brings you together. Your name and number are kept encrypted and are not shown; of persons the family name alone is.',
  },
  as: { zh: '以什么身份', en: 'As' },
  organisation: { zh: '组织或单位名称', en: 'Name of the organisation' },
  organisation_hint: {
    zh: '党支部、社会组织、企业填写，会公开。',
    en: 'For branches, organisations and enterprises; it is shown.',
  },
  name: { zh: '联系人姓名', en: 'Your name' },
  phone: { zh: '手机或座机', en: 'Telephone' },
  promised_on: { zh: '哪天前实现', en: 'Fulfilled by' },
  send_taking: { zh: '认领这个心愿', en: 'Take this wish' },
  stations: { zh: '心愿到了哪一步', en: 'How far the wish is' },
  how: { zh: '怎样提一个心愿', en: 'How to make a wish' },
  how_text: {
    zh: '到村（居）说一声，或者让家人、网格员代您说。村居核实后展示在这里，不写姓名和住址。',
    en: 'Tell your village, or let your family or the 网格员 do so. Once verified it is shown here without name or address.',
  },
  more: { zh: '下一页', en: 'Next page' },
  adoptions: { zh: '党员领办的项目', en: 'Projects taken to heart by party members' },
  yours: { zh: '您认领的心愿', en: 'The wish that you took' },
  your_wish: { zh: '您的微心愿', en: 'Your wish' },
  keep: {
    zh: '请收藏这个页面：凭这个链接可以再打开。',
    en: 'Keep this page: this link opens it again.',
  },
  say_how: { zh: '怎样实现的', en: 'How was it fulfilled?' },
  hours: { zh: '用了几小时（可不填）', en: 'Hours it took (optional)' },
  photo: { zh: '照片（可不传，只给村居看）', en: 'A photo (optional; seen by the village alone)' },
  said: {
    zh: '已告诉村居和本人，等待确认。谢谢您。',
    en: 'The village and the person were told and will confirm it. Thank you.',
  },
  thanks: { zh: '已确认实现，谢谢您。', en: 'It is confirmed. Thank you.' },
  is_it: { zh: '认领人说已经实现，是吗？', en: 'Whoever took it says that it is fulfilled. Is it?' },
  why_not: { zh: '还差什么', en: 'What is missing?' },
  village_calls: { zh: '村居会用您留的电话联系您。', en: 'The village will call the number that you left.' },
} as const satisfies Record<string, Message>;
