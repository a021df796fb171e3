import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { reaches } from '../../identity/access.ts';
import { momentText } from '../../kit/clock.ts';
import { timeline } from '../../kit/parts/course.ts';
import { areaField, button, errorNotice, fieldError, onceField, textField } from '../../kit/parts/form.ts';
import { doers, extensibleStates, isOneOf } from '../course.ts';
import { type ProjectPage, projectPath, refusedIn } from '../page.ts';
import { extensionDeciders } from '../rules.ts';
import type { Extension } from '../schema.ts';

/** Requests for more time, and the forms to ask and to decide. */
export function extensionSection(page: ProjectPage, extensions: readonly Extension[]): HtmlSafeString | '' {
  const { project, actor, naming, past } = page;
  const { problem, typed } = refusedIn(page, 'extension');
  const open = extensions.find((one) => one.decision === null);
  const asks =
    !past && !open && isOneOf(extensibleStates, project.state) && reaches(actor, doers, project.unit_id);
  const decides = !past && open && reaches(actor, extensionDeciders, project.unit_id);
  if (extensions.length === 0 && !asks) return '';
  const told = timeline(
    extensions.map((one) => ({
      when: momentText(one.asked_at),
      what: `申请从 ${one.former_deadline} 延到 ${one.deadline}：${one.decision === 'granted' ? '同意' : one.decision === 'refused' ? '不同意' : '待决定'}`,
      who: naming.unitName(one.unit_id),
      note: [one.reason, one.decision_note && `答复：${one.decision_note}`].filter(Boolean).join(' '),
    })),
  );
  const error = (name: string) => fieldError('zh', problem, name);
  const ask = html`<details class="act" ${problem ? html`open` : ''}><summary>申请延期</summary><form method="post" action="${projectPath(project, '/extensions')}" class="stack">${onceField(typed('key') || randomUUID())}${errorNotice(problem)}
${textField({ name: 'deadline', label: '延到哪一天', type: 'date', value: typed('deadline'), error: error('deadline') })}${areaField({ name: 'reason', label: '理由', value: typed('reason'), rows: 2, maxlength: 1000, error: error('reason') })}${button({ text: '提交申请', kind: 'plain' })}</form></details>`;
  const decide = html`<form method="post" action="${projectPath(project, '/extension-decision')}" class="stack">${onceField(typed('key') || randomUUID())}${errorNotice(problem)}${areaField({ name: 'note', id: 'decision-note', label: '意见（不同意时必填）', value: typed('note'), rows: 2, maxlength: 1000, error: error('note') })}
<div class="buttons">${button({ text: '同意延期', name: 'decision', value: 'granted' })}${button({ text: '不同意', kind: 'plain', name: 'decision', value: 'refused' })}</div></form>`;
  return html`<h2 id="extension">延期</h2>${extensions.length ? told : ''}${asks ? ask : ''}${decides ? decide : ''}`;
}
