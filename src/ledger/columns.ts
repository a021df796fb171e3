// The columns of the ledger, once: their headers in workbooks with the synonyms that offices use, what they hold, who may
// change them, and how a list groups by them. The console's table, the editing of cells, bulk changes, import, export and
// the template are all made from this.
// Headers: 「我为群众办实事」项目清单 and 目标任务责任分解表 as districts publish them (常州钟楼 2021, 城厢 2022, 会昌 2023).
import type { Role } from '../identity/roles.ts';
import { doers } from './course.ts';
import type { ProjectRow } from './schema.ts';

/** What a cell of a column holds. Money is in yuan in the database and in 万元 on screens and in workbooks. */
export type CellKind =
  | 'text'
  | 'start'
  | 'deadline'
  | 'whole'
  | 'decimal'
  | 'money'
  | 'choice'
  | 'yes'
  | 'unit'
  | 'units'
  | 'area'
  | 'areas'
  | 'field'
  | 'project'
  | 'state'
  | 'computed';

/** A column of the ledger. */
export interface LedgerColumn {
  name: ColumnName;
  title: string;
  synonyms: readonly string[];
  kind: CellKind;
  /** The longest text that it takes. */
  max?: number;
  /** The words of a choice, the one on the screen first. */
  choices?: Readonly<Record<string, readonly string[]>>;
  /** Who may change it in a project that is on the list; nobody changes what is computed. */
  editors: readonly Role[];
  /** It must not be empty. */
  required?: true;
  /** Residents read it: changing it asks for a new review for secrecy. */
  published?: true;
  /** How wide it is in a workbook, in characters. */
  width: number;
}

/** The columns of a project that people read and write, and two that are computed. */
export type ColumnName =
  | Exclude<
      keyof ProjectRow,
      | 'id'
      | 'town_code'
      | 'synthetic'
      | 'reviewed'
      | 'survey_code'
      | 'merged_into_id'
      | 'extra'
      | 'since_entry'
    >
  | 'progress';

const office = ['coordinator'] as const satisfies readonly Role[];
const unit = ['coordinator', ...doers] as const satisfies readonly Role[];
const nobody: readonly Role[] = [];

