import type { Message } from '../kit/i18n.ts';

/** The words of 现场, the staff shell for a phone. */
export const words = {
  items: { zh: '事项和佐证', en: 'Items and evidence' },
  evidence: { zh: '整个项目的佐证', en: 'Evidence of the whole' },
  no_evidence: { zh: '还没有佐证。', en: 'No evidence yet.' },
  typed_before: { zh: '您刚才写的（没有保存，可以复制）：', en: 'What you wrote (not kept; copy it):' },
  handle: { zh: '办理', en: 'Do it' },
  file_again: {
    zh: '写的内容还在；文件要重新选一次。',
    en: 'What you wrote is kept; choose the file again.',
  },
  field: { zh: '现场', en: 'In the field' },
  navigation: { zh: '现场导航', en: 'In the field' },
  demonstration: { zh: '演示数据，不是真实项目。', en: 'Demonstration, not real projects.' },
  back: { zh: '返回', en: 'Back' },
  to_do: { zh: '待办', en: 'To do' },
  verify: { zh: '核验', en: 'Verify' },
  report: { zh: '填报', en: 'Report' },
  me: { zh: '我的', en: 'Me' },
  nothing: { zh: '现在没有待办。', en: 'Nothing to do now.' },
  nothing_to_report: { zh: '现在没有要您填报的报表。', en: 'Nothing to report now.' },
  claimed: { zh: '申请办结时的说明', en: 'Said when completion was claimed' },
  facts: { zh: '项目情况', en: 'The project' },
  note: { zh: '说明（可不填）', en: 'Note (optional)' },
  no_step: { zh: '这个项目目前没有您可以办理的步骤。', en: 'There is no step that you can take now.' },
  nothing_to_verify: { zh: '现在没有待核验的项目。', en: 'Nothing to verify now.' },
} satisfies Record<string, Message>;
