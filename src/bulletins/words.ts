import type { Message } from '../kit/i18n.ts';

/** The words of the bulletin pages. */
export const words = {
  bulletins: { zh: '公报', en: 'Bulletins' },
  bulletin: { zh: '公报', en: 'Bulletin' },
  published: { zh: '发布', en: 'Published' },
  cutoff: { zh: '截至', en: 'as of' },
  none: { zh: '还没有发布公报。', en: 'No bulletin has been published yet.' },
  none_of_kind: { zh: '这一类还没有发布。', en: 'None of this kind has been published yet.' },
  all: { zh: '全部', en: 'All' },
  kinds: { zh: '按类型', en: 'By kind' },
  unknown: { zh: '没有这个编号的公报。', en: 'There is no bulletin with this number.' },
  json: { zh: '机器可读版本', en: 'Machine-readable version' },
  synthetic: { zh: '演示', en: 'Demonstration' },
  chinese_only: { zh: '', en: 'Bulletins are published in Chinese.' },
  withdrawn: { zh: '已撤稿', en: 'Withdrawn' },
  corrected: { zh: '已更正', en: 'Corrected' },
  correction: { zh: '更正', en: 'Correction' },
  corrected_by: { zh: '本文已由后续发布更正：', en: 'This bulletin has been corrected by' },
  corrects: { zh: '本文更正：', en: 'This bulletin corrects' },
  reason: { zh: '理由', en: 'Reason' },
  no_picture: { zh: '没有这张图片，或已经撤下。', en: 'There is no such picture, or it was taken down.' },
} satisfies Record<string, Message>;
