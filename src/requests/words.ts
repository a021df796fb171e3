import type { Message } from '../kit/i18n.ts';
import type {
  ActionName,
  Channel,
  Kind,
  RequestState,
  Satisfaction,
  Solved,
  StepRow,
  Urgency,
} from './schema.ts';

/** What each kind is called. */
export const kindWords = {
  question: { zh: '咨询', en: 'Question' },
  help: { zh: '求助', en: 'Help' },
  complaint: { zh: '投诉', en: 'Complaint' },
  suggestion: { zh: '建议', en: 'Suggestion' },
  wish: { zh: '心愿', en: 'Wish' },
} satisfies Record<Kind, Message>;

/** What each kind is for, for whoever chooses. */
export const kindHints = {
  question: { zh: '想问一件事怎么办', en: 'How is something done?' },
  help: { zh: '有困难，想请人帮忙', en: 'I need a hand' },
  complaint: { zh: '有问题没人管', en: 'Something is wrong' },
  suggestion: { zh: '想让哪里变得更好', en: 'Something could be better' },
  wish: { zh: '一个小小的愿望', en: 'A small wish' },
} satisfies Record<Kind, Message>;

/** What each urgency is called. */
export const urgencyWords = {
  usual: { zh: '一般', en: 'Usual' },
  complex: { zh: '复杂', en: 'Complex' },
  urgent: { zh: '紧急', en: 'Urgent' },
  emergency: { zh: '突发', en: 'Emergency' },
} satisfies Record<Urgency, Message>;

/** How it came. */
export const channelWords = {
  portal: { zh: '网上', en: 'Portal' },
  call: { zh: '来电代录', en: 'By telephone' },
  visit: { zh: '来访代录', en: 'At the desk' },
  hotline: { zh: '12345 热线', en: 'Hotline 12345' },
} satisfies Record<Channel, Message>;

/** Where a request is, for staff. */
export const stateWords = {
  to_dispatch: { zh: '待派单', en: 'To be dispatched' },
  dispatched: { zh: '待签收', en: 'To be signed for' },
  need_info: { zh: '待补充', en: 'Waiting for the person' },
  accepted: { zh: '办理中', en: 'In hand' },
  answered: { zh: '待评价', en: 'To be rated' },
  redo: { zh: '重办中', en: 'Being done again' },
  closed: { zh: '已办结', en: 'Closed' },
  rejected: { zh: '不予受理', en: 'Not taken' },
  merged: { zh: '已并单', en: 'Merged' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
} satisfies Record<RequestState, Message>;

/** Where a request is, for the person who asked. */
export const personStateWords = {
  to_dispatch: { zh: '正在安排由谁办理', en: 'Being given to whoever is responsible' },
  dispatched: { zh: '已送到，等待签收', en: 'Sent, to be signed for' },
  need_info: { zh: '等您补充情况', en: 'Waiting for you to say more' },
  accepted: { zh: '正在办理', en: 'Being worked on' },
  answered: { zh: '已答复，请您评价', en: 'Answered; please say whether it is solved' },
  redo: { zh: '没有解决，正在重新办理', en: 'Not solved; being done again' },
  closed: { zh: '已办结', en: 'Closed' },
  rejected: { zh: '这里不受理', en: 'Not taken here' },
  merged: { zh: '与同样的需求一起办理', en: 'Handled together with the same request' },
  cancelled: { zh: '您已取消', en: 'You cancelled it' },
} satisfies Record<RequestState, Message>;

/** What each button says. */
export const actionWords = {
  sign: { zh: '签收', en: 'Sign for it' },
  answer: { zh: '答复', en: 'Answer' },
  ask: { zh: '请群众补充', en: 'Ask for more' },
  supply: { zh: '补充情况', en: 'Say more' },
  resume: { zh: '不等补充，继续办理', en: 'Go on without it' },
  note: { zh: '记办理情况', en: 'Keep a note' },
  hand_up: { zh: '上提', en: 'Hand up' },
  decline: { zh: '退单', en: 'Refuse' },
  dispatch: { zh: '派单', en: 'Dispatch' },
  reassign: { zh: '改派', en: 'Reassign' },
  extend: { zh: '延期', en: 'Extend' },
  merge: { zh: '并单', en: 'Merge' },
  part: { zh: '撤销并单', en: 'Part again' },
  reject: { zh: '不予受理', en: 'Do not take' },
  restore: { zh: '恢复受理', en: 'Take after all' },
  rate: { zh: '回访：已解决', en: 'Called back: solved' },
  reopen: { zh: '回访：没有解决，重办', en: 'Called back: not solved' },
  appeal: { zh: '回访：没有解决，交统筹协调', en: 'Called back: to the coordinator' },
  lapse: { zh: '到期未评价', en: 'Not rated in time' },
  explain: { zh: '解释类办结', en: 'Close with an explanation' },
  cancel: { zh: '不用办了，取消', en: 'Cancel it' },
} satisfies Record<ActionName, Message>;

/** What was done, in the past, for the person. */
export const doneWords = {
  submit: { zh: '收到您的需求', en: 'Received' },
  join: { zh: '又有人提了同样的需求', en: 'Somebody asked for the same' },
  sign: { zh: '已签收', en: 'Signed for' },
  answer: { zh: '已答复', en: 'Answered' },
  ask: { zh: '请您补充情况', en: 'Asked you for more' },
  supply: { zh: '您补充了情况', en: 'You said more' },
  resume: { zh: '继续办理', en: 'Went on' },
  note: { zh: '办理有进展', en: 'Progress' },
  hand_up: { zh: '提请上级办理', en: 'Handed up' },
  decline: { zh: '核对由谁办理', en: 'Being given to somebody else' },
  dispatch: { zh: '交给负责单位', en: 'Given to whoever is responsible' },
  reassign: { zh: '改由其他单位办理', en: 'Given to another unit' },
  extend: { zh: '办理时间延长', en: 'Given more time' },
  merge: { zh: '与同样的需求一起办理', en: 'Merged with the same request' },
  part: { zh: '单独办理', en: 'Handled by itself again' },
  reject: { zh: '不予受理', en: 'Not taken' },
  restore: { zh: '恢复受理', en: 'Taken after all' },
  rate: { zh: '已评价：解决了', en: 'Rated: solved' },
  reopen: { zh: '没有解决，重新办理', en: 'Not solved: done again' },
  appeal: { zh: '没有解决，交区里协调', en: 'Not solved: to the coordinator' },
  lapse: { zh: '到期没有评价', en: 'Not rated in time' },
  explain: { zh: '说明情况后办结', en: 'Closed with an explanation' },
  cancel: { zh: '已取消', en: 'Cancelled' },
} satisfies Record<StepRow['action'], Message>;

/** Whether it was solved. */
export const solvedWords = {
  yes: { zh: '解决了', en: 'Solved' },
  partly: { zh: '解决了一部分', en: 'Partly' },
  no: { zh: '没有解决', en: 'Not solved' },
} satisfies Record<Solved, Message>;

/** How satisfied the person is. */
export const satisfactionWords = {
  satisfied: { zh: '满意', en: 'Satisfied' },
  fair: { zh: '基本满意', en: 'Fairly satisfied' },
  unsatisfied: { zh: '不满意', en: 'Not satisfied' },
} satisfies Record<Satisfaction, Message>;
