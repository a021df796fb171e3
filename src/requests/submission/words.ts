import type { Message } from '../../kit/i18n.ts';

/** The words of the form by which somebody asks. */
export const words = {
  title: { zh: '我要提需求', en: 'Ask for something' },
  lead: {
    zh: '写一两句话就行，不用注册。村（居）马上能看到，每一步都会告诉您。',
    en: 'A sentence or two is enough, without an account. The village sees it at once, and you hear of every step.',
  },
  kind: { zh: '是哪一类', en: 'What kind is it' },
  content: { zh: '什么事', en: 'What is it' },
  content_hint: { zh: '在哪里、什么时候、希望怎么办', en: 'Where, when, and what you wish for' },
  area: { zh: '在哪个村（居）', en: 'In which village' },
  choose: { zh: '请选择', en: 'Choose' },
  place: { zh: '具体地点（可不填）', en: 'The place (optional)' },
  place_hint: { zh: '如：菜市场北门', en: 'For example: north gate of the market' },
  who: { zh: '怎么联系您（可不填）', en: 'How to reach you (optional)' },
  who_hint: {
    zh: '留电话方便核实情况。姓名和电话加密保存，页面上只显示一部分。',
    en: 'A phone number helps to ask back. Name and number are encrypted; pages show only a part of them.',
  },
  name: { zh: '怎么称呼', en: 'Your name' },
  phone: { zh: '电话', en: 'Phone' },
  send: { zh: '提交', en: 'Send' },
  not_here: {
    zh: '有生命危险请打 110、119、120。举报违纪违法请向 12345 或纪检监察机关反映。',
    en: 'In danger call 110, 119 or 120. Reports of wrongdoing go to 12345 or the discipline inspection office.',
  },
  whole_town: { zh: '全镇', en: 'the whole town' },
} satisfies Record<string, Message>;
