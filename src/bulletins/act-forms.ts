import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Entitled } from '../identity/access.ts';
import { areaField, button, fieldError, onceField } from '../kit/parts/form.ts';
import type { Problem } from '../kit/problem.ts';
import { type Act, acts, checkAct, nameOfReview } from './course.ts';
import type { Examined } from './examine.ts';
import { versionOf } from './schema.ts';

/** The path of a draft's page. */
export function draftPath(id: number, rest = ''): string {
  return `/console/bulletins/drafts/${id}${rest}`;
}

/** What the forms of acts are drawn from. */
export interface ActPage {
  examined: Examined;
  actor: Entitled;
  problem?: Problem | undefined;
}

/** The forms of acts; what somebody else has to do is shown with the reason. */
export function actForms(page: ActPage, wanted: readonly Act[]): HtmlSafeString[] {
  const { draft, steps, settings } = page.examined;
  return wanted.flatMap((act) => {
    const { from }: { from: readonly string[] } = acts[act];
    if (!from.includes(draft.state)) return [];
    const refused = checkAct(act, draft, steps, settings, page.actor);
    if (!refused) return [actForm(page, act)];
    const own_only = act === 'recall' || act === 'refresh' || act === 'drop';
    const blocked = button({ text: actWord(page, act), kind: 'plain', blocked_by: refused.text.zh });
    return own_only ? [] : [html`<p class="act-form">${blocked}</p>`];
  });
}

function actWord({ examined: { draft, settings } }: ActPage, act: Act): string {
  return act === 'review' ? `${nameOfReview(settings, draft.passed)}通过` : acts[act].word.zh;
}

function actForm(page: ActPage, act: Act): HtmlSafeString {
  const { examined, problem } = page;
  const { draft, checks } = examined;
  const open = checks.filter((check) => !check.ok).map((check) => check.title);
  const unready = act === 'issue' && open.length ? `核对单还没有完成：${open.join('、')}。` : undefined;
  const pressed = button({
    text: actWord(page, act),
    kind: act === 'drop' ? 'danger' : act === 'issue' || act === 'review' ? 'primary' : 'plain',
    blocked_by: unready,
  });
  if (unready) return html`<p class="act-form">${pressed}</p>`;
  const wants = act === 'return' || act === 'drop';
  const takes = wants || act === 'review' || act === 'issue';
  const note = areaField({
    name: 'note',
    id: `note-${act}`,
    label: wants ? '理由（必填）' : '意见（可不填）',
    value: '',
    rows: 2,
    maxlength: 1000,
    error: wants ? fieldError('zh', problem, 'note') : undefined,
  });
  const form = html`<form method="post" action="${draftPath(draft.id, '/acts')}" class="stack act-form">${onceField(randomUUID())}<input type="hidden" name="act" value="${act}"><input type="hidden" name="version" value="${versionOf(draft)}">${takes ? note : ''}${pressed}</form>`;
  if (!wants) return form;
  // What ends or undoes something is one step away, and open where it was just refused.
  return html`<details class="act" ${problem?.fields.note ? html`open` : ''}><summary>${acts[act].word.zh}</summary>${form}</details>`;
}
