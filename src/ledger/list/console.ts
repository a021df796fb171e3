import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage, staffView } from '../../console/layout.ts';
import { actorOf, checkRole, type Routes, staffOf } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { assets } from '../../kit/assets.ts';
import { dayOf } from '../../kit/clock.ts';
import { pageLinks } from '../../kit/parts/pages.ts';
import type { Site } from '../../portal/context.ts';
import { percentOf } from '../checklist/rules.ts';
import { type ItemSums, listItems, sumItems } from '../checklist/store.ts';
import { getColumn } from '../columns.ts';
import { coordinators } from '../course.ts';
import { type Naming, namingOf } from '../naming.ts';
import { ledgerReaders } from '../rules.ts';
import type { ProjectRow, ProjectState } from '../schema.ts';
import { exportCsv, exportWorkbook } from '../sheet/export.ts';
import { projectsById } from '../store.ts';
import { staffStateWords, words } from '../words.ts';
import { forgetView, keepView } from './actions.ts';
import { addBulk } from './bulk.ts';
import { countWords, filterBar, toolbar } from './filters.ts';
import { keptGroups } from './kept-counts.ts';
import { type ListView, type Parameters, readView, viewAddress } from './query.ts';
import { scopeOf } from './scope.ts';
import { stampedListPath } from './stamped.ts';
import {
  countList,
  type GroupCount,
  type ListScope,
  listAllOf,
  listLedger,
  listViews,
  sumGroups,
} from './store.ts';
import { ledgerTable, type Shown } from './table.ts';

export { scopeOf } from './scope.ts';

const path = '/console/projects';
const pageLength = 50;
const mostExported = 50_000;
const mostPrinted = 2_000;
const mostGroups = 60;

/** Any parameter: columns are filtered by their names. */
const AnyQuery = Type.Record(
  Type.String({ maxLength: 60 }),
  Type.Union([Type.String({ maxLength: 2000 }), Type.Array(Type.String({ maxLength: 2000 }))]),
);

