import { html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { dayOf } from '../../kit/clock.ts';
import { selectField } from '../../kit/parts/form.ts';
import { pageLinks } from '../../kit/parts/pages.ts';
import { timetable } from '../../kit/parts/timetable.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject } from '../actions.ts';
import { readView } from '../list/query.ts';
import { scopeOf } from '../list/scope.ts';
import { type Business, countList, listLedger } from '../list/store.ts';
import { type Naming, namingOf } from '../naming.ts';
import { projectPath } from '../page.ts';
import { ledgerReaders } from '../rules.ts';
import { firstStepsTo } from '../store.ts';
import { itemTimetable, projectTimetable, timetableWords } from './rows.ts';

/** As many as one drawing holds before it is no drawing any more. */
const pageLength = 60;

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
  addWholeTimetable(routes, site);
}

const path = '/console/timetable';

/** The projects of a unit or a place by their deadlines: those that it leads, helps with or has an item of. */
function addWholeTimetable(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  const query = Type.Object({
    unit_id: Type.Optional(Type.String({ maxLength: 100 })),
    area_code: Type.Optional(Type.String({ maxLength: 12 })),
    page: Type.Optional(Type.String({ pattern: '^\\d{0,6}$' })),
  });
  routes.get(path, { config, schema: { querystring: query, hide: true } }, async (request, reply) => {
    const { queries } = site.db;
    const { unit_id: unit_code = '', area_code = '' } = request.query;
    const naming = await namingOf(site.db);
    const everything = await scopeOf(site, actorOf(request, 'console'));
    const unit = naming.unitByCode(unit_code);
    const narrowed = [
      ...(unit ? [{ units: [unit.id], unit_codes: [unit.code] }] : []),
      ...(area_code ? [businessIn(area_code, naming)] : []),
    ];
    const scope = { ...everything, also: narrowed };
    const { total } = await countList(queries, readView({}), scope);
    const last = Math.max(1, Math.ceil(total / pageLength));
    const page = Math.min(Math.max(1, Number(request.query.page) || 1), last);
    const projects = await listLedger(queries, { ...readView({}), page }, scope, pageLength);
    const begun = await firstStepsTo(
      queries,
      projects.map((project) => project.id),
      'in_progress',
    );
    const towns = naming.areas.filter((area) => area.level !== 'village');
    const rows = projects.map((project) =>
      projectTimetable(project, begun.get(project.id), projectPath(project)),
    );
    const address = (to: number) => {
      const chosen = new URLSearchParams(
        Object.entries({ unit_id: unit_code, area_code, page: to > 1 ? String(to) : '' }).filter(
          ([, value]) => value,
        ),
      ).toString();
      return chosen ? `${path}?${chosen}` : path;
    };
    const body = html`<h1>时间表</h1><form class="filters" method="get" action="${path}">
${selectField({ name: 'unit_id', label: '单位', value: unit_code, all: '全部', options: naming.units.map((one) => ({ value: one.code, text: one.name })) })}
${selectField({ name: 'area_code', label: '地区', value: area_code, all: '全部', options: towns.map((one) => ({ value: one.code, text: one.name })) })}
<button type="submit" class="button">查看</button></form>
<p class="meta" role="status">共 ${total} 个，按完成时限排列${narrowed.length > 0 ? '；包括牵头、配合的和承担清单事项的' : ''}。</p>
${rows.length ? timetable(rows, dayOf(new Date()), { ...timetableWords.zh, item: '项目' }) : html`<p>没有符合条件的项目。</p>`}
${pageLinks(page, last, address)}`;
    const trail = [{ href: '/console/projects', text: '项目台账' }];
    return sendConsolePage(site, request, reply, { title: '时间表', body, trail });
  });
}

/** What is done in a place, and what its own units lead, help with or have an item of. */
function businessIn(area_code: string, naming: Naming): Business {
  const own = naming.units.filter((unit) => unit.area_code === area_code && unit.kind === 'town');
  return {
    units: own.map((unit) => unit.id),
    unit_codes: own.map((unit) => unit.code),
    areas: [area_code],
  };
}
