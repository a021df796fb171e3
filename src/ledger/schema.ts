import { type Static, Type } from 'typebox';

/** The stations of a project's course; the words in the comments are the official ones. */
export const projectStates = [
  'proposed', // 申报
  'returned', // 退回修改
  'screened', // 初审通过
  'consolidated', // 汇总列入
  'merged', // 已合并
  'declined', // 不予列入
  'approved', // 审定
  'registered', // 印发，立项
  'assigned', // 交办
  'accepted', // 签收
  'in_progress', // 在办
  'completion_claimed', // 申请办结
  'verifying', // 核验
  'completed', // 核验通过，销号
  'archived', // 归档
  'terminated', // 终止
] as const;
export type ProjectState = (typeof projectStates)[number];

/** The levels that a project may be of: 省、市、区、镇、村. */
const projectLevels = ['province', 'city', 'district', 'town', 'village'] as const;
/** Where a project comes from: 征集, 票决, 规划计划, 诉求, 其他. */
const projectSources = ['petition', 'vote', 'plan', 'request', 'other'] as const;
/** 公开属性: 主动公开, 依申请公开, 不予公开. */
const disclosures = ['public', 'on_request', 'withheld'] as const;
export type Disclosure = (typeof disclosures)[number];

/** The deadline of a standing project (长期坚持): it has none, and comes after every day. */
export const never = 'infinity';

const text = (maxLength: number) => Type.Optional(Type.Union([Type.String({ maxLength }), Type.Null()]));
const decimal = Type.Optional(
  Type.Union([Type.String({ pattern: '^\\d{1,14}(\\.\\d{1,4})?$' }), Type.Null()]),
);

/** What a project says beyond what it cannot do without; money in yuan, as exact decimals. */
const Details = {
  list_no: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
  ),
  parent_number: text(40),
  weight: decimal,
  kind: Type.Optional(Type.Enum(['dated', 'standing'])),
  lead_leader: text(100),
  co_unit_codes: Type.Optional(Type.Union([Type.Array(Type.String(), { maxItems: 100 }), Type.Null()])),
  responsible: text(100),
  handler: text(100),
  phone: text(60),
  proposing_unit_code: text(100),
  area_codes: Type.Optional(Type.Union([Type.Array(Type.String(), { maxItems: 100 }), Type.Null()])),
  source: Type.Optional(Type.Union([Type.Enum([...projectSources]), Type.Null()])),
  target_value: decimal,
  target_unit: text(20),
  budget: decimal,
  funds_arrived: decimal,
  funds_spent: decimal,
  funds_source: text(200),
  beneficiaries: Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
  ),
  secrecy_reviewer: text(100),
  press: text(4000),
  verifying_unit_code: text(100),
  survey: Type.Optional(Type.Boolean()),
  remark: text(2000),
};

/** A project as it is put on the list (立项) or proposed (申报). A standing one has no deadline: `infinity`. */
export const NewProject = Type.Object({
  number: Type.String({ minLength: 1, maxLength: 40 }),
  title: Type.String({ minLength: 1, maxLength: 120 }),
  content: Type.String({ minLength: 1, maxLength: 4000 }),
  target: Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]),
  field_code: Type.String(),
  unit_code: Type.String(),
  area_code: Type.String(),
  level: Type.Enum([...projectLevels]),
  start: Type.String({ format: 'date' }),
  deadline: Type.Union([Type.String({ format: 'date' }), Type.Literal('infinity')]),
  disclosure: Type.Enum([...disclosures]),
  synthetic: Type.Boolean(),
  source_note: Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]),
  ...Details,
});
export type NewProject = Static<typeof NewProject>;

/** A step of a project's course, as it is asked for. */
export const NewStep = Type.Object({
  number: Type.String(),
  occurred_at: Type.String({ format: 'date-time' }),
  note: Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]),
});
export type NewStep = Static<typeof NewStep>;

/** What a list of projects is asked for; an empty value is none. */
export const ListQuery = Type.Object({
  q: Type.Optional(Type.String({ maxLength: 100 })),
  town: Type.Optional(Type.String({ maxLength: 12 })),
  area: Type.Optional(Type.String({ maxLength: 12 })),
  field: Type.Optional(Type.String({ maxLength: 40 })),
  unit: Type.Optional(Type.String({ maxLength: 40 })),
  state: Type.Optional(Type.Enum(['', ...projectStates])),
  after: Type.Optional(Type.String({ pattern: '^((\\d{4}-\\d{2}-\\d{2}|infinity)_\\d{1,15})?$' })),
});

