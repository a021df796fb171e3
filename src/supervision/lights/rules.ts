// A light says how a project stands, computed from dated facts and a day, never typed (domain/supervision: 亮灯). Red: past
// the deadline, far behind plan (序时进度), or unheard of for months. Yellow: behind plan, near the deadline with much left,
// or unheard of for a month. Without new progress no light ever gets better. What is reported done counts as progress
// before it is verified: a unit is not urged for what others have yet to verify.
import type { Role } from '../../identity/roles.ts';
import { daysBetween } from '../../kit/clock.ts';
import { Problem } from '../../kit/problem.ts';
import type { Node, Pace } from '../../ledger/pace.ts';
import { never } from '../../ledger/schema.ts';
import type { Forecast, Light, Reason, Standing, Thresholds } from './schema.ts';

/** Who sets the thresholds. */
export const thresholdEditors = ['coordinator', 'inspector'] as const satisfies readonly Role[];

/** [K-中] What holds where nothing is set: 5 and 15 points behind, 7 days with less than 90 %, one and two months unheard of. */
export const usualThresholds: Thresholds = {
  yellow_gap: 5,
  red_gap: 15,
  days_left: 7,
  days_left_progress: 90,
  quiet_yellow: 1,
  quiet_red: 2,
};

/** The day of the next month on which a month's report is due: 次月 5 日前. */
export const reportDay = 5;

/** The last day that has wholly passed at a cut-off. */
export function endedDay(cutoff: Date): string {
  return new Date(cutoff.getTime() + 8 * 3_600_000 - 86_400_000).toISOString().slice(0, 10);
}

/** A share as a fraction of whole numbers. */
interface Share {
  part: number;
  whole: number;
}

/** What is reported done over everything; all of it once completion is claimed; nothing is said without a checklist. */
function actualShare({ state, nodes }: Pick<Pace, 'state' | 'nodes'>): Share | null {
  if (state === 'completion_claimed' || state === 'verifying') return { part: 1, whole: 1 };
  const whole = sum(nodes, () => true);
  return whole === 0 ? null : { part: sum(nodes, ([, , done]) => done), whole };
}

/** 序时进度: what the plan has by the end of a day; by days alone where no item has a day. */
function plannedShare(pace: Pick<Pace, 'nodes' | 'start' | 'deadline'>, ended: string): Share | null {
  const { nodes, start, deadline } = pace;
  if (nodes.some(([end]) => end !== null)) {
    return { part: sum(nodes, ([end]) => (end ?? deadline) <= ended), whole: sum(nodes, () => true) };
  }
  if (deadline === never || deadline < start) return null;
  const whole = daysBetween(start, deadline) + 1;
  return { part: Math.max(0, Math.min(whole, daysBetween(start, ended) + 1)), whole };
}

function sum(nodes: readonly Node[], counts: (node: Node) => boolean): number {
  return nodes.reduce((total, node) => (counts(node) ? total + node[1] : total), 0);
}

/** How many months went by without a word whose report is due. */
export function quietMonths(last_fact: string, ended: string): number {
  const due = Number(ended.slice(8)) >= reportDay ? 1 : 2;
  return Math.max(0, monthOf(ended) - due - monthOf(last_fact));
}

function monthOf(day: string): number {
  return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
}

const percent = (share: Share | null) => share && Math.round((1000 * share.part) / share.whole) / 10;
/** Whether what is done lies more than so many points behind what is planned; in whole numbers, so that no rounding decides. */
function isBehind(actual: Share | null, planned: Share | null, points: number): boolean {
  if (!actual || !planned) return false;
  const gap = 100 * (actual.part * planned.whole - planned.part * actual.whole);
  return gap < -points * actual.whole * planned.whole;
}

/** How a project stands when a day has ended, by thresholds. */
export function standingOf(pace: Pace, ended: string, by: Thresholds): Standing {
  const actual = actualShare(pace);
  const planned = plannedShare(pace, ended);
  const left = pace.deadline === never ? null : daysBetween(ended, pace.deadline);
  const shown = { actual: percent(actual), planned: percent(planned), days_left: left };
  if (pace.state === 'completed' || pace.state === 'archived') {
    const light = pace.completed_on! <= pace.deadline ? 'done' : 'done_late';
    return { ...shown, light, reasons: [], quiet: 0, forecast: null };
  }
  const claimed = pace.state === 'completion_claimed' || pace.state === 'verifying';
  const quiet = claimed ? 0 : quietMonths(pace.last_fact, ended);
  const near = left !== null && left <= by.days_left && !reached(actual, by.days_left_progress);
  const overdue = left !== null && left <= 0;
  const reasons: Reason[] = [];
  if (overdue) reasons.push('overdue');
  if (isBehind(actual, planned, by.yellow_gap)) reasons.push('behind');
  if (near && !overdue) reasons.push('days_left');
  if (quiet >= by.quiet_yellow) reasons.push('quiet');
  const red = isBehind(actual, planned, by.red_gap) || quiet >= by.quiet_red;
  const light: Light = overdue ? 'overdue' : red ? 'red' : reasons.length > 0 ? 'yellow' : 'green';
  return { ...shown, light, reasons, quiet, forecast: claimed ? null : forecastOf(pace, ended) };
}

function reached(share: Share | null, points: number): boolean {
  return share !== null && 100 * share.part >= points * share.whole;
}

/**
 * The finish from progress so far. The oldest open item shows by how many days the project is behind its plan (slip). If
 * what is left takes as long as planned, all of it ends so much later: the earliest. If it goes on at the pace so far,
 * the whole plan is stretched as its first part was: the latest. Nothing is said without a plan or without a slip.
 */
export function forecastOf(pace: Pick<Pace, 'nodes' | 'start'>, ended: string): Forecast | null {
  const open = pace.nodes.flatMap(([end, , done]) => (end !== null && !done ? [end] : [])).sort();
  const [first] = open;
  const last = open.at(-1);
  if (!first || !last) return null;
  const slip = daysBetween(first, ended) + 1;
  if (slip <= 0) return null;
  const earliest = later(last, slip);
  const begin = [pace.start, first].sort()[0]!;
  const whole = daysBetween(begin, last) + 1;
  const slower = Math.min(slowest, (daysBetween(begin, ended) + 2) / (daysBetween(begin, first) + 1));
  const days = Math.max(Math.ceil(whole * slower), whole + slip);
  return { slip, earliest, latest: later(begin, days - 1) };
}

/** An item that was due at once says little of the pace: no plan is taken to be stretched more than so many times. */
const slowest = 3;

function later(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whether a project is open, not yet late, and cannot make it even if all that is left goes by plan. */
export function isForecastLate({ light, forecast }: Standing, { deadline }: Pick<Pace, 'deadline'>): boolean {
  return light !== 'overdue' && forecast !== null && forecast.earliest > deadline;
}

/** A Problem when thresholds contradict each other; nothing otherwise. */
export function checkThresholds(asked: Thresholds): Problem | undefined {
  const later = {
    zh: '红灯的数值不能小于黄灯的。',
    en: 'What turns a light red must not be less than yellow.',
  };
  const fields = {
    ...(asked.red_gap < asked.yellow_gap && { red_gap: later }),
    ...(asked.quiet_red < asked.quiet_yellow && { quiet_red: later }),
  };
  return Object.keys(fields).length > 0
    ? new Problem('supervision/thresholds', 'invalid', later, fields)
    : undefined;
}
