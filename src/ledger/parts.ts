import { type HtmlSafeString, html } from '@prairielearn/html';
import { dayClosedBy, dayOf, dayText, momentText } from '../kit/clock.ts';
import type { Queries } from '../kit/db.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { stationPath, timeline } from '../kit/parts/course.ts';
import { selectField, textField } from '../kit/parts/form.ts';
import { light } from '../kit/parts/light.ts';
import { namesOf } from '../portal/names.ts';
import { listUnits } from '../units/actions.ts';
import { choices } from './columns.ts';
import { doneStates, isOneOf, openStates, proposalStates } from './course.ts';
import { never, type ProjectState, projectStates } from './schema.ts';
import type { ListedProject, ProjectFilter, PublicProject, PublicStep } from './store.ts';
import { sourceWords, staffStateWords, stateWords, words } from './words.ts';

/** The names of what projects refer to, as known at an entry. */
export interface Names {
  fields: Map<string, string>;
  areas: Map<string, string>;
  units: Map<number, string>;
  unitsByCode: Map<string, string>;
}

/** The names of fields, areas and units in the reader's language. */
export async function listNames(
  queries: Queries,
  entry_no: number,
  view: Pick<View, 'language'>,
): Promise<Names> {
  const units = await listUnits(queries, entry_no);
  return {
    fields: await namesOf(queries, 'field', entry_no, view.language),
    areas: await namesOf(queries, 'area', entry_no, view.language),
    units: new Map(units.map((unit) => [unit.id, unit.name])),
    unitsByCode: new Map(units.map((unit) => [unit.code, unit.name])),
  };
}

/** The filter of a list of projects; it lives in the address. */
export function filterForm(view: View, action: string, filter: ProjectFilter, names: Names): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const options = (map: Map<string, string>) => [...map].map(([value, text]) => ({ value, text }));
  const towns = new Map([...names.areas].filter(([code]) => code.length < 12));
  const shown = projectStates.filter((state) => !isOneOf(proposalStates, state));
  const states = new Map(shown.map((state) => [state as string, t(stateWords[state])]));
  const all = t(words.all);
  const units = [...names.unitsByCode].map(([value, text]) => ({ value, text }));
  return html`<form class="filters" method="get" action="${action}">
${textField({ name: 'q', label: t(words.search), maxlength: 100, value: filter.words ?? '', type: 'search' })}
${selectField({ name: 'town', label: t(words.town), value: filter.town ?? '', all, options: options(towns) })}
${selectField({ name: 'field', label: t(words.field), value: filter.field ?? '', all, options: options(names.fields) })}
${selectField({ name: 'unit', label: t(words.unit), value: filter.unit ?? '', all, options: units })}
${selectField({ name: 'state', label: t(words.state), value: filter.state ?? '', all, options: options(states) })}
<button type="submit" class="button">${t(words.filter)}</button></form>`;
}

/** The light of a project as of a cut-off: icon, word and colour. */
export function stateLight(
  view: View,
  project: Pick<ListedProject, 'state' | 'deadline' | 'completed_at'>,
  cutoff: Date,
) {
  const t = (message: Message) => say(view.language, message);
  if (isOneOf(doneStates, project.state)) {
    const late = project.completed_at !== null && dayOf(project.completed_at) > project.deadline;
    return late ? light('done_late', t(words.done_late)) : light('done', t(stateWords.completed));
  }
  if (!isOneOf(openStates, project.state)) return light('quiet', t(stateWords[project.state]));
  if (project.deadline < dayClosedBy(cutoff)) return light('overdue', t(words.overdue));
  return light('green', t(words.on_track));
}

/** A deadline as people read it; a standing project has none. */
export function deadlineText(deadline: string, language: View['language']): string {
  return deadline === never ? say(language, words.standing) : dayText(deadline, language);
}

const proposing: readonly ProjectState[] = ['proposed', 'screened', 'consolidated', 'approved'];
const working: readonly ProjectState[] = [
  'registered',
  'assigned',
  'accepted',
  'in_progress',
  'completion_claimed',
  'verifying',
  'completed',
  'archived',
];

/** The stations of a project as staff see them: those of the course, the present one marked. */
export function staffPath(view: View, state: ProjectState, steps: readonly PublicStep[]): HtmlSafeString {
  const taken = steps.map((step) => step.to_state);
  const proposal = isOneOf(proposalStates, state);
  const way = proposal ? [...proposing, 'registered' as const] : working;
  const ends = way.includes(state) ? way : [...way.filter((one) => taken.includes(one)), state];
  return path(view, ends, state, (station) => taken.includes(station), staffStateWords);
}

