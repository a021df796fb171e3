import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { listPeople } from '../../identity/actions.ts';
import { momentText } from '../../kit/clock.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject } from '../actions.ts';
import { getColumn } from '../columns.ts';
import { readNaming } from '../naming.ts';
import { projectPath } from '../page.ts';
import { ledgerReaders } from '../rules.ts';
import { projectStates } from '../schema.ts';
import { projectsById } from '../store.ts';
import { tellDeeds } from './deeds.ts';
import { changesByEntry, type Difference } from './rules.ts';
import { listDeeds, listProjectEntries, listVersions, type ProjectEntry } from './store.ts';
import { actionWord } from './words.ts';

/** The past of a project: every entry about it, what it changed, and how the project was then. */
export function addHistory(routes: Routes, site: Site): void {
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  const config = { access: { roles: ledgerReaders } } as const;
  routes.get(
    '/console/projects/:number/history',
    { config, schema: { params, hide: true } },
    async (request, reply) => {
      const { queries } = site.db;
      const { project, entry_no } = await getStaffProject(
        site.db,
        actorOf(request, 'console'),
        request.params.number,
      );
      const naming = await readNaming(queries, entry_no);
      const people = await listPeople(queries);
      const versions = await listVersions(queries, project.id);
      const parents = await projectsById(
        queries,
        versions.flatMap(({ project }) => project.parent_id ?? []),
      );
      const changed = changesByEntry(versions, naming, (id) => parents.get(id)?.number ?? '');
      const entries = await listProjectEntries(queries, project.id);
      const deeds = tellDeeds(await listDeeds(queries, project.id), naming);
      const nameOf = (actor: string) =>
        actor.startsWith('account:') ? (people.get(Number(actor.slice(8))) ?? actor) : actor;
      const body = html`<h1>历史和差异</h1><p class="lead"><a href="${projectPath(project)}">${project.title}</a></p>
<p class="meta">共 ${entries.length} 条操作记录，新的在前。</p>
<ol class="timeline history">${entries.map((entry) =>
        historyItem(
          entry,
          changed.get(entry.entry_no) ?? [],
          deeds.get(entry.entry_no) ?? [],
          nameOf(entry.actor),
          naming.unitName(entry.actor_unit),
          projectPath(project),
        ),
      )}</ol>`;
      const trail = [
        { href: '/console/projects', text: '项目台账' },
        { href: projectPath(project), text: project.title },
      ];
      return sendConsolePage(site, request, reply, { title: '历史和差异', body, trail });
    },
  );
}

function historyItem(
  entry: ProjectEntry,
  changed: readonly Difference[],
  deeds: readonly string[],
  who: string,
  unit: string,
  path: string,
): HtmlSafeString {
  // The name of a step says already where it led.
  const step = projectStates.some((state) => entry.action === `ledger/${state}`);
  const told = changed.filter(({ title }) => !step || title !== getColumn('state').title);
  const table = html`<table class="data differences"><caption><span class="hidden">改动</span></caption><thead><tr><th scope="col">列</th><th scope="col">原来</th><th scope="col">现在</th></tr></thead><tbody>${told.map(
    ({ title, from, to }) =>
      html`<tr><th scope="row">${title}</th><td data-label="原来"><del>${from || '（空）'}</del></td><td data-label="现在"><ins>${to || '（空）'}</ins></td></tr>`,
  )}</tbody></table>`;
  return html`<li id="entry-${entry.entry_no}"><time>${momentText(entry.at)}</time><div><strong>${actionWord(entry.action)}</strong><span class="who">${[unit, who].filter(Boolean).join(' ')}</span>${entry.reason ? html`<p>理由：${entry.reason}</p>` : ''}
${deeds.length === 0 ? '' : html`<ul class="deeds">${deeds.map((deed) => html`<li>${deed}</li>`)}</ul>`}
${told.length === 0 ? '' : told.length > 3 ? html`<details><summary>改了 ${told.length} 处</summary>${table}</details>` : table}
<p class="meta"><a href="${path}?entry=${entry.entry_no}">当时的样子</a> · 数据版本 ${entry.entry_no}</p></div></li>`;
}
