import type { Message } from '../../kit/i18n.ts';

/** The words of the search page. */
export const words = {
  search: { zh: '搜索', en: 'Search' },
  hint: {
    zh: '项目、公报、指标、地方、单位，或编号、拼音首字母',
    en: 'Projects, bulletins, figures, places, units, or a number',
  },
  results: { zh: '的搜索结果', en: 'Results for' },
  projects: { zh: '项目', en: 'Projects' },
  bulletins: { zh: '公报', en: 'Bulletins' },
  figures: { zh: '指标', en: 'Figures' },
  places: { zh: '地方', en: 'Places' },
  units: { zh: '单位', en: 'Units' },
  fields: { zh: '领域', en: 'Fields' },
  help: { zh: '帮助', en: 'Help' },
  near: {
    zh: '没有完全符合的项目，下面是最接近的。',
    en: 'No project has all of these words; these come nearest.',
  },
  all: { zh: '查看全部', en: 'See all' },
  none: { zh: '没有找到', en: 'Nothing found for' },
  tips: {
    zh: [
      '检查有没有错字，或换一个说法，如“路灯”“学位”“厕所”。',
      '少写几个字：写“村道”比写“我们村的道路”更容易找到。',
      '知道编号的，直接写编号，如 JW2021-001。',
    ],
    en: [
      'Check the spelling, or try another word.',
      'Use fewer words: most texts here are in Chinese.',
      'If you know a number, type it, as JW2021-001.',
    ],
  },
  browse: { zh: '也可以按地方或领域查看', en: 'Or look by place or field' },
} satisfies Record<string, Message | { zh: string[]; en: string[] }>;
