/** 催办 and the three grades of 督办单, each one level higher than the one before. */
export const grades = ['reminder', 'blue', 'yellow', 'red'] as const;
export type Grade = (typeof grades)[number];

/** 已发出, 已签收, 已反馈, 已办结. */
export type NoticeState = 'issued' | 'signed' | 'answered' | 'closed';

/** How a notice ended: 已整改, 已说明, 已升级, 已撤回. */
export const outcomes = ['resolved', 'settled', 'escalated', 'withdrawn'] as const;
export type Outcome = (typeof outcomes)[number];

/** A notice as stored. */
export interface NoticeRow {
  id: number;
  number: string;
  grade: Grade;
  project_id: number;
  unit_id: number;
  /** Why it was issued, so that it is once: what is wrong and since when. */
  cause: string;
  text: string;
  emergency: boolean;
  by_rule: boolean;
  state: NoticeState;
  sign_by: Date;
  answer_by: Date;
  promised_on: string | null;
  outcome: Outcome | null;
  follows_id: number | null;
}

/** A step of a notice. */
export interface NoticeStep {
  notice_id: number;
  to_state: NoticeState;
  occurred_at: Date;
  account_id: number | null;
  unit_id: number | null;
  note: string | null;
}