/** The words of each choice: what is stored, and what people write for it. */
export const choices = {
  level: {
    province: ['省', '省级', '省定'],
    city: ['市', '市级', '市定', '地市级'],
    district: ['区', '区级', '县级', '区（县）级'],
    town: ['镇', '镇级', '镇街', '镇（街）级', '街道', '乡镇'],
    village: ['村', '村级', '村居', '村（居）级', '社区'],
  },
  source: {
    petition: ['群众征集', '征集', '公开征集'],
    vote: ['代表票决', '票决', '人大票决'],
    plan: ['规划计划', '年度计划', '规划', '计划'],
    request: ['群众诉求', '诉求', '点单', '12345'],
    other: ['其他', '其它'],
  },
  kind: {
    dated: ['有时限', '限时办结', '限时完成', '当年完成'],
    standing: ['长期坚持', '长期', '持续推进', '长期推进'],
  },
  disclosure: {
    public: ['主动公开', '公开', '是'],
    on_request: ['依申请公开', '依申请'],
    withheld: ['不予公开', '不公开', '否', '内部'],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;

/** Every column, in the order of an exported workbook. */
export const ledgerColumns: readonly LedgerColumn[] = [
  column('list_no', '序号', 'whole', office, 6, ['序', '项次']),
  column('number', '编号', 'text', nobody, 14, ['项目编号', '项目代码', '编码'], { max: 40 }),
  column(
    'title',
    '项目名称',
    'text',
    office,
    30,
    ['名称', '项目', '实事项目', '事项', '事项名称', '实事名称', '办实事项目', '具体事项'],
    {
      max: 120,
      required: true,
      published: true,
    },
  ),
  column(
    'field_code',
    '领域',
    'field',
    office,
    12,
    ['类别', '领域类别', '项目类别', '领域（类别）', '所属领域', '分类', '实事类别'],
    {
      required: true,
    },
  ),
  column(
    'content',
    '主要内容',
    'text',
    office,
    40,
    [
      '内容',
      '具体举措',
      '项目内容',
      '工作内容',
      '主要举措',
      '主要内容（具体举措）',
      '工作任务',
      '具体措施',
      '建设内容',
    ],
    {
      max: 4000,
      required: true,
      published: true,
    },
  ),
  column(
    'target',
    '目标成效',
    'text',
    office,
    30,
    ['目标', '工作目标', '目标任务', '预期成效', '预期目标', '年度目标', '完成目标'],
    {
      max: 1000,
      published: true,
    },
  ),
  column('target_value', '量化目标', 'decimal', office, 10, ['目标值', '目标数量', '计划数量']),
  column('target_unit', '计量单位', 'text', office, 10, ['目标单位', '数量单位'], { max: 20 }),
  column('level', '项目层级', 'choice', office, 10, ['层级', '级别', '项目级别'], { choices: choices.level }),
  column(
    'area_code',
    '地区',
    'area',
    office,
    14,
    ['所在地区', '实施地点', '镇村', '镇（街）', '所属镇', '所属镇街', '镇街', '区域', '地点', '实施地区'],
    {
      required: true,
    },
  ),
  column('area_codes', '涉及地区', 'areas', office, 20, ['覆盖地区', '覆盖范围', '涉及镇村', '受益地区']),
  column(
    'lead_leader',
    '牵头领导',
    'text',
    office,
    14,
    ['分管领导', '区政府分管领导', '责任领导', '牵头区领导', '分管区领导', '挂点领导', '区领导'],
    {
      max: 100,
      published: true,
    },
  ),
  column(
    'unit_id',
    '牵头单位',
    'unit',
    office,
    16,
    [
      '责任单位',
      '牵头部门',
      '主办单位',
      '承办单位',
      '实施单位',
      '牵头责任单位',
      '牵头（责任）单位',
      '牵头/责任单位',
      '负责单位',
    ],
    {
      required: true,
    },
  ),
  column('co_unit_codes', '配合单位', 'units', office, 24, [
    '协办单位',
    '配合部门',
    '参与单位',
    '协同单位',
    '配合责任单位',
  ]),
  column('responsible', '责任人', 'text', unit, 10, ['项目责任人', '单位责任人', '负责人', '第一责任人'], {
    max: 100,
  }),
  column('handler', '经办人', 'text', unit, 10, ['联系人', '具体经办人', '联络员', '承办人'], { max: 100 }),
  column('phone', '联系电话', 'text', unit, 14, ['电话', '联系方式', '办公电话', '联系人电话'], { max: 60 }),
  column('proposing_unit_id', '申报单位', 'unit', office, 16, ['提出单位', '提报单位', '报送单位']),
  column('source', '项目来源', 'choice', office, 12, ['来源', '来源渠道'], { choices: choices.source }),
  column('source_note', '来源说明', 'text', office, 20, ['来源备注', '依据', '立项依据'], {
    max: 1000,
    published: true,
  }),
  column(
    'budget',
    '预算（万元）',
    'money',
    office,
    12,
    [
      '预算',
      '预算资金',
      '资金预算',
      '总投资',
      '计划投资',
      '投资额',
      '项目预算',
      '概算',
      '投资',
      '经费',
      '投资（万元）',
      '总投资（万元）',
      '经费（万元）',
      '资金（万元）',
      '投资额（万元）',
      '预算资金（万元）',
      '资金预算（万元）',
    ],
    {
      published: true,
    },
  ),
  column('funds_arrived', '到位资金（万元）', 'money', unit, 12, ['到位资金', '资金到位', '已到位资金'], {
    published: true,
  }),
  column(
    'funds_spent',
    '支出资金（万元）',
    'money',
    unit,
    12,
    ['支出资金', '已支出', '支出', '完成投资', '已支付资金', '资金支出'],
    {
      published: true,
    },
  ),
  column('funds_source', '资金来源', 'text', office, 14, ['经费来源', '资金渠道'], {
    max: 200,
    published: true,
  }),
  column(
    'beneficiaries',
    '受益人数',
    'whole',
    unit,
    10,
    ['惠及人数', '受益群众', '受益群众数', '受益群众（人）', '惠及群众', '受益人次'],
    {
      published: true,
    },
  ),
  column(
    'start',
    '开始时间',
    'start',
    office,
    12,
    ['开始日期', '启动时间', '开工时间', '起始时间', '计划开始时间', '立项时间'],
    {
      required: true,
    },
  ),
  column(
    'deadline',
    '完成时限',
    'deadline',
    office,
    12,
    [
      '完成时间节点',
      '时限',
      '计划完成时间',
      '办结时限',
      '时间节点',
      '完成期限',
      '预计完成时间',
      '拟完成时间',
      '截止时间',
      '要求完成时间',
    ],
    {
      required: true,
    },
  ),
  column('kind', '时限类别', 'choice', office, 10, ['是否长期坚持', '长期坚持', '项目性质'], {
    choices: choices.kind,
  }),
  column('batch', '批次', 'text', nobody, 10, ['项目批次', '所属批次'], { max: 60 }),
  column('document_no', '文号', 'text', nobody, 18, ['印发文号', '发文字号'], { max: 60 }),
  column('parent_id', '上级项目编号', 'project', office, 14, ['所属项目编号', '父项目编号', '主项目编号']),
  column('weight', '子项目权重', 'decimal', office, 10, ['权重']),
  column('disclosure', '公开属性', 'choice', office, 12, ['是否公开', '公开方式', '公开类型'], {
    choices: choices.disclosure,
  }),
  column('secrecy_reviewer', '保密审查人', 'text', nobody, 12, ['保密审查', '审查人', '定密审查人'], {
    max: 100,
  }),
  column('verifying_unit_id', '核验单位', 'unit', office, 14, ['验收单位', '核查单位']),
  column('survey', '满意度测评', 'yes', office, 10, ['是否测评', '群众满意度测评']),
  column('press', '宣传报道', 'text', unit, 24, ['新闻报道', '报道链接', '宣传报道链接'], {
    max: 4000,
    published: true,
  }),
  column('state', '进展', 'state', nobody, 14, [
    '完成情况',
    '状态',
    '项目状态',
    '推进情况',
    '办理状态',
    '项目进展',
    '落实情况',
    '是否完成',
    '完成状态',
  ]),
  column('completed_at', '完成时间', 'computed', nobody, 12, [
    '实际完成时间',
    '办结时间',
    '销号时间',
    '完成日期',
  ]),
  column('progress', '进度', 'computed', nobody, 8, [
    '完成进度',
    '进度%',
    '完成率',
    '完成百分比',
    '形象进度',
    '完成比例',
  ]),
  column('remark', '备注', 'text', unit, 24, ['说明', '其他说明'], { max: 2000 }),
];

const byName = new Map(ledgerColumns.map((one) => [one.name, one]));

/** A column by its name. */
export function getColumn(name: ColumnName): LedgerColumn {
  return byName.get(name)!;
}

/** A column by the name that an address or a form gives; nothing when there is none of that name. */
export function findColumn(name: string): LedgerColumn | undefined {
  return byName.get(name as ColumnName);
}

function column(
  name: ColumnName,
  title: string,
  kind: CellKind,
  editors: readonly Role[],
  width: number,
  synonyms: readonly string[],
  rest: Pick<LedgerColumn, 'max' | 'choices' | 'required' | 'published'> = {},
): LedgerColumn {
  return { name, title, kind, editors, width, synonyms, ...rest };
}
