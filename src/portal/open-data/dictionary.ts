// The data dictionary: every column of every file of the open data, once. Files, their descriptions and the test of both
// are made from it.
import { kindCodes, kindOf } from '../../bulletins/rules.ts';
import type { Message } from '../../kit/i18n.ts';
import { doneStates, openStates } from '../../ledger/course.ts';
import { stateWords } from '../../ledger/words.ts';

/** What a column holds, by the names of XML Schema, which a catalogue of data may refer to. */
export type ColumnType = 'string' | 'integer' | 'decimal' | 'date' | 'dateTime' | 'boolean' | 'anyURI';

/** A column of a file. */
export interface OpenColumn {
  name: string;
  /** What people call it. */
  label: Message;
  meaning: string;
  type: ColumnType;
  unit?: string;
  /** What may stand in it, where that is a short list. */
  codes?: Readonly<Record<string, string>>;
  /** The data set whose `code` or `number` stands in it. */
  refers_to?: DatasetId;
}

/** The data sets, in their order. */
export const datasetIds = [
  'projects',
  'items',
  'figures',
  'series',
  'releases',
  'records',
  'bulletins',
  'areas',
  'units',
  'fields',
] as const;
export type DatasetId = (typeof datasetIds)[number];

/** A data set: what it is called, what it holds, and its columns in the order of its files. */
export interface Dataset {
  title: Message;
  description: Message;
  columns: readonly OpenColumn[];
}

type Extra = Partial<Pick<OpenColumn, 'unit' | 'codes' | 'refers_to'>>;

function column(
  name: string,
  zh: string,
  en: string,
  type: ColumnType,
  meaning: string,
  extra: Extra = {},
): OpenColumn {
  return { name, label: { zh, en }, type, meaning, ...extra };
}

const publicStates = ['registered', ...openStates, ...doneStates, 'terminated'] as const;
const projectStates = Object.fromEntries(publicStates.map((state) => [state, stateWords[state].zh]));
const itemStates = {
  planned: '未开始',
  in_progress: '在办',
  claimed: '已报完成待核验',
  verified: '已核验',
};
const areaLevels = { district: '区', town: '镇', village: '村（居）' };
const stages = { kindergarten: '幼儿园', primary: '小学', junior: '初中' };
const dimensionNames = {
  area: '地区',
  field: '领域',
  unit: '单位',
  stage: '学段',
  dose: '针次',
  level: '能力等级',
  day: '日期',
};
const bulletinKinds = Object.fromEntries(kindCodes.map((kind) => [kind, kindOf(kind).zh]));
const kinds = { count: '计数', flow: '累计量', stock: '存量', ratio: '比率', derived: '由其他指标算出' };

const unit_code = column('unit_code', '牵头单位', 'Unit in charge', 'string', '牵头单位的代码', {
  refers_to: 'units',
});
const area_code = column('area_code', '地区', 'Area', 'string', '区划代码（6、9 或 12 位）', {
  refers_to: 'areas',
});
const cutoff = column('cutoff', '截至', 'Cut-off', 'dateTime', '截止时点，此刻之前的计入', {});
const known_entry = column(
  'known_entry',
  '数据版本',
  'Data version',
  'integer',
  '按哪一条操作记录时的数据算出；同一版本重算结果不变',
);
const synthetic = column('synthetic', '演示', 'Made up', 'boolean', '为演示而合成的，不是真实的');
const yuan = { unit: '元' };

