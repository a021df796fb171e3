import { type Static, Type } from 'typebox';

/** How far an item of a checklist is: 未开始, 在办, 已报完成待核验, 已核验. */
export const itemStates = ['planned', 'in_progress', 'claimed', 'verified'] as const;
export type ItemState = (typeof itemStates)[number];

/** What shows that something is done: 文件, 照片, 系统记录, 电话确认. */
export const evidenceKinds = ['document', 'photo', 'record', 'telephone'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** An item as it is planned; `position` is its number in the checklist, to which `depends_on` refers. */
export const NewItem = Type.Object({
  position: Type.Integer({ minimum: 1, maximum: 999 }),
  title: Type.String({ minLength: 1, maxLength: 200 }),
  weight: Type.String({ pattern: '^\\d{1,6}(\\.\\d{1,2})?$' }),
  unit_code: Type.String(),
  planned_start: Type.Union([Type.String({ format: 'date' }), Type.Null()]),
  planned_end: Type.Union([Type.String({ format: 'date' }), Type.Null()]),
  depends_on: Type.Array(Type.Integer({ minimum: 1, maximum: 999 })),
  evidence_kinds: Type.Array(Type.Enum([...evidenceKinds]), { minItems: 1 }),
});
export type NewItem = Static<typeof NewItem>;

/** Evidence that is text alone: a record of the system or a telephone confirmation. */
export const TextEvidence = Type.Object({
  kind: Type.Enum(['record', 'telephone', 'document']),
  title: Type.String({ minLength: 1, maxLength: 200 }),
  text: Type.String({ minLength: 1, maxLength: 2000 }),
});
export type TextEvidence = Static<typeof TextEvidence>;

/** A step with an item, as it is asked for. */
export interface NewItemStep {
  number: string;
  position: number;
  occurred_at: string;
  note: string | null;
  evidence?: TextEvidence;
  /** When work on it began, where nobody said so before it is reported done. */
  started_on?: string;
}

/** An item as stored. Its weight is an exact decimal. */
export interface ItemRow {
  id: number;
  project_id: number;
  position: number;
  title: string;
  weight: string;
  unit_id: number;
  planned_start: string | null;
  planned_end: string | null;
  actual_start: string | null;
  actual_end: string | null;
  depends_on: number[] | null;
  evidence_kinds: EvidenceKind[];
  state: ItemState;
  since_entry: number;
}

/** A step of an item as stored. */
export interface ItemStepRow {
  id: number;
  project_id: number;
  item_id: number;
  from_state: ItemState | null;
  to_state: ItemState;
  occurred_at: Date;
  account_id: number | null;
  unit_id: number | null;
  note: string | null;
}
