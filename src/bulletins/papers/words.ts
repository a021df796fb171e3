import type { Message } from '../../kit/i18n.ts';

/** The words around papers. */
export const words = {
  feed: { zh: '公报订阅', en: 'Feed of bulletins' },
  word: { zh: 'Word 文档', en: 'Word document' },
  workbook: { zh: '表格（Excel）', en: 'Tables (Excel)' },
  slides: { zh: '幻灯片', en: 'Slides' },
} satisfies Record<string, Message>;
