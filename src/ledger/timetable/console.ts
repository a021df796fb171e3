import { html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { dayOf } from '../../kit/clock.ts';
import { selectField } from '../../kit/parts/form.ts';
import { timetable } from '../../kit/parts/timetable.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject } from '../actions.ts';
import { scopeOf } from '../list/console.ts';
import { readView } from '../list/query.ts';
import { listLedger } from '../list/store.ts';
import { namingOf } from '../naming.ts';
import { projectPath } from '../page.ts';
import { ledgerReaders } from '../rules.ts';
import { firstStepsTo } from '../store.ts';
import { itemTimetable, projectTimetable, timetableWords } from './rows.ts';

const most = 60;

/** Timetables: of a project by its items; of a unit or a town by its projects. */
export function addTimetables(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get(
    '/console/projects/:number/timetable',
    { config, schema: { params, hide: true } },
    async (request, reply) => {
      const actor = actorOf(request, 'console');
      const { project, items, steps } = await getStaffProject(site.db, actor, request.params.number);
      const begun = steps.find((step) => step.to_state === 'in_progress')?.occurred_at;
      const whole = projectTimetable(project, begun, projectPath(project));
      const rows = [whole, ...items.map(itemTimetable)];
      const body = html`<h1>时间表</h1><p class="lead"><a href="${projectPath(project)}">${project.title}</a></p>
${timetable(rows, dayOf(new Date()), timetableWords.zh)}`;
      const trail = [
        { href: '/console/projects', text: '项目台账' },
        { href: projectPath(project), text: project.title },
      ];
      return sendConsolePage(site, request, reply, { title: '时间表', body, trail });
    },
  );
  const query = Type.Object({
    unit_id: Type.Optional(Type.String({ maxLength: 100 })),
    area_code: Type.Optional(Type.String({ maxLength: 12 })),
  });
  routes.get(
    '/console/timetable',
    { config, schema: { querystring: query, hide: true } },
    async (request, reply) => {
      const { queries } = site.db;
      const view = readView({ ...request.query, sort: 'deadline' });
      const scope = await scopeOf(site, actorOf(request, 'console'));
      const projects = await listLedger(queries, view, scope, most);
      const begun = await firstStepsTo(
        queries,
        projects.map((project) => project.id),
        'in_progress',
      );
      const naming = await namingOf(site.db);
      const chosen = (name: string) => request.query[name as 'unit_id'] ?? '';
      const towns = naming.areas.filter((area) => area.level !== 'village');
      const rows = projects.map((project) =>
        projectTimetable(project, begun.get(project.id), projectPath(project)),
      );
      const body = html`<h1>时间表</h1><form class="filters" method="get" action="/console/timetable">
${selectField({ name: 'unit_id', label: '牵头单位', value: chosen('unit_id'), all: '全部', options: naming.units.map((one) => ({ value: one.code, text: one.name })) })}
${selectField({ name: 'area_code', label: '地区', value: chosen('area_code'), all: '全部', options: towns.map((one) => ({ value: one.code, text: one.name })) })}
<button type="submit" class="button">查看</button></form>
<p class="meta">按完成时限排列，最多 ${most} 个。</p>
${rows.length ? timetable(rows, dayOf(new Date()), { ...timetableWords.zh, item: '项目' }) : html`<p>没有符合条件的项目。</p>`}`;
      const trail = [{ href: '/console/projects', text: '项目台账' }];
      return sendConsolePage(site, request, reply, { title: '时间表', body, trail });
    },
  );
}