/** The stations of a project as residents see them: listed, in progress, reported done, completed. */
export function publicPath(view: View, state: ProjectState, steps: readonly PublicStep[]): HtmlSafeString {
  const shown: Partial<Record<ProjectState, ProjectState>> = {
    assigned: 'registered',
    accepted: 'registered',
    verifying: 'completion_claimed',
    archived: 'completed',
  };
  const here = shown[state] ?? state;
  const taken = steps.map((step) => step.to_state);
  const way: ProjectState[] =
    state === 'terminated'
      ? ['registered', 'terminated']
      : ['registered', 'in_progress', 'completion_claimed', 'completed'];
  return path(view, way, here, (station) => taken.includes(station), stateWords);
}

function path(
  view: View,
  way: readonly ProjectState[],
  here: ProjectState,
  taken: (station: ProjectState) => boolean,
  names: StateWords,
): HtmlSafeString {
  const stations = way.map((station) => ({
    text: say(view.language, names[station]),
    here: station === here,
    passed: taken(station) && way.indexOf(station) < way.indexOf(here),
  }));
  return stationPath(stations, say(view.language, words.course));
}

/** What the states are called: for residents, or in the official terms of staff. */
type StateWords = Readonly<Record<ProjectState, Message>>;

/** What a project is: who is responsible, by when, what is to be done, for whom and with what money. */
export function projectFacts(view: View, project: PublicProject, names: Names): HtmlSafeString {
  const zh = view.language === 'zh';
  const fact = (label: Message, value: string | null | undefined) =>
    value ? html`<div><dt>${say(view.language, label)}</dt><dd>${value}</dd></div>` : '';
  const money = (yuan: string | null) =>
    yuan === null ? '' : zh ? `${Number(yuan) / 10_000} 万元` : `CNY ${Number(yuan)}`;
  const funds = [
    [zh ? '预算' : 'budget', money(project.budget)],
    [zh ? '到位' : 'arrived', money(project.funds_arrived)],
    [zh ? '支出' : 'spent', money(project.funds_spent)],
  ].filter(([, amount]) => amount);
  const places = [...new Set([project.area_code, ...(project.area_codes ?? [])])].map(
    (code) => names.areas.get(code) ?? code,
  );
  const helpers = (project.co_unit_codes ?? []).map((code) => names.unitsByCode.get(code) ?? code);
  return html`<dl class="facts">${fact(words.unit, names.units.get(project.unit_id))}${fact(
    words.helpers,
    helpers.join(zh ? '、' : ', '),
  )}${fact(words.leader, project.lead_leader)}${fact(
    words.deadline,
    deadlineText(project.deadline, view.language),
  )}${fact(words.content, project.content)}${fact(words.target, targetText(project))}${fact(
    words.beneficiaries,
    project.beneficiaries === null ? '' : String(project.beneficiaries),
  )}${fact(words.money, funds.map((pair) => pair.join(' ')).join(zh ? '，' : ', '))}${fact(
    words.funds_source,
    project.funds_source,
  )}${fact(
    words.field,
    names.fields.get(project.field_code),
  )}${fact(words.town, places.join(zh ? '、' : ', '))}${fact(words.number, project.number)}${fact(
    words.batch,
    [project.batch, project.document_no].filter(Boolean).join(' '),
  )}${fact(
    words.source,
    [project.source && sourceText(project.source, zh), project.source_note]
      .filter(Boolean)
      .join(zh ? '：' : ': '),
  )}</dl>`;
}

/** What is to be reached, with its number where there is one. */
function targetText({
  target,
  target_value,
  target_unit,
}: Pick<PublicProject, 'target' | 'target_value' | 'target_unit'>): string {
  const amount = target_value === null ? '' : `${Number(target_value)} ${target_unit ?? ''}`.trim();
  return [target, amount && (target?.includes(amount.replace(' ', '')) ? '' : `（${amount}）`)]
    .filter(Boolean)
    .join('');
}

function sourceText(source: NonNullable<PublicProject['source']>, zh: boolean): string {
  return zh ? choices.source[source][0] : sourceWords[source];
}

/** Every step of a project, oldest first; notes are with it for staff alone. */
export function stepsTimeline(
  view: View,
  steps: readonly (PublicStep & { note?: string | null })[],
  names: Names,
  states: StateWords = stateWords,
): HtmlSafeString {
  return timeline(
    steps.map((step) => ({
      when: momentText(step.occurred_at),
      what: say(view.language, states[step.to_state]),
      who: (step.unit_id && names.units.get(step.unit_id)) || '',
      note: step.note ?? null,
    })),
  );
}
