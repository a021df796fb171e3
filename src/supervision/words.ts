import type { Message } from '../kit/i18n.ts';

/** The words of supervision. */
export const words = {
  ledger: { zh: '项目台账', en: 'Ledger' },
  instructions: { zh: '领导批示', en: 'Instructions' },
  none: { zh: '还没有批示。', en: 'No instruction yet.' },
  text: { zh: '批示内容', en: 'Instruction' },
  give: { zh: '批示', en: 'Give' },
  for_leader: { zh: '代录', en: 'entered it' },
} satisfies Record<string, Message>;
