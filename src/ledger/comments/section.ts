import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { momentText } from '../../kit/clock.ts';
import { timeline } from '../../kit/parts/course.ts';
import { areaField, button, errorNotice, fieldError, onceField, selectField } from '../../kit/parts/form.ts';
import { type ProjectPage, projectPath, refusedIn } from '../page.ts';
import type { Comment } from './store.ts';

/** What staff say to each other about a project. */
export function commentSection(page: ProjectPage, comments: readonly Comment[]): HtmlSafeString {
  const { project, items, naming, people, past } = page;
  const { problem, typed } = refusedIn(page, 'comments');
  const itemOf = (id: number | null) => items.find((item) => item.id === id);
  const about = (id: number | null) => (itemOf(id) ? `［第 ${itemOf(id)!.position} 项］` : '');
  const told = timeline(
    comments.map((one) => ({
      when: momentText(one.occurred_at),
      what: one.account_id === null ? '系统' : (people.get(one.account_id) ?? ''),
      who: naming.unitName(one.unit_id),
      note: `${about(one.item_id)}${one.text}`,
    })),
  );
  const form = html`<form method="post" action="${projectPath(project, '/comments')}" class="stack">${onceField(typed('key') || randomUUID())}${items.length ? selectField({ name: 'about', label: '关于', value: typed('about'), all: '整个项目', options: items.map((item) => ({ value: String(item.position), text: `第 ${item.position} 项 ${item.title}` })) }) : ''}${errorNotice(problem)}${areaField({ name: 'text', label: '留言', hint: '只有工作人员看得到。', value: typed('text'), rows: 2, maxlength: 2000, error: fieldError('zh', problem, 'text') })}${button({ text: '留言', kind: 'plain' })}</form>`;
  return html`<h2 id="comments">留言</h2>${comments.length ? told : ''}${past ? '' : form}`;
}
