import type { Message } from '../kit/i18n.ts';

/** The words of the residents' shell. */
export const words = {
  site: { zh: '实事', en: 'Shishi' },
  home: { zh: '首页', en: 'Home' },
  projects: { zh: '项目', en: 'Projects' },
  figures: { zh: '指标', en: 'Figures' },
  bulletins: { zh: '公报', en: 'Bulletins' },
  skip: { zh: '跳到正文', en: 'Skip to content' },
  navigation: { zh: '主导航', en: 'Main' },
  elder_on: { zh: '长辈版', en: 'Larger text' },
  elder_off: { zh: '标准版', en: 'Standard text' },
  here: { zh: '当前位置', en: 'You are here' },
  search: { zh: '搜索', en: 'Search' },
  demonstration: {
    zh: '演示数据：除注明来自报道的内容外均为合成，不是真实项目。',
    en: 'Demonstration: everything is made up unless it is marked as coming from the press report.',
  },
} satisfies Record<string, Message>;

/** The words of what helps reading. */
export const aidWords = {
  aids: { zh: '阅读辅助', en: 'Reading aids' },
  large: { zh: '大字', en: 'Large text' },
  contrast: { zh: '高对比', en: 'High contrast' },
  pointer: { zh: '特大鼠标', en: 'Large pointer' },
  more: { zh: '无障碍说明', en: 'About accessibility' },
  read: { zh: '读给我听', en: 'Read to me' },
  stop: { zh: '停止朗读', en: 'Stop reading' },
  slower: { zh: '读慢一点', en: 'Slower' },
} satisfies Record<string, Message>;

/** The words of the foot. */
export const footWords = {
  cite: {
    zh: '页面上每个数字都可点击，查看统计口径、截止时点、记录，并重新核算。',
    en: 'Every number on these pages is a link to its definition, cut-off, records and a recomputation.',
  },
  more: { zh: '页脚', en: 'More' },
  open_data: { zh: '开放数据', en: 'Open data' },
  api: { zh: '数据接口', en: 'API' },
  site_map: { zh: '网站地图', en: 'Site map' },
  accessibility: { zh: '无障碍声明', en: 'Accessibility' },
  privacy: { zh: '隐私说明', en: 'Privacy' },
  sign_in: { zh: '工作人员登录', en: 'Staff sign-in' },
  source: { zh: '来源', en: 'Source' },
  demonstration: { zh: '演示数据', en: 'Demonstration' },
  full: { zh: '打开完整页面', en: 'Open in full' },
} satisfies Record<string, Message>;

/** The sentence of an error page for what went wrong, with what to do. */
export const errors = {
  404: { zh: '没有找到这个页面', en: 'This page was not found' },
  403: { zh: '这里需要工作人员账号', en: 'This needs a staff account' },
  500: { zh: '系统出了错，没有改动任何内容', en: 'Something failed; nothing was changed' },
  other: { zh: '没有办成', en: 'That did not work' },
  back: { zh: '返回首页', en: 'Back to the home page' },
  back_to_console: { zh: '返回工作台', en: 'Back to the console' },
  back_to_field: { zh: '返回现场', en: 'Back to the field pages' },
} satisfies Record<string | number, Message>;

/** The words of the home page. */
export const homeWords = {
  title: { zh: '办到哪一步了', en: 'How far we are' },
  programme: { zh: '我为群众办实事：', en: 'Practical things for the people: ' },
  heading: { zh: '办到哪一步了', en: 'how far we are' },
  lead: {
    zh: '每一件实事由谁负责、什么时候完成、现在怎样，都在这里。',
    en: 'Who is responsible for each promise, when it is due, and where it stands.',
  },
  nothing: {
    zh: '本区还没有发布进展。发布后，数字会出现在这里。',
    en: 'Nothing has been published yet. Figures will appear here once they are.',
  },
  wishes: { zh: '微心愿', en: 'Small wishes' },
  ask: { zh: '我要提需求', en: 'Ask for something' },
  as_of: { zh: '截至', en: 'as of' },
  promised: { zh: '要办的实事', en: 'Promised' },
  done: { zh: '已经办成', en: 'Completed' },
  rate: { zh: '完成率', en: 'Completion rate' },
  all: { zh: '查看全部项目', en: 'See all projects' },
  none_late: { zh: '个到期没有完成。', en: 'are past their deadline.' },
  late_rest: {
    zh: '数字里还有没列出的：可能是更多的项目，或不公开名称的项目。',
    en: 'The number also counts projects that are not listed here or not public by name.',
  },
  by_field: { zh: '分领域', en: 'By field' },
  by_town: { zh: '分镇', en: 'By town' },
  by_village: { zh: '各村（居）办了多少', en: 'How much was done in each village' },
  villages: { zh: '看村（居）', en: 'Villages' },
  newest: { zh: '最新', en: 'Newest' },
  figures: { zh: '数据', en: 'Figures' },
  all_figures: { zh: '全部指标', en: 'All figures' },
  open_data: { zh: '开放数据下载', en: 'Open data' },
} satisfies Record<string, Message>;

/** The words of the API's reference page. */
export const referenceWords = {
  title: { zh: '开放数据接口', en: 'Open data API' },
  lead: {
    zh: '公众页面上的数据都可以由程序读取，无需注册。',
    en: 'What the public pages show can be read by programs, without registration.',
  },
  problems: {
    zh: '出错时返回 application/problem+json（RFC 9457），title 是固定的代码。',
    en: 'Errors are application/problem+json (RFC 9457); the title is a stable code.',
  },
  paging: {
    zh: '列表按页返回：把 next 作为 after 再请求一次，直到它为 null。',
    en: 'Lists come in pages: send next as after until it is null.',
  },
  open: { zh: '公开', en: 'Public' },
  staff: { zh: '工作人员', en: 'Staff' },
  staff_lead: {
    zh: '须先登录，权限与工作台相同。写入须带 Idempotency-Key 头：同一编号重复提交只办一次。',
    en: 'Needs a staff session, with the same rights as the console. Writes take an Idempotency-Key header: the same key does it once.',
  },
  takes: { zh: '参数', en: 'Takes' },
  gives: { zh: '返回', en: 'Gives' },
  name: { zh: '名称', en: 'Name' },
  where: { zh: '位置', en: 'In' },
  required: { zh: '必填', en: 'Required' },
  values: { zh: '取值', en: 'Values' },
  yes: { zh: '是', en: 'yes' },
  no: { zh: '否', en: 'no' },
} satisfies Record<string, Message>;
