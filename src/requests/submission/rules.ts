import { dayOf } from '../../kit/clock.ts';

/** The number that a request is known by: 需求, year and month, and how manieth. */
export function numberOf(id: number, at: Date): string {
  return `XQ${dayOf(at).slice(2, 7).replace('-', '')}-${String(id).padStart(5, '0')}`;
}
