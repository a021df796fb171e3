import type { Message } from '../kit/i18n.ts';
import type { ItemState } from './checklist/schema.ts';
import type { ProjectState } from './schema.ts';

/** The states as residents read them. */
export const stateWords: Record<ProjectState, Message> = {
  proposed: { zh: '已申报', en: 'Proposed' },
  returned: { zh: '退回修改', en: 'Sent back' },
  screened: { zh: '初审通过', en: 'Screened' },
  consolidated: { zh: '汇总列入', en: 'On the draft list' },
  merged: { zh: '已合并', en: 'Merged' },
  declined: { zh: '不予列入', en: 'Declined' },
  approved: { zh: '已审定', en: 'Approved' },
  registered: { zh: '已立项', en: 'Listed' },
  assigned: { zh: '已交办', en: 'Assigned' },
  accepted: { zh: '已签收', en: 'Accepted' },
  in_progress: { zh: '办理中', en: 'In progress' },
  completion_claimed: { zh: '已报完成待核验', en: 'Reported done, to be verified' },
  verifying: { zh: '核验中', en: 'Being verified' },
  completed: { zh: '已完成', en: 'Completed' },
  archived: { zh: '已完成（归档）', en: 'Completed (archived)' },
  terminated: { zh: '已终止', en: 'Terminated' },
};

/** The states as staff read them. */
export const staffStateWords: Record<ProjectState, Message> = {
  ...stateWords,
  in_progress: { zh: '在办', en: 'In progress' },
  completion_claimed: { zh: '申请办结，待核验', en: 'Completion claimed, to be verified' },
  completed: { zh: '已销号', en: 'Completed' },
  archived: { zh: '已归档', en: 'Archived' },
};

/** The states of an item of a checklist. */
export const itemStateWords: Record<ItemState, Message> = {
  planned: { zh: '未开始', en: 'Not begun' },
  in_progress: { zh: '在办', en: 'In progress' },
  claimed: { zh: '已报完成待核验', en: 'Reported done, to be verified' },
  verified: { zh: '已核验', en: 'Verified' },
};

/** The states of an item as residents read them. */
export const publicItemWords: Record<ItemState, Message> = {
  planned: { zh: '还没开始', en: 'Not begun' },
  in_progress: { zh: '正在办', en: 'Under way' },
  claimed: { zh: '已报完成，待核验', en: 'Reported done, to be verified' },
  verified: { zh: '已核验完成', en: 'Verified' },
};

/** Where a project comes from, in English; in Chinese the ledger's own words are used. */
export const sourceWords = {
  petition: 'asked for by residents',
  vote: 'voted by deputies',
  plan: 'plan of the year',
  request: 'residents’ requests',
  other: 'other',
} as const;

/** The words of the project pages. */
export const words = {
  projects: { zh: '项目清单', en: 'Projects' },
  as_of: { zh: '本页为已发布的情况，截至', en: 'As published, as of' },
  project: { zh: '项目', en: 'Project' },
  field: { zh: '领域', en: 'Field' },
  town: { zh: '地区', en: 'Area' },
  state: { zh: '进展', en: 'State' },
  unit: { zh: '谁负责', en: 'Responsible' },
  deadline: { zh: '完成时限', en: 'Due' },
  search: { zh: '找项目：名称、内容、单位、地方', en: 'Find: title, content, unit, place' },
  all: { zh: '全部', en: 'All' },
  filter: { zh: '查找', en: 'Find' },
  clear: { zh: '清除条件', en: 'Clear' },
  next: { zh: '下一页', en: 'Next page' },
  none: {
    zh: '没有符合条件的项目。可以清除条件再看。',
    en: 'No project matches. Clear the filter and look again.',
  },
  standing: { zh: '长期坚持', en: 'Standing, without end' },
  overdue: { zh: '已逾期', en: 'Overdue' },
  on_track: { zh: '正常推进', en: 'On track' },
  done_late: { zh: '逾期完成', en: 'Completed late' },
  progress: { zh: '办到哪了', en: 'How far it is' },
  how_computed: { zh: '这个百分比怎么算的', en: 'How this is computed' },
  formula: {
    zh: '进度 = 已核验事项的权重之和 ÷ 全部事项的权重之和。没有人填写百分比；事项由办理人以外的人核验后才算。',
    en: 'Progress = the weights of verified items ÷ the weights of all items. Nobody types a percentage; an item counts once somebody other than its doer has verified it.',
  },
  checklist: { zh: '要做哪些事', en: 'What it takes' },
  timetable: { zh: '时间表：计划和实际', en: 'Timetable: planned and actual' },
  done_on: { zh: '完成于', en: 'done on' },
  planned_for: { zh: '计划完成', en: 'planned for' },
  weight: { zh: '权重', en: 'weight' },
  evidence: { zh: '看得到的成果', en: 'What shows it' },
  satisfaction: { zh: '群众满意度', en: 'How satisfied people are' },
  by_qr: { zh: '群众扫码', en: 'people by QR code' },
  collected_by: { zh: '采集：', en: 'Collected by' },
  press: { zh: '相关报道', en: 'In the press' },
  parts: { zh: '包括哪些子项目', en: 'Its parts' },
  leader: { zh: '牵头领导', en: 'Leader in charge' },
  helpers: { zh: '谁配合', en: 'Helping' },
  target: { zh: '要达到什么', en: 'Goal' },
  beneficiaries: { zh: '多少人受益', en: 'People it reaches' },
  money: { zh: '花多少钱', en: 'Money' },
  funds_source: { zh: '钱从哪来', en: 'Paid by' },
  share: { zh: '分享', en: 'Share' },
  share_hint: {
    zh: '网址不变，内容更新后还是这一页。用手机扫码打开，或把网址发给别人。',
    en: 'The address stays the same. Scan it with a phone, or send it to others.',
  },
  copied: { zh: '网址已复制', en: 'Address copied' },
  print: { zh: '打印', en: 'Print' },
  by_place: { zh: '按镇、村看', en: 'By town and village' },
  places_lead: {
    zh: '每个地方有多少项目，完成了多少。',
    en: 'How many projects each place has, and how many are completed.',
  },
  number: { zh: '编号', en: 'Number' },
  content: { zh: '做什么', en: 'What' },
  batch: { zh: '批次', en: 'Batch' },
  source: { zh: '怎么来的', en: 'Where it comes from' },
  synthetic: { zh: '合成', en: 'Made up' },
  course: { zh: '办理过程', en: 'Course' },
  steps: { zh: '每一步', en: 'Every step' },
  ledger: { zh: '项目台账', en: 'Ledger' },
  next_step: { zh: '下一步', en: 'Next step' },
  no_step: { zh: '这个项目目前没有您可以办理的步骤。', en: 'There is no step that you can take now.' },
  occurred_at: { zh: '发生时间', en: 'When' },
  occurred_hint: { zh: '不填为现在。', en: 'Now, if left empty.' },
  note: { zh: '说明', en: 'Note' },
  note_hint: { zh: '依据的材料、现场情况，或缺什么。', en: 'What it rests on, or what is missing.' },
  done: { zh: '已记录。', en: 'Recorded.' },
  instructions: { zh: '领导批示', en: 'Instructions' },
  public_page: { zh: '公众看到的页面', en: 'The public page' },
  now: { zh: '本页为最新情况。', en: 'As it is now.' },
  own_claim: {
    zh: '由申请办结以外的单位核验。',
    en: 'Verified by another unit than the one that claimed it.',
  },
  missing: { zh: '没有这个编号的公开项目。', en: 'There is no public project with this number.' },
} satisfies Record<string, Message>;
