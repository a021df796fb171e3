import type { Message } from '../kit/i18n.ts';

/** The forms that units report by. */
export const formCodes = [
  'schools.new_places',
  'vaccination.doses',
  'population.residents',
  'elders.beds',
  'elders.assessed',
  'ledger.completed_reported',
] as const;
export type FormCode = (typeof formCodes)[number];

/** What a form asks for, as columns of its CSV file. */
export interface Form {
  title: Message;
  /** The column that says when it happened. */
  day: string;
  /** The column with the value: a whole number, 0 or more. */
  value: string;
  /** Columns that together name a cell; a second report of a cell corrects the first. */
  key: readonly string[];
  /** The columns that are dimensions, with the values that they may take. */
  dimensions: { stage?: readonly string[]; dose?: readonly string[]; level?: readonly string[] };
}

/** Every form. What the system knows already is not asked for. */
export const forms: Record<FormCode, Form> = {
  'schools.new_places': {
    title: { zh: '新增学位', en: 'New school places' },
    day: 'opened_on',
    value: 'places',
    key: ['school', 'stage'],
    dimensions: { stage: ['kindergarten', 'primary', 'junior'] },
  },
  'vaccination.doses': {
    title: { zh: '疫苗接种针次', en: 'Vaccine doses' },
    day: 'day',
    value: 'doses',
    key: ['day', 'area_code', 'dose'],
    dimensions: { dose: ['1', '2', '3'] },
  },
  'population.residents': {
    title: { zh: '常住人口', en: 'Residents' },
    day: 'day',
    value: 'residents',
    key: ['day', 'area_code'],
    dimensions: {},
  },
  'elders.beds': {
    title: { zh: '养老床位', en: 'Beds for the elderly' },
    day: 'day',
    value: 'beds',
    key: ['day', 'area_code'],
    dimensions: {},
  },
  'elders.assessed': {
    title: { zh: '老年人能力评估', en: 'Assessments of the elderly' },
    day: 'day',
    value: 'persons',
    key: ['day', 'area_code', 'level'],
    dimensions: { level: ['0', '1', '2', '3', '4'] },
  },
  'ledger.completed_reported': {
    title: { zh: '报送的完成项目数', en: 'Projects reported as completed' },
    day: 'day',
    value: 'projects',
    key: ['day', 'area_code'],
    dimensions: {},
  },
};

/** The columns of a form's CSV file, in the order in which people expect them. */
export function columnsOf(code: FormCode): string[] {
  const { day, value, key, dimensions } = forms[code];
  return [...new Set([...key, 'area_code', day, ...Object.keys(dimensions), value, 'note'])];
}

/** What goes into each column, for those who fill it in. */
export const columnWords: Readonly<Record<string, string>> = {
  school: '学校名称',
  stage: '学段：kindergarten 幼儿园、primary 小学、junior 初中',
  opened_on: '启用日期，如 2021-09-01',
  places: '学位数',
  day: '日期，如 2021-09-01',
  area_code: '区划代码',
  dose: '第几针：1、2、3',
  doses: '针次数',
  residents: '常住人口数，当日在册',
  beds: '养老床位数，当日可用',
  persons: '本期完成评估的人数',
  projects: '本地区已完成的项目数',
  level: '能力等级：0 完好、1 轻度、2 中度、3 重度、4 完全失能',
  note: '备注，可不填',
};
