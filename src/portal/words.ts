import type { Message } from '../kit/i18n.ts';

/** The words of the residents' shell. */
export const words = {
  site: { zh: '实事', en: 'Shishi' },
  home: { zh: '首页', en: 'Home' },
  projects: { zh: '项目', en: 'Projects' },
  figures: { zh: '指标', en: 'Figures' },
  bulletins: { zh: '公报', en: 'Bulletins' },
  skip: { zh: '跳到正文', en: 'Skip to content' },
  navigation: { zh: '主导航', en: 'Main' },
  elder_on: { zh: '长辈版', en: 'Larger text' },
  elder_off: { zh: '标准版', en: 'Standard text' },
  language: { zh: 'English', en: '中文' },
  here: { zh: '当前位置', en: 'You are here' },
  demonstration: {
    zh: '演示数据：除注明来自报道的内容外均为合成，不是真实项目。',
    en: 'Demonstration: everything is made up unless it is marked as coming from the press report.',
  },
  cite: {
    zh: '页面上每个数字都可点击，查看统计口径、截止时点、记录，并重新核算。',
    en: 'Every number on these pages is a link to its definition, cut-off, records and a recomputation.',
  },
  api: { zh: '开放数据接口', en: 'Open data API' },
  as_of: { zh: '截至', en: 'As of' },
  print: { zh: '打印本页', en: 'Print' },
} satisfies Record<string, Message>;

/** The sentence of an error page for what went wrong, with what to do. */
export const errors = {
  404: { zh: '没有找到这个页面', en: 'This page was not found' },
  403: { zh: '这里需要工作人员账号', en: 'This needs a staff account' },
  500: { zh: '系统出了错，没有改动任何内容', en: 'Something failed; nothing was changed' },
  other: { zh: '没有办成', en: 'That did not work' },
  back: { zh: '返回首页', en: 'Back to the home page' },
} satisfies Record<string | number, Message>;
