import { type HtmlSafeString, html } from '@prairielearn/html';
import { momentText } from '../../kit/clock.ts';
import type { ActionName, RequestRow, StepRow } from '../schema.ts';
import { actionWords } from '../words.ts';
import { lengthText } from './parts.ts';
import { words } from './words.ts';

/** A unit's turn with a request. */
export interface Hop {
  unit_id: number;
  from: Date;
  /** When it left; nothing while it is there. */
  until: Date | null;
  /** The step by which it went on or ended. */
  ended_by: ActionName | null;
}

/** The turns of a request, from its steps: one unit has it at any time. */
export function hopsOf(steps: readonly StepRow[], request: Pick<RequestRow, 'closed_at'>): Hop[] {
  const hops: Hop[] = [];
  for (const step of steps) {
    if (step.to_unit_id === null) continue;
    const last = hops.at(-1);
    if (last) Object.assign(last, { until: step.occurred_at, ended_by: step.action });
    hops.push({ unit_id: step.to_unit_id, from: step.occurred_at, until: null, ended_by: null });
  }
  const last = hops.at(-1);
  const end = steps.at(-1);
  if (last && end && request.closed_at) Object.assign(last, { until: end.occurred_at, ended_by: end.action });
  return hops;
}

/** The whole path of a request, drawn: each unit that had it, for how long, and how it went on. */
export function pathPicture(
  hops: readonly Hop[],
  units: ReadonlyMap<number, string>,
  now: Date,
): HtmlSafeString {
  return html`<ol class="hops" aria-label="${words.path.zh}">${hops.map((hop) => {
    const length = lengthText((hop.until ?? now).getTime() - hop.from.getTime());
    const end = hop.ended_by ? actionWords[hop.ended_by].zh : words.here_now.zh;
    return html`<li class="${hop.until ? 'passed' : 'here'}" ${hop.until ? '' : html`aria-current="step"`}><strong>${units.get(hop.unit_id)}</strong><span class="meta">${momentText(hop.from)} 到</span><span class="meta">${length} · ${end}</span></li>`;
  })}</ol>`;
}
