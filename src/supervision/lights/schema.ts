import { type Static, Type } from 'typebox';

const percent = Type.Integer({ minimum: 0, maximum: 100 });

/** By what a light turns. Gaps are percentage points behind plan, terms are days, quiet is in months. */
export const Thresholds = Type.Object({
  yellow_gap: percent,
  red_gap: percent,
  days_left: Type.Integer({ minimum: 0, maximum: 365 }),
  days_left_progress: percent,
  quiet_yellow: Type.Integer({ minimum: 1, maximum: 60 }),
  quiet_red: Type.Integer({ minimum: 1, maximum: 60 }),
});
export type Thresholds = Static<typeof Thresholds>;

/** The names of the thresholds, in the order of forms. */
export const thresholdNames = Object.keys(Thresholds.properties) as (keyof Thresholds)[];

/** The lights in the order of their severity. */
export const lights = ['overdue', 'red', 'yellow', 'green', 'done', 'done_late'] as const;
export type Light = (typeof lights)[number];

/** Why a light is not green: how far behind plan, how near the deadline, how long nothing was heard. */
export type Reason = 'overdue' | 'behind' | 'days_left' | 'quiet';

/** When a project will be finished, from what was done so far. */
export interface Forecast {
  /** Days by which the oldest open item will be late, were it done today. */
  slip: number;
  /** If everything that is left takes as long as planned. */
  earliest: string;
  /** If it goes on as slowly as so far. */
  latest: string;
}

/** How a project stands on a day. */
export interface Standing {
  light: Light;
  reasons: Reason[];
  /** Share reported done and share planned by now, in per cent to one decimal; none without a checklist or a term. */
  actual: number | null;
  planned: number | null;
  /** Days until the deadline, today included; negative after it; none where there is no deadline. */
  days_left: number | null;
  /** Months whose report is due and in which nothing was heard. */
  quiet: number;
  /** None where it cannot be said: done, no plan, or nothing behind. */
  forecast: Forecast | null;
}
