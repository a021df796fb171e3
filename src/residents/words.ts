import type { Message } from '../kit/i18n.ts';

/** The words of the register of people. */
export const words = {
  erased: { zh: '已删除', en: 'Erased' },
  unreadable: { zh: '无法读取', en: 'Cannot be read' },
  masked: { zh: '已隐藏', en: 'Hidden' },
} satisfies Record<string, Message>;
