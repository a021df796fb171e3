import { type HtmlSafeString, html } from '@prairielearn/html';
import { countWaiting } from '../figures/proposals/actions.ts';
import { releaseApprovers } from '../figures/proposals/rules.ts';
import { actorOf, checkRole, type Routes } from '../identity/access.ts';
import { currentHead } from '../journal/head.ts';
import { dayOf } from '../kit/clock.ts';
import type { Message } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { dataTable } from '../kit/parts/table.ts';
import { listMyWork, type MyWork } from '../ledger/my-work.ts';
import { deadlineText, stateLight } from '../ledger/parts.ts';
import { ledgerReaders } from '../ledger/rules.ts';
import type { Site } from '../portal/context.ts';
import { listReportWork } from '../reporting/reports/expected.ts';
import { reportGroup } from '../reporting/reports/parts.ts';
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
    const reports = await listReportWork(site.db.queries, actor, { today: dayOf(new Date()), entry_no });
    const filled = groups.filter(([name]) => work[name].length > 0);
    const none = checkRole(actor, ledgerReaders) ? words.for_office : words.nothing;
    const review = work.to_review;
    const watched = work.overdue_in_reach;
    const to_release = checkRole(actor, releaseApprovers)
      ? 0
      : await countWaiting(site.db.queries, actor.account_id);
    const view = await staffView(site, request);
    const waiting = [review, watched, to_release, reports.to_report.length, reports.to_approve.length];
    const idle = filled.length === 0 && waiting.every((count) => count === 0);
    const body = html`<h1>${words.my_work.zh}</h1>${idle ? html`<p class="lead">${none.zh}</p>` : ''}
${review > 0 ? html`<p class="notice"><a href="/console/review">${words.to_review.zh}</a> <span class="count">${review}</span></p>` : ''}
${to_release > 0 ? html`<p class="notice"><a href="/console/releases">${words.to_release.zh}</a> <span class="count">${to_release}</span></p>` : ''}
${reportGroup(words.to_report.zh, reports.to_report)}${reportGroup(words.to_approve.zh, reports.to_approve)}${filled.map(([name, title]) => group(view, work[name], title, units))}${watched > 0 ? html`<p><a href="/console/projects?light=overdue">${words.all_overdue.zh}</a> <span class="count">${watched}</span></p>` : ''}`;
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
