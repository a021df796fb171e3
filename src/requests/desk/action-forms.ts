import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../../kit/parts/form.ts';
import type { Problem } from '../../kit/problem.ts';
import type { UnitRow } from '../../units/actions.ts';
import type { Offer } from '../checks.ts';
import type { Need } from '../rules.ts';
import { type ActionName, type RequestRow, satisfactions, solvedGrades } from '../schema.ts';
import { actionWords, satisfactionWords, solvedWords } from '../words.ts';
import { words } from './words.ts';

/** A step that was refused, with what was typed. */
export interface Refused {
  name: string;
  problem: Problem;
  typed: Record<string, string>;
}

/** The steps that are offered, each with its own form; the first stands open, the others open on request. */
export function actionForms(
  request: RequestRow,
  offers: readonly Offer[],
  units: readonly UnitRow[],
  refused: Refused | undefined,
): HtmlSafeString {
  if (offers.length === 0) return html`<p>${words.no_actions.zh}</p>`;
  const first = offers.find((one) => !one.blocked_by);
  return html`${offers.map((offer) => {
    const { name, blocked_by } = offer;
    if (blocked_by)
      return button({ text: actionWords[name].zh, kind: 'plain', blocked_by: blocked_by.text.zh });
    const form = actionForm(request, offer, { units, primary: offer === first, refused });
    return offer === first
      ? html`<div class="turn first" id="act-${name}">${form}</div>`
      : html`<details class="turn" id="act-${name}" ${refused?.name === name ? html`open` : ''}><summary>${actionWords[name].zh}</summary>${form}</details>`;
  })}`;
}

const grave: readonly ActionName[] = ['reject', 'decline'];

function actionForm(
  request: RequestRow,
  { name, action }: Offer,
  { units, primary, refused }: { units: readonly UnitRow[]; primary: boolean; refused: Refused | undefined },
): HtmlSafeString {
  const mine = refused?.name === name ? refused : undefined;
  const fields = [...action.needs, ...(action.takes ?? [])];
  const kind = grave.includes(name) ? 'danger' : primary ? 'primary' : 'plain';
  return html`<form method="post" action="/console/requests/${request.number}/steps#act-${name}" class="stack">${onceField(mine?.typed.key ?? randomUUID())}<input type="hidden" name="action" value="${name}">
${errorSummary('zh', mine?.problem)}${fields.map((need) => fieldOf(need, name, units, mine))}
${button({ text: actionWords[name].zh, kind })}</form>`;
}

function fieldOf(
  need: Need,
  name: ActionName,
  units: readonly UnitRow[],
  refused: Refused | undefined,
): HtmlValue {
  const value = (field: string) => refused?.typed[field] ?? '';
  const common = (field: string) => ({
    name: field,
    id: `${name}-${field}`,
    value: value(field),
    error: fieldError('zh', refused?.problem, field),
  });
  const text = { maxlength: 2000, rows: 3 };
  switch (need) {
    case 'words':
      return areaField({ ...common('words'), ...text, label: words.for_person.zh });
    case 'note':
      return areaField({ ...common('note'), ...text, label: words.for_staff.zh });
    case 'unit':
      return selectField({
        ...common('unit_code'),
        label: words.unit.zh,
        all: words.choose.zh,
        options: units.map((unit) => ({ value: unit.code, text: unit.name })),
      });
    case 'target':
      return textField({ ...common('target'), label: words.target.zh, maxlength: 40 });
    case 'rating': {
      const options = <V extends string>(all: readonly V[], texts: Record<V, { zh: string }>) =>
        all.map((one) => ({ value: one, text: texts[one].zh }));
      const grades = name === 'rate' ? solvedGrades.slice(0, 1) : solvedGrades.slice(1);
      return html`${selectField({ ...common('solved'), label: words.solved.zh, all: words.choose.zh, options: options(grades, solvedWords) })}${selectField({ ...common('satisfaction'), label: words.satisfaction.zh, all: words.choose.zh, options: options(satisfactions, satisfactionWords) })}`;
    }
  }
}
