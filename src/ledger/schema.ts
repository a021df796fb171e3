import { type Static, Type } from 'typebox';

/** The stations of a project's course; the words in the comments are the official ones. */
export const projectStates = [
  'registered', // 立项
  'in_progress', // 在办
  'completion_claimed', // 申请办结
  'completed', // 核验通过，销号
  'terminated', // 终止
] as const;
export type ProjectState = (typeof projectStates)[number];

/** A project as it is put on the list (立项). */
export const NewProject = Type.Object({
  number: Type.String({ minLength: 1, maxLength: 40 }),
  title: Type.String({ minLength: 1, maxLength: 120 }),
  content: Type.String({ minLength: 1, maxLength: 4000 }),
  target: Type.Union([Type.String({ maxLength: 1000 }), Type.Null()]),
  field_code: Type.String(),
  unit_code: Type.String(),
  area_code: Type.String(),
  level: Type.Union([Type.Literal('district'), Type.Literal('town'), Type.Literal('village')]),
  start: Type.String({ format: 'date' }),
  deadline: Type.String({ format: 'date' }),
  disclosure: Type.Union([Type.Literal('public'), Type.Literal('on_request'), Type.Literal('withheld')]),
  synthetic: Type.Boolean(),
  source_note: Type.Union([Type.String(), Type.Null()]),
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
  field: Type.Optional(Type.String({ maxLength: 40 })),
  state: Type.Optional(Type.Enum(['', ...projectStates])),
  after: Type.Optional(Type.String({ pattern: '^(\\d{4}-\\d{2}-\\d{2}_\\d{1,15})?$' })),
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
  deadline: Type.String(),
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
      pattern: '^\\d{4}-\\d{2}-\\d{2}_\\d{1,15}$',
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

/** A project as stored, with the names of its unit. */
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
  level: string;
  batch: string;
  document_no: string;
  start: string;
  deadline: string;
  state: ProjectState;
  completed_at: Date | null;
  disclosure: string;
  synthetic: boolean;
  source_note: string | null;
  since_entry: number;
  [column: string]: unknown;
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
  [column: string]: unknown;
}
