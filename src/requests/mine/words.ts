import type { Message } from '../../kit/i18n.ts';

/** The words of a person's own request. */
export const words = {
  title: { zh: '我的需求', en: 'My request' },
  number: { zh: '编号', en: 'Number' },
  with: { zh: '现在由', en: 'Now with' },
  by: { zh: '答应在此之前答复', en: 'An answer is promised by' },
  late: {
    zh: '已超过答应的时间，督查能看到。',
    en: 'It is past the time that was promised; the inspector sees it.',
  },
  asked: { zh: '您提的是', en: 'You asked' },
  course: { zh: '办到哪一步了', en: 'What was done' },
  answer: { zh: '答复', en: 'The answer' },
  link: { zh: '请保存这个链接', en: 'Keep this link' },
  link_hint: {
    zh: '用它随时查看和评价。不要发给别人：拿到的人就能看到这件需求。',
    en: 'It opens this page at any time. Do not pass it on: whoever has it can read this request.',
  },
  rate: { zh: '这件事解决了吗？', en: 'Is it solved?' },
  rate_again: {
    zh: '没有解决会重新办理，时间减半，督查会盯着。',
    en: 'What is not solved is done again in half the time, under the eyes of the inspector.',
  },
  satisfied: { zh: '办得怎么样？', en: 'How was it done?' },
  more: { zh: '想说的话（可不填）', en: 'Anything else (optional)' },
  send_rating: { zh: '提交评价', en: 'Send' },
  supply: { zh: '请补充', en: 'Please say more' },
  send: { zh: '提交', en: 'Send' },
  cancel: { zh: '不用办了', en: 'I no longer need this' },
  cancel_why: { zh: '为什么（可不填）', en: 'Why (optional)' },
  cancel_send: { zh: '取消这件需求', en: 'Cancel this request' },
  you: { zh: '您', en: 'You' },
  stations: { zh: '办理进度', en: 'Progress' },
  submitted: { zh: '提交', en: 'Sent' },
  signed: { zh: '签收', en: 'Signed' },
  handled: { zh: '办理', en: 'In hand' },
  answered: { zh: '答复', en: 'Answered' },
  rated: { zh: '评价', en: 'Rated' },
  not_rated: {
    zh: '没有收到您的评价，记为“未评价”，不算好评。',
    en: 'You did not rate it; it counts as not rated, never as good.',
  },
} satisfies Record<string, Message>;

/** The words of the page of what a person was told. */
export const messageWords = {
  title: { zh: '给您的消息', en: 'Messages to you' },
  back: { zh: '返回我的需求', en: 'Back to my request' },
  none: { zh: '还没有消息。', en: 'No message yet.' },
  how: { zh: '怎样通知您', en: 'How you want to hear' },
  channel: { zh: '通知方式', en: 'By' },
  address: { zh: '电子邮箱', en: 'E-mail address' },
  address_hint: { zh: '选电子邮件时填写；加密保存。', en: 'For e-mail; it is kept encrypted.' },
  language: { zh: '语言', en: 'Language' },
  at_night: { zh: '晚上也可以发给我', en: 'Send them at night too' },
  save: { zh: '保存', en: 'Save' },
} satisfies Record<string, Message>;