/** Every data set. */
export const datasets: Readonly<Record<DatasetId, Dataset>> = {
  projects: {
    title: { zh: '实事项目', en: 'Projects' },
    description: {
      zh: '公开的实事项目：谁负责、做什么、什么时候完成、到哪一步，以最新一期公报发布时为准。',
      en: 'Public projects: who is responsible, what is to be done, by when, and where it stands as of the newest bulletin.',
    },
    columns: [
      column('number', '编号', 'Number', 'string', '项目编号，长期不变'),
      column('title', '名称', 'Title', 'string', '项目名称'),
      column('content', '内容', 'Content', 'string', '做什么'),
      column('target', '目标', 'Target', 'string', '做到什么程度'),
      column('target_value', '目标值', 'Target value', 'decimal', '目标的数值，单位见 target_unit'),
      column('target_unit', '目标单位', 'Target unit', 'string', '目标值的计量单位'),
      column('field_code', '领域', 'Field', 'string', '领域的代码', { refers_to: 'fields' }),
      unit_code,
      column('co_unit_codes', '配合单位', 'Supporting units', 'string', '配合单位的代码，用分号隔开', {
        refers_to: 'units',
      }),
      area_code,
      column('area_codes', '涉及地区', 'Areas concerned', 'string', '涉及的其他地区的代码，用分号隔开', {
        refers_to: 'areas',
      }),
      column('level', '层级', 'Level', 'string', '哪一级的项目', {
        codes: { province: '省', city: '市', district: '区', town: '镇', village: '村（居）' },
      }),
      column('kind', '类型', 'Kind', 'string', '有时限的，或长期坚持的；空白为有时限', {
        codes: { dated: '有时限', standing: '长期坚持' },
      }),
      column('source', '来源', 'Source', 'string', '项目从哪里来', {
        codes: {
          petition: '群众征集',
          vote: '代表票决',
          plan: '规划计划',
          request: '群众诉求',
          other: '其他',
        },
      }),
      column('batch', '批次', 'Batch', 'string', '印发的批次'),
      column('document_no', '文号', 'Document', 'string', '印发清单的文号'),
      column('list_no', '序号', 'Position on the list', 'integer', '在清单上的序号'),
      column('parent_number', '上级项目', 'Part of', 'string', '所属项目的编号；空白为独立项目', {
        refers_to: 'projects',
      }),
      column('weight', '权重', 'Weight', 'decimal', '在上级项目中的权重'),
      column('start', '开始', 'Start', 'date', '开始日期'),
      column('deadline', '完成时限', 'Deadline', 'date', '应完成的日期；长期坚持的为空白'),
      column('state', '进展', 'State', 'string', '到哪一步', { codes: projectStates }),
      column('completed_at', '完成时间', 'Completed at', 'dateTime', '核验通过的时间'),
      column('lead_leader', '挂点领导', 'Leader in charge', 'string', '挂点的区领导'),
      column('beneficiaries', '受益人数', 'Beneficiaries', 'integer', '预计受益的人数', { unit: '人' }),
      column('budget', '预算', 'Budget', 'decimal', '预算资金', yuan),
      column('funds_arrived', '到位资金', 'Funds arrived', 'decimal', '已到位的资金', yuan),
      column('funds_spent', '支出资金', 'Funds spent', 'decimal', '已支出的资金', yuan),
      column('funds_source', '资金来源', 'Source of funds', 'string', '资金从哪里来'),
      synthetic,
      column('url', '页面', 'Page', 'anyURI', '项目页面的地址'),
    ],
  },
  items: {
    title: { zh: '执行清单', en: 'Checklist items' },
    description: {
      zh: '公开项目的执行清单。项目进度是其中已核验各项的权重之和除以全部权重。',
      en: 'What each public project is made of. Progress is the weight of the verified items over that of all.',
    },
    columns: [
      column('project_number', '项目编号', 'Project', 'string', '所属项目的编号', { refers_to: 'projects' }),
      column('position', '序号', 'Position', 'integer', '在清单中的序号'),
      column('title', '事项', 'Title', 'string', '要做的事'),
      column('weight', '权重', 'Weight', 'decimal', '计算进度时的权重'),
      column('unit_code', '负责单位', 'Unit', 'string', '负责单位的代码', { refers_to: 'units' }),
      column('planned_start', '计划开始', 'Planned start', 'date', '计划开始日期'),
      column('planned_end', '计划完成', 'Planned end', 'date', '计划完成日期'),
      column('actual_start', '实际开始', 'Actual start', 'date', '实际开始日期'),
      column('actual_end', '实际完成', 'Actual end', 'date', '实际完成日期'),
      column('state', '状态', 'State', 'string', '到哪一步', { codes: itemStates }),
    ],
  },
  figures: {
    title: { zh: '指标', en: 'Figures' },
    description: {
      zh: '每个指标的统计口径和最新发布的数值。',
      en: 'The definition of every figure with its newest released value.',
    },
    columns: [
      column('code', '代码', 'Code', 'string', '指标的代码，长期不变'),
      column('version', '口径版本', 'Version', 'integer', '统计口径的版本'),
      column('title', '名称', 'Title', 'string', '指标名称'),
      column('explanation', '统计口径', 'Definition', 'string', '数的是什么'),
      column('unit', '单位', 'Unit', 'string', '计量单位'),
      column('kind', '种类', 'Kind', 'string', '怎样合计', { codes: kinds }),
      column('decimals', '小数位', 'Decimals', 'integer', '显示的小数位数，四舍五入'),
      column('dimensions', '可分组', 'Dimensions', 'string', '可按什么分组，用分号隔开', {
        codes: dimensionNames,
      }),
      column('value', '数值', 'Value', 'decimal', '最新发布的数值；没有发布或没有数值的为空白'),
      cutoff,
      known_entry,
      column('definition_hash', '口径校验码', 'Definition digest', 'string', '统计口径全文的 SHA-256'),
      column('url', '页面', 'Page', 'anyURI', '指标页面的地址'),
    ],
  },
  series: {
    title: { zh: '指标逐月数值', en: 'Figures by month' },
    description: {
      zh: '已发布的指标在最近各月末和最新截止时点的数值，按同一数据版本计算。',
      en: 'Released figures at the ends of the last months and at the newest cut-off, by one data version.',
    },
    columns: [
      column('code', '代码', 'Code', 'string', '指标的代码', { refers_to: 'figures' }),
      cutoff,
      column('value', '数值', 'Value', 'decimal', '截至该时点的数值；没有数值的为空白'),
      column('unit', '单位', 'Unit', 'string', '计量单位'),
      known_entry,
    ],
  },
  releases: {
    title: { zh: '发布版本', en: 'Releases' },
    description: {
      zh: '每一次发布的每一个数字，连同可以重新核算的依据。发布后不改；更正的另有新版本并写明理由。',
      en: 'Every number of every publication with what it takes to recompute it. Never edited; a correction is a release of its own with its reason.',
    },
    columns: [
      column('id', '编号', 'Id', 'integer', '发布版本的编号'),
      column('code', '指标', 'Figure', 'string', '指标的代码', { refers_to: 'figures' }),
      column('version', '口径版本', 'Version', 'integer', '统计口径的版本'),
      column('definition_hash', '口径校验码', 'Definition digest', 'string', '统计口径全文的 SHA-256'),
      cutoff,
      known_entry,
      area_code,
      column('dimension', '分组', 'Dimension', 'string', '按什么分组；空白为合计', { codes: dimensionNames }),
      column('key', '分组值', 'Key', 'string', '哪一组的代码；空白为合计'),
      column('value', '数值', 'Value', 'decimal', '未取整的数值；没有数值的为空白'),
      column('numerator', '分子', 'Numerator', 'decimal', '比率的分子'),
      column('denominator', '分母', 'Denominator', 'decimal', '比率的分母'),
      column('inputs', '记录数', 'Records', 'integer', '由多少条记录算出', { unit: '条' }),
      column('digest', '校验码', 'Digest', 'string', '所依据记录的 SHA-256'),
      column('supersedes_id', '替代', 'Supersedes', 'integer', '所替代的发布版本', { refers_to: 'releases' }),
      column('reason', '理由', 'Reason', 'string', '修订或更正的理由'),
      column('withheld', '不公布', 'Withheld', 'boolean', '人数很少，数值不公布；空白为不涉及个人的指标'),
      column('url', '页面', 'Page', 'anyURI', '发布版本页面的地址'),
    ],
  },
  records: {
    title: { zh: '填报数值', en: 'Reported values' },
    description: {
      zh: '已发布的填报类指标背后的每一个填报数值：哪一天、哪里、多少。由此可以自行重算。',
      en: 'Each reported value behind the released figures: which day, where, how much. Anybody can add them up.',
    },
    columns: [
      column('code', '指标', 'Figure', 'string', '指标的代码', { refers_to: 'figures' }),
      column('record', '记录', 'Record', 'string', '记录的名称，长期不变'),
      column('day', '日期', 'Day', 'date', '计入哪一天'),
      area_code,
      column('unit_code', '填报单位', 'Reporting unit', 'string', '填报单位的代码', { refers_to: 'units' }),
      column('field_code', '领域', 'Field', 'string', '领域的代码', { refers_to: 'fields' }),
      column('stage', '学段', 'Stage', 'string', '学段', { codes: stages }),
      column('dose', '针次', 'Dose', 'string', '第几针'),
      column('amount', '数值', 'Amount', 'decimal', '填报的数值'),
      column('unit', '单位', 'Unit', 'string', '计量单位'),
    ],
  },
  bulletins: {
    title: { zh: '公报', en: 'Bulletins' },
    description: { zh: '已发布的公报。', en: 'The bulletins that were published.' },
    columns: [
      column('number', '编号', 'Number', 'string', '公报的编号'),
      column('kind', '种类', 'Kind', 'string', '什么样的公报', { codes: bulletinKinds }),
      column('title', '标题', 'Title', 'string', '公报的标题'),
      cutoff,
      column('published_at', '发布时间', 'Published at', 'dateTime', '发布的时间'),
      known_entry,
      column('figures', '数字个数', 'Numbers', 'integer', '文中引用的指标数值个数', { unit: '个' }),
      column('supersedes_number', '更正', 'Corrects', 'string', '它更正的公报的编号', {
        refers_to: 'bulletins',
      }),
      column('withdrawn_at', '撤稿时间', 'Withdrawn at', 'dateTime', '撤稿的时间；空白为没有撤稿'),
      column('withdrawal_reason', '撤稿理由', 'Reason', 'string', '为什么撤稿'),
      synthetic,
      column('url', '页面', 'Page', 'anyURI', '公报页面的地址；加 .json 为机器可读版本'),
    ],
  },
  areas: {
    title: { zh: '地区', en: 'Areas' },
    description: {
      zh: '区、镇、村（居）及其代码。',
      en: 'The district, its towns and villages with their codes.',
    },
    columns: [
      column('code', '区划代码', 'Code', 'string', '6 位为区，9 位为镇，12 位为村（居）'),
      column('name', '名称', 'Name', 'string', '地区名称'),
      column('name_en', '英文名称', 'English name', 'string', '英文名称'),
      column('level', '层级', 'Level', 'string', '哪一级', { codes: areaLevels }),
      column('parent_code', '上级', 'Parent', 'string', '上级地区的代码', { refers_to: 'areas' }),
      column('valid_from', '起始', 'Valid from', 'date', '从哪一天起'),
      column('valid_until', '截止', 'Valid until', 'date', '到哪一天为止（不含当天）；空白为至今'),
    ],
  },
  units: {
    title: { zh: '单位', en: 'Units' },
    description: { zh: '负责项目和填报的单位。', en: 'The bodies that are responsible and report.' },
    columns: [
      column('code', '代码', 'Code', 'string', '单位的代码'),
      column('name', '名称', 'Name', 'string', '单位全称'),
      column('short_name', '简称', 'Short name', 'string', '单位简称'),
      column('kind', '类别', 'Kind', 'string', '什么样的单位', {
        codes: {
          department: '部门',
          town: '镇',
          village: '村（居）',
          party: '党组织',
          team: '队伍',
          social_organisation: '社会组织',
          enterprise: '企业',
        },
      }),
      column('level', '层级', 'Level', 'string', '哪一级', { codes: areaLevels }),
      area_code,
      column('parent_code', '上级', 'Parent', 'string', '上级单位的代码', { refers_to: 'units' }),
    ],
  },
  fields: {
    title: { zh: '领域', en: 'Fields' },
    description: { zh: '项目所属的领域。', en: 'The fields that projects belong to.' },
    columns: [
      column('code', '代码', 'Code', 'string', '领域的代码'),
      column('title', '名称', 'Title', 'string', '领域名称'),
      column('title_en', '英文名称', 'English title', 'string', '英文名称'),
    ],
  },
};
