import type { Message } from '../kit/i18n.ts';
import type { ProjectState } from './schema.ts';

/** The states as residents read them. */
export const stateWords: Record<ProjectState, Message> = {
  registered: { zh: '已立项', en: 'Listed' },
  in_progress: { zh: '办理中', en: 'In progress' },
  completion_claimed: { zh: '已报完成待核验', en: 'Reported done, to be verified' },
  completed: { zh: '已完成', en: 'Completed' },
  terminated: { zh: '已终止', en: 'Terminated' },
};

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
  search: { zh: '名称或编号', en: 'Name or number' },
  all: { zh: '全部', en: 'All' },
  filter: { zh: '查找', en: 'Find' },
  clear: { zh: '清除条件', en: 'Clear' },
  next: { zh: '下一页', en: 'Next page' },
  none: {
    zh: '没有符合条件的项目。可以清除条件再看。',
    en: 'No project matches. Clear the filter and look again.',
  },
  overdue: { zh: '已逾期', en: 'Overdue' },
  on_track: { zh: '正常推进', en: 'On track' },
  done_late: { zh: '逾期完成', en: 'Completed late' },
  number: { zh: '编号', en: 'Number' },
  content: { zh: '做什么', en: 'What' },
  batch: { zh: '批次', en: 'Batch' },
  source: { zh: '来源', en: 'Source' },
  synthetic: { zh: '合成', en: 'Made up' },
  course: { zh: '办理过程', en: 'Course' },
  steps: { zh: '每一步', en: 'Every step' },
  missing: { zh: '没有这个编号的公开项目。', en: 'There is no public project with this number.' },
} satisfies Record<string, Message>;
