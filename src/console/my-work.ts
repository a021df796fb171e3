import { type HtmlSafeString, html } from '@prairielearn/html';
import { countWaiting } from '../bulletins/waiting.ts';
import { actorOf, checkRole, type Routes } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import type { Message } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { dataTable } from '../kit/parts/table.ts';
import { listMyWork, type MyWork } from '../ledger/my-work.ts';
import { deadlineText, stateLight } from '../ledger/parts.ts';
import { ledgerReaders } from '../ledger/rules.ts';
import type { Site } from '../portal/context.ts';
import { listUnits } from '../units/actions.ts';
import { sendConsolePage, staffView } from './layout.ts';
import { words } from './words.ts';

const groups: readonly [Exclude<keyof MyWork, 'to_review' | 'overdue_in_reach'>, Message][] = [
  ['to_verify', words.to_verify],
  ['overdue', words.overdue],
  ['to_decide', words.to_decide],
  ['due_soon', words.due_soon],
  ['to_start', words.to_start],
];
const shownOfGroup = 20;

/** The first page of the console: what this person can do, by what expires first. */
export function addMyWork(routes: Routes, site: Site): void {
  const config = { access: 'staff' } as const;
  routes.get('/console', { config, schema: { hide: true } }, async (request, reply) => {
    const actor = actorOf(request, 'console');
    const work = await listMyWork(site.db.queries, actor, new Date());
    const { entry_no } = await currentHead(site.db);
    const units = new Map(
      (await listUnits(site.db.queries, entry_no)).map((unit) => [unit.id, unit.short_name]),
    );
    const filled = groups.filter(([name]) => work[name].length > 0);
    const none = checkRole(actor, ledgerReaders) ? words.for_office : words.nothing;
    const review = work.to_review;
    const watched = work.overdue_in_reach;
    const bulletins = await countWaiting(site.db, actor);
    const view = await staffView(site, request);
    const body = html`<h1>${words.my_work.zh}</h1>${filled.length === 0 && review === 0 && watched === 0 && bulletins === 0 ? html`<p class="lead">${none.zh}</p>` : ''}
${review > 0 ? html`<p class="notice"><a href="/console/review">${words.to_review.zh}</a> <span class="count">${review}</span></p>` : ''}${bulletins > 0 ? html`<p class="notice"><a href="/console/bulletins">${words.bulletins_waiting.zh}</a> <span class="count">${bulletins}</span></p>` : ''}
${filled.map(([name, title]) => group(view, work[name], title, units))}${watched > 0 ? html`<p><a href="/console/projects?light=overdue">${words.all_overdue.zh}</a> <span class="count">${watched}</span></p>` : ''}`;
    return sendConsolePage(site, request, reply, { title: words.my_work.zh, body });
  });
}

function group(
  view: View,
  projects: MyWork['to_verify'],
  title: Message,
  units: Map<number, string>,
): HtmlSafeString {
  const rest = projects.length - shownOfGroup;
  return html`<section class="group"><h2>${title.zh} <span class="count">${projects.length}</span></h2>${dataTable(
    {
      caption: title.zh,
      caption_hidden: true,
      rows: projects.slice(0, shownOfGroup),
      columns: [
        { title: '项目', cell: (row) => html`<a href="/console/projects/${row.number}">${row.title}</a>` },
        { title: '谁负责', cell: (row) => units.get(row.unit_id) },
        { title: '编号', cell: (row) => row.number },
        { title: '灯', cell: (row) => stateLight(view, row, new Date()) },
        { title: '完成时限', cell: (row) => deadlineText(row.deadline, view.language), numeric: true },
      ],
    },
  )}${rest > 0 ? html`<p><a href="/console/projects">另有 ${rest} 个，${words.see_all.zh}</a></p>` : ''}</section>`;
}
