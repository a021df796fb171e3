import type { Message } from '../kit/i18n.ts';

/** The words of the staff shell. */
export const words = {
  console: { zh: '工作台', en: 'Console' },
  field: { zh: '现场', en: 'In the field' },
  navigation: { zh: '工作台导航', en: 'Console' },
  my_work: { zh: '我的工作', en: 'My work' },
  ledger: { zh: '项目台账', en: 'Ledger' },
  proposals: { zh: '申报和梳理', en: 'Proposals' },
  timetable: { zh: '时间表', en: 'Timetable' },
  reports: { zh: '数据填报', en: 'Reporting' },
  bulletins: { zh: '公报发布', en: 'Bulletins' },
  accounts: { zh: '账号', en: 'Accounts' },
  security_log: { zh: '安全日志', en: 'Security log' },
  journal: { zh: '操作记录', en: 'Journal' },
  account: { zh: '我的账号', en: 'My account' },
  sign_out: { zh: '退出', en: 'Sign out' },
  public_site: { zh: '公众页面', en: 'Public site' },
  to_verify: { zh: '待核验', en: 'To verify' },
  to_decide: { zh: '待审核的申报', en: 'Proposals to decide on' },
  overdue: { zh: '已逾期', en: 'Past the deadline' },
  due_soon: { zh: '三十天内到期', en: 'Due within thirty days' },
  to_start: { zh: '待启动', en: 'To be started' },
  all_overdue: { zh: '职责范围内全部已逾期的项目', en: 'All projects in reach that are overdue' },
  to_review: { zh: '待保密审查的项目', en: 'To be reviewed for secrecy' },
  nothing: { zh: '现在没有需要您处理的事。', en: 'Nothing needs you at the moment.' },
  see_all: { zh: '在台账中查看全部', en: 'See all in the ledger' },
  parts: { zh: '组件', en: 'Parts' },
  for_office: {
    zh: '您的角色没有待办清单，请从左侧进入。',
    en: 'Your role has no list of things to do; use the navigation.',
  },
} satisfies Record<string, Message>;
