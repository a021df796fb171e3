import { type Static, Type } from 'typebox';

/** What somebody wants: 咨询, 求助, 投诉, 建议, 心愿. */
export const kinds = ['question', 'help', 'complaint', 'suggestion', 'wish'] as const;
export type Kind = (typeof kinds)[number];

/** How soon it must be looked at: 一般, 复杂, 紧急, 突发. */
export const urgencies = ['usual', 'complex', 'urgent', 'emergency'] as const;
export type Urgency = (typeof urgencies)[number];

/** How it came: the portal, a call, a visit to the desk, the hotline 12345. */
const channels = ['portal', 'call', 'visit', 'hotline'] as const;
export type Channel = (typeof channels)[number];

/** Whether it was solved: 已解决, 部分解决, 未解决. */
export const solvedGrades = ['yes', 'partly', 'no'] as const;
export type Solved = (typeof solvedGrades)[number];

/** How satisfied the person is: 满意, 基本满意, 不满意. */
export const satisfactions = ['satisfied', 'fair', 'unsatisfied'] as const;
export type Satisfaction = (typeof satisfactions)[number];

/** Where a request is: `rules.ts` says what leads where. */
export const requestStates = [
  'to_dispatch',
  'dispatched',
  'need_info',
  'accepted',
  'answered',
  'redo',
  'closed',
  'rejected',
  'merged',
  'cancelled',
] as const;
export type RequestState = (typeof requestStates)[number];

/** What can be done with a request. */
export const actionNames = [
  'sign',
  'answer',
  'ask',
  'supply',
  'resume',
  'note',
  'hand_up',
  'decline',
  'dispatch',
  'reassign',
  'extend',
  'merge',
  'part',
  'reject',
  'restore',
  'rate',
  'reopen',
  'appeal',
  'lapse',
  'explain',
  'cancel',
] as const;
export type ActionName = (typeof actionNames)[number];

/** A request as stored. */
export interface RequestRow {
  id: number;
  number: string;
  kind: Kind;
  urgency: Urgency;
  field_code: string | null;
  area_code: string;
  town_code: string;
  /** Nothing where the words are confidential: then they are sealed. */
  content: string | null;
  content_sealed: string | null;
  place: string | null;
  latitude: string | null;
  longitude: string | null;
  confidential: boolean;
  channel: Channel;
  person_id: number | null;
  state: RequestState;
  /** Whose turn it is; of an ended request, who had it last. */
  unit_id: number;
  handler_account_id: number | null;
  submitted_at: Date;
  /** When the present state must have been left; nothing where no clock runs. */
  due_at: Date | null;
  /** When the person was promised an answer. */
  answer_by: Date | null;
  paused_at: Date | null;
  answered_at: Date | null;
  closed_at: Date | null;
  declined: number;
  extended: boolean;
  redone: number;
  solved: Solved | null;
  satisfaction: Satisfaction | null;
  merged_into_id: number | null;
  project_id: number | null;
  synthetic: boolean;
}

/** A step as stored. */
export interface StepRow {
  id: number;
  request_id: number;
  action: ActionName | 'submit' | 'join';
  from_state: RequestState | null;
  to_state: RequestState;
  occurred_at: Date;
  account_id: number | null;
  unit_id: number | null;
  to_unit_id: number | null;
  /** For the person. */
  words: string | null;
  /** For staff. */
  note: string | null;
  solved: Solved | null;
  satisfaction: Satisfaction | null;
}

/** Whoever asked, helped to ask, or joined. */
export interface PartyRow {
  id: number;
  request_id: number;
  person_id: number | null;
  part: 'asker' | 'helper' | 'joined';
  joined_at: Date;
}

const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const Key = Type.String({ minLength: 8, maxLength: 100 });

/** The form by which somebody asks. */
export const SubmissionForm = Type.Object({
  key: Key,
  kind: Type.Enum(kinds),
  content: Type.String({ minLength: 1, maxLength: 2000 }),
  area_code: Type.String({ pattern: '^\\d{6,12}$' }),
  place: text(200),
  name: text(40),
  phone: text(20),
});
export type SubmissionForm = Static<typeof SubmissionForm>;

/** The form by which staff take a step. */
export const ActionForm = Type.Object({
  key: Key,
  action: Type.Enum(actionNames),
  words: text(2000),
  note: text(2000),
  unit_code: text(30),
  target: text(40),
  solved: Type.Optional(Type.Union([Type.Enum(solvedGrades), Type.Literal('')])),
  satisfaction: Type.Optional(Type.Union([Type.Enum(satisfactions), Type.Literal('')])),
});
export type ActionForm = Static<typeof ActionForm>;

/** What came with a step. */
export type Asked = Omit<ActionForm, 'key' | 'action'>;