/** A project as lists of the API give it. */
export const ListedProjectBody = Type.Object({
  id: Type.Integer(),
  number: Type.String(),
  title: Type.String(),
  field_code: Type.String(),
  unit_id: Type.Integer(),
  area_code: Type.String(),
  town_code: Type.String(),
  deadline: Type.String({
    description: '完成时限；长期坚持的为 infinity · A standing project has infinity.',
  }),
  state: Type.Unsafe<(typeof projectStates)[number]>({ type: 'string', enum: [...projectStates] }),
  // One type for the serializer: a union is checked for every row.
  completed_at: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  synthetic: Type.Boolean(),
});

/** What a list of the API is asked for. */
export const ApiListQuery = Type.Object({
  town: Type.Optional(
    Type.String({ maxLength: 12, description: '区划代码 · Code of a town or the district.' }),
  ),
  field: Type.Optional(Type.String({ maxLength: 40, description: '领域 · Code of a field.' })),
  state: Type.Optional(Type.Enum([...projectStates])),
  q: Type.Optional(
    Type.String({ maxLength: 100, description: '名称或编号的一部分 · Part of a title or number.' }),
  ),
  after: Type.Optional(
    Type.String({
      pattern: '^(\\d{4}-\\d{2}-\\d{2}|infinity)_\\d{1,15}$',
      description: '上一页的 next · The last page’s next.',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 20 })),
});

/** A step as a form of the console sends it; an empty moment is now. */
export const StepForm = Type.Object({
  to: Type.Enum([...projectStates]),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
  occurred_at: Type.Optional(Type.String({ maxLength: 40 })),
  key: Type.String({ minLength: 8, maxLength: 100 }),
});

/** A project as stored. Numerics are exact decimals as text; money is in yuan. */
export interface ProjectRow {
  id: number;
  number: string;
  title: string;
  content: string;
  target: string | null;
  field_code: string;
  unit_id: number;
  area_code: string;
  town_code: string;
  level: (typeof projectLevels)[number];
  batch: string | null;
  document_no: string | null;
  start: string;
  deadline: string;
  state: ProjectState;
  completed_at: Date | null;
  disclosure: Disclosure;
  synthetic: boolean;
  source_note: string | null;
  list_no: number | null;
  parent_id: number | null;
  weight: string | null;
  kind: 'dated' | 'standing' | null;
  lead_leader: string | null;
  co_unit_codes: string[] | null;
  responsible: string | null;
  handler: string | null;
  phone: string | null;
  proposing_unit_id: number | null;
  area_codes: string[] | null;
  source: (typeof projectSources)[number] | null;
  target_value: string | null;
  target_unit: string | null;
  budget: string | null;
  funds_arrived: string | null;
  funds_spent: string | null;
  funds_source: string | null;
  beneficiaries: number | null;
  /** Who reviewed it for secrecy (保密审查人); staff alone see the name. */
  secrecy_reviewer: string | null;
  reviewed: true | null;
  press: string | null;
  verifying_unit_id: number | null;
  survey: boolean | null;
  survey_code: string | null;
  remark: string | null;
  merged_into_id: number | null;
  /** Columns of the district's own ledger that the product has no word for, by their headers. */
  extra: Record<string, string> | null;
  since_entry: number;
}

/** A step as stored. */
export interface StepRow {
  id: number;
  project_id: number;
  from_state: ProjectState | null;
  to_state: ProjectState;
  occurred_at: Date;
  account_id: number | null;
  unit_id: number | null;
  note: string | null;
}

/** A request for a later deadline (延期) and what was decided. */
export interface Extension {
  id: number;
  project_id: number;
  former_deadline: string;
  deadline: string;
  reason: string;
  asked_at: Date;
  account_id: number | null;
  unit_id: number | null;
  decision: 'granted' | 'refused' | null;
  decided_at: Date | null;
  decided_by: number | null;
  decision_note: string | null;
}