/** The ledger as a table: filtered, sorted, grouped, exported and printed as its address says. */
export function addLedgerList(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  const schema = { querystring: AnyQuery, hide: true };
  routes.get(path, { config, schema }, async (request, reply) => {
    const parameters = request.query as Parameters;
    const view = readView(parameters);
    // A condition that was just added becomes a part of the address like the others.
    if (parameters.by !== undefined) return reply.redirect(viewAddress(path, view), 303);
    const actor = actorOf(request, 'console');
    const scope = await scopeOf(site, actor);
    const groups = await keptGroups(site.db, view, scope);
    const [shown, views] = await Promise.all([
      shownOf(site, view, scope, pageLength, groups),
      listViews(site.db.queries, staffOf(request).account_id),
    ]);
    const counts = sumGroups(groups);
    const { total } = counts;
    const body = html`<h1>${words.ledger.zh}</h1>
${filterBar(view, shown.naming, views)}
${toolbar(view, counts, actor, mostExported)}
${groups.length > 1 || view.group ? groupSummary(view, groups, shown.naming) : ''}
${ledgerTable(await staffView(site, request), view, shown, groups)}
${pageLinks(view.page, Math.ceil(total / pageLength), (page) => viewAddress(path, view, { page }))}
<script src="${assets.ledger.url}" defer></script>`;
    return sendConsolePage(site, request, reply, { title: words.ledger.zh, body });
  });

  routes.get(`${path}.xlsx`, { config, schema }, async (request, reply) => {
    const exported = await exportedOf(site, request);
    return reply
      .type('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .header('content-disposition', attachment('xlsx', exported))
      .header('cache-control', 'no-store')
      .send(await exportWorkbook(exported));
  });
  routes.get(`${path}.csv`, { config, schema }, async (request, reply) => {
    const exported = await exportedOf(site, request);
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', attachment('csv', exported))
      .header('cache-control', 'no-store')
      .send(exportCsv(exported));
  });
  addBulk(routes, site);
  addViews(routes, site);
  addPrint(routes, site);
}

/** The name of an exported file. Where it is not everything, it says so: a word among the rows would be imported again. */
function attachment(extension: string, { projects, total }: { projects: readonly unknown[]; total: number }) {
  const part = projects.length < total ? `（共${total}个，只有前${projects.length}个）` : '';
  const name = encodeURIComponent(`项目台账-${dayOf(new Date())}${part}.${extension}`);
  return `attachment; filename="ledger.${extension}"; filename*=UTF-8''${name}`;
}

async function shownOf(
  site: Site,
  view: ListView,
  scope: ListScope,
  limit: number,
  groups: readonly GroupCount[],
): Promise<Shown> {
  const { queries } = site.db;
  const rows = await listLedger(queries, view, scope, limit, groups);
  return withNames(site, rows);
}

async function withNames(site: Site, rows: readonly ProjectRow[]): Promise<Shown> {
  const { queries } = site.db;
  const sums = await sumItems(
    queries,
    rows.map((row) => row.id),
  );
  const parents = await projectsById(
    queries,
    rows.flatMap((row) => row.parent_id ?? []),
  );
  return {
    rows,
    naming: await namingOf(site.db),
    numberOf: (id) => parents.get(id)?.number ?? '',
    percent: (id) => percentOfSums(sums.get(id)),
  };
}

function percentOfSums(sums: ItemSums | undefined): string | null {
  if (!sums) return null;
  const hundredths = (weight: string) => Math.round(Number(weight) * 100);
  return percentOf({ verified: hundredths(sums.verified), total: hundredths(sums.total) });
}

async function exportedOf(site: Site, request: FastifyRequest) {
  const view = readView(request.query as Parameters);
  const scope = await scopeOf(site, actorOf(request, 'console'));
  const projects = await listAllOf(site.db.queries, view, scope, mostExported);
  const { total } = await countList(site.db.queries, view, scope);
  const { entry_no } = await currentHead(site.db);
  const ids = projects.map((project) => project.id);
  const items = await listItems(site.db.queries, entry_no, ids);
  const parents = await projectsById(
    site.db.queries,
    projects.flatMap((project) => project.parent_id ?? []),
  );
  const numberOf = new Map([...parents.values()].map((project) => [project.id, project.number]));
  // What is seen is exported; asked for as a whole, it is what can be imported again.
  const whole = (request.query as Parameters).columns === 'all';
  const columns = whole ? undefined : view.columns;
  return { projects, total, items, naming: await namingOf(site.db), numberOf, columns };
}

function groupSummary(view: ListView, groups: readonly GroupCount[], naming: Naming): HtmlSafeString {
  if (!view.group) return html``;
  const { group } = view;
  // States and choices have an order of their own; of all others the largest come first.
  const column = group === 'town_code' ? undefined : getColumn(group);
  const ordered =
    column?.kind === 'state' || column?.choices ? groups : groups.toSorted((a, b) => b.count - a.count);
  const shown = ordered.slice(0, mostGroups);
  const rest = groups.length - shown.length;
  return html`<ul class="groups" aria-label="分组">${shown.map(
    ({ key, count, done, late }) =>
      html`<li><a href="#group-${key ?? ''}"><strong>${groupText(group, key, naming)}</strong></a> <span class="count">${count}</span><span class="meta">销号 ${done}${late > 0 ? html` · <span class="late">逾期 ${late}</span>` : ''}</span></li>`,
  )}${rest > 0 ? html`<li class="meta">其余 ${rest} 组见下表</li>` : ''}</ul>`;
}

/** What a group is called. */
function groupText(group: NonNullable<ListView['group']>, key: string | null, naming: Naming): string {
  if (key === null) return '（未填）';
  if (group === 'unit_id') return naming.unitName(Number(key));
  if (group === 'town_code') return naming.areaName(key);
  if (group === 'field_code') return naming.fieldName(key);
  if (group === 'state') return staffStateWords[key as ProjectState].zh;
  return getColumn(group).choices?.[key]?.[0] ?? key;
}

/** Ways of looking at the ledger that somebody keeps. */
function addViews(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  const body = Type.Object({
    name: Type.String({ minLength: 1, maxLength: 40 }),
    query: Type.String({ maxLength: 3000 }),
    drop: Type.Optional(Type.String({ maxLength: 15 })),
    key: Type.String({ minLength: 8, maxLength: 100 }),
  });
  routes.post(`${path}/views`, { config, schema: { body, hide: true } }, async (request, reply) => {
    const { name, query, drop, key } = request.body;
    const { account_id } = staffOf(request);
    const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
    if (drop) await forgetView(site.db, entering, account_id, Number(drop));
    else await keepView(site.db, entering, account_id, { name, query });
    return reply.redirect(viewAddress(path, readView(Object.fromEntries(new URLSearchParams(query)))), 303);
  });
}

/** The list for paper: A3 across, the head on every page, lines for who filled it in, who checked it, and the stamp. */
function addPrint(routes: Routes, site: Site): void {
  const config = { access: { roles: ledgerReaders } } as const;
  routes.get(
    `${path}/print`,
    { config, schema: { querystring: AnyQuery, hide: true } },
    async (request, reply) => {
      const view = readView(request.query as Parameters);
      const actor = actorOf(request, 'console');
      const scope = await scopeOf(site, actor);
      const { entry_no, at } = await currentHead(site.db);
      const shown = await withNames(site, await listAllOf(site.db.queries, view, scope, mostPrinted));
      const counts = await countList(site.db.queries, view, scope);
      const cut =
        shown.rows.length < counts.total
          ? html`<p class="print-meta"><strong>只打印了前 ${shown.rows.length} 个，还有 ${counts.total - shown.rows.length} 个没有打印；请分条件打印，或导出表格。</strong></p>`
          : '';
      const query = new URL(viewAddress('http://x/', view)).search.slice(1);
      const scan = checkRole(actor, coordinators)
        ? ''
        : html` <a class="button plain" href="${stampedListPath(query, entry_no)}">存盖章扫描件</a>`;
      const body = html`<div class="print-sheet"><h1>“我为群众办实事”项目台账</h1>
<p class="print-meta">数据版本 ${entry_no} · ${dayOf(at)} · 共 ${counts.total} 个${countWords(counts)}</p>${cut}
${ledgerTable(await staffView(site, request), view, shown, [], true)}
<p class="print-foot"><span>填报人：</span><span>审核人：</span><span>单位（盖章）：</span><span>日期：</span></p>
<p class="no-print"><a class="button plain" href="${viewAddress(path, view)}">返回台账</a>${scan} <span class="meta">用浏览器的打印功能，纸张选 A3 横向。</span></p></div>`;
      return sendConsolePage(site, request, reply, { title: '打印台账', body });
    },
  );
}
