// What a step makes of a request: whose turn it is, and which clock runs. Pure: moments and calendar are given.
import type { Calendar } from '../calendar/rules.ts';
import { answerTerm, endOf, half, type Preset, ratingTerm, resumed, signTerm } from './clocks.ts';
import { findAction } from './rules.ts';
import type { ActionName, Asked, RequestRow, Satisfaction, Solved } from './schema.ts';

/** What a step depends on beside the request. */
export interface Scene {
  at: Date;
  calendar: Calendar;
  preset: Preset;
  /** Who takes it, where that is staff. */
  account_id: number | null;
  /** Where it goes: the unit named, the one above, or the coordinator. */
  to_unit_id: number | null;
  merged_into_id: number | null;
  project_id: number | null;
}

type Patch = Partial<Omit<RequestRow, 'id'>>;

/** The request after a step that `checkAction` let through. */
export function afterStep(request: RequestRow, name: ActionName, asked: Asked, scene: Scene): RequestRow {
  const { to } = findAction(request.state, name)!;
  return { ...request, state: to, ...patchOf(request, name, asked, scene) };
}

function patchOf(request: RequestRow, name: ActionName, asked: Asked, scene: Scene): Patch {
  const { at, calendar, preset } = scene;
  const until = (term: { minutes: number; working: boolean }) => endOf(calendar, term, at);
  const toSign = { due_at: until(signTerm(preset)), handler_account_id: null };
  const unit_id = scene.to_unit_id ?? request.unit_id;
  const ended = { due_at: null, paused_at: null, closed_at: at };
  switch (name) {
    case 'sign':
      return { due_at: request.answer_by, handler_account_id: scene.account_id };
    case 'ask':
      return { due_at: null, paused_at: at, handler_account_id: scene.account_id };
    case 'supply':
    case 'resume':
      return goesOn(request, scene);
    case 'note':
      return {};
    case 'answer':
      return { due_at: until(ratingTerm), answered_at: at, handler_account_id: scene.account_id };
    case 'hand_up':
    case 'reassign':
    case 'dispatch':
      return { ...goesOn(request, scene), ...toSign, unit_id };
    case 'decline':
      return { ...toSign, unit_id, declined: request.declined + 1 };
    case 'extend': {
      const answer_by = endOf(calendar, answerTerm(preset), request.answer_by ?? at);
      return { extended: true, answer_by, due_at: answer_by };
    }
    case 'merge':
      return { ...ended, merged_into_id: scene.merged_into_id, project_id: scene.project_id };
    case 'part':
    case 'restore':
      return {
        ...toSign,
        unit_id,
        merged_into_id: null,
        project_id: null,
        closed_at: null,
        answer_by: until(answerTerm(preset)),
      };
    case 'rate':
      return { ...ended, ...rated(asked) };
    case 'reopen': {
      const answer_by = until(half(answerTerm(preset)));
      return { ...rated(asked), redone: request.redone + 1, closed_at: null, answer_by, due_at: answer_by };
    }
    case 'appeal':
      return {
        ...rated(asked),
        ...toSign,
        unit_id,
        closed_at: null,
        answer_by: until(half(answerTerm(preset))),
      };
    case 'lapse':
    case 'explain':
    case 'reject':
    case 'cancel':
      return ended;
  }
}

function rated({ solved, satisfaction }: Asked) {
  return {
    solved: (solved || null) as Solved | null,
    satisfaction: (satisfaction || null) as Satisfaction | null,
  };
}

/** The clock to answer runs on where it stood still. */
function goesOn(request: RequestRow, { at, calendar, preset }: Scene): Patch {
  const { paused_at, answer_by } = request;
  if (!paused_at || !answer_by) return { paused_at: null, due_at: answer_by };
  const clock = { ends: answer_by, working: preset.working };
  const later = resumed(calendar, clock, { from: paused_at, until: at });
  return { paused_at: null, answer_by: later, due_at: later };
}
