import type { Message } from '../kit/i18n.ts';
import type { Tone } from '../kit/parts/light.ts';
import type { Light, Thresholds } from './lights/schema.ts';

/** The words of supervision. */
export const words = {
  ledger: { zh: '项目台账', en: 'Ledger' },
  instructions: { zh: '领导批示', en: 'Instructions' },
  none: { zh: '还没有批示。', en: 'No instruction yet.' },
  text: { zh: '批示内容', en: 'Instruction' },
  give: { zh: '批示', en: 'Give' },
  for_leader: { zh: '代录', en: 'entered it' },
  supervision: { zh: '督查督办', en: 'Supervision' },
  thresholds: { zh: '亮灯标准', en: 'Thresholds' },
} satisfies Record<string, Message>;

/** What each light is called; its shape and colour stand beside the word. */
export const lightWords: Record<Light, Message & { tone: Tone }> = {
  overdue: { zh: '已逾期', en: 'Overdue', tone: 'overdue' },
  red: { zh: '严重滞后', en: 'Far behind', tone: 'red' },
  yellow: { zh: '进度滞后', en: 'Behind', tone: 'amber' },
  green: { zh: '正常推进', en: 'On track', tone: 'green' },
  done: { zh: '已完成', en: 'Completed', tone: 'done' },
  done_late: { zh: '逾期完成', en: 'Completed late', tone: 'done_late' },
};

/** What each threshold is called, with its unit. */
export const thresholdWords: Record<keyof Thresholds, { label: string; hint: string }> = {
  yellow_gap: { label: '比序时进度慢多少亮黄灯', hint: '百分点' },
  red_gap: { label: '比序时进度慢多少亮红灯', hint: '百分点' },
  days_left: { label: '距时限几天内看完成多少', hint: '天' },
  days_left_progress: { label: '临近时限时不到多少亮黄灯', hint: '已报完成的百分比' },
  quiet_yellow: { label: '几个月没有任何记录亮黄灯', hint: '个月，次月 5 日后起算' },
  quiet_red: { label: '几个月没有任何记录亮红灯', hint: '个月' },
};
