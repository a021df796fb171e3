import type { Message } from '../kit/i18n.ts';

/** The words of the bulletin pages. */
export const words = {
  bulletins: { zh: '公报', en: 'Bulletins' },
  bulletin: { zh: '公报', en: 'Bulletin' },
  published: { zh: '发布', en: 'Published' },
  cutoff: { zh: '截至', en: 'as of' },
  none: { zh: '还没有发布公报。', en: 'No bulletin has been published yet.' },
  unknown: { zh: '没有这个编号的公报。', en: 'There is no bulletin with this number.' },
  json: { zh: '机器可读版本', en: 'Machine-readable version' },
  synthetic: { zh: '演示', en: 'Demonstration' },
  chinese_only: { zh: '', en: 'Bulletins are published in Chinese.' },
} satisfies Record<string, Message>;
