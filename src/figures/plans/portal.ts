import { html } from '@prairielearn/html';
import type { Routes } from '../../identity/access.ts';
import { cutoffText, dayOf, dayText } from '../../kit/clock.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { type Site, sendPage, viewOf } from '../../portal/context.ts';
import { portalPage } from '../../portal/layout.ts';
import { listReleasedEntries, type ReleasedEntry, releasesOfEntry } from '../actions.ts';
import { getFigure } from '../registry.ts';
import { words } from '../words.ts';
import { listPlans, type Plan } from './actions.ts';

/** What will be released when, what was released, and the same as a calendar to subscribe to (RFC 5545). */
export function addReleaseCalendar(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get('/releases', { config, schema: { hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const t = (message: Message) => say(view.language, message);
    const today = dayOf(new Date());
    const plans = await listPlans(site.db.queries, today);
    const released = await listReleasedEntries(site.db.queries, 30);
    const body = html`<h1>${t(words.calendar)}</h1><p class="lead">${t(words.calendar_lead)}</p>
<h2>${t(words.coming)}</h2>${plans.length > 0 ? planTable(view, plans, today) : html`<p>${t(words.nothing_coming)}</p>`}
<p><a href="/releases/calendar.ics">${t(words.subscribe)}</a></p>
<h2>${t(words.released_list)}</h2>${released.length > 0 ? await releasedTable(site, view, released) : html`<p>${t(words.nothing_released)}</p>`}`;
    const trail = [{ href: '/figures', text: t(words.figures) }];
    return sendPage(reply, portalPage(view, { title: t(words.calendar), body, trail }));
  });
  routes.get('/releases/calendar.ics', { config, schema: { hide: true } }, async (_request, reply) => {
    const plans = await listPlans(site.db.queries, dayOf(new Date()));
    return reply
      .type('text/calendar; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(calendarText(plans, new Date()));
  });
}

function planTable(view: View, plans: readonly Plan[], today: string) {
  const t = (message: Message) => say(view.language, message);
  const title = (plan: Plan) => (view.language === 'en' ? (plan.title_en ?? plan.title) : plan.title);
  const state = (plan: Plan) => {
    if (plan.cancelled) return `${t(words.plan_cancelled)} · ${plan.reason}`;
    if (plan.released_entry !== null) return `✓ ${t(words.plan_released)}`;
    if (plan.on_day < today) return `▲ ${t(words.plan_late)}`;
    if (plan.first_day === plan.on_day) return t(words.plan_open);
    return `${t(words.plan_moved)} ${dayText(plan.first_day, view.language)} · ${plan.reason}`;
  };
  return dataTable<Plan>({
    caption: t(words.coming),
    caption_hidden: true,
    rows: plans,
    columns: [
      { title: t(words.plan_what), cell: title },
      { title: t(words.day), cell: (plan) => dayText(plan.on_day, view.language) },
      { title: t(words.plan_state), cell: state },
    ],
  });
}

async function releasedTable(site: Site, view: View, entries: readonly ReleasedEntry[]) {
  const t = (message: Message) => say(view.language, message);
  const rows = [];
  for (const entry of entries) {
    const releases = await releasesOfEntry(site.db.queries, entry.entry_no);
    const codes = [...new Set(releases.map(({ code }) => code))].filter((code) => site.registry.has(code));
    rows.push({ entry, codes });
  }
  return dataTable<(typeof rows)[number]>({
    caption: t(words.released_list),
    caption_hidden: true,
    rows,
    columns: [
      { title: t(words.cutoff), cell: ({ entry }) => cutoffText(entry.cutoff, view.language) },
      {
        title: t(words.figures),
        cell: ({ codes }) =>
          codes.map(
            (code, index) =>
              html`${index > 0 ? '、' : ''}<a href="/figures/${code}">${t(getFigure(site.registry, code).title)}</a>`,
          ),
      },
      { title: t(words.known), numeric: true, cell: ({ entry }) => entry.entry_no },
    ],
  });
}

/** The plans as a calendar of whole days: lines end in CRLF and are folded at 75 octets (RFC 5545, 3.1). */
export function calendarText(plans: readonly Plan[], now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const lines = plans.flatMap((plan) => [
    'BEGIN:VEVENT',
    `UID:release-plan-${plan.id}@shishi`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${plan.on_day.replaceAll('-', '')}`,
    `SUMMARY:${escaped(plan.title)}`,
    ...(plan.reason ? [`DESCRIPTION:${escaped(plan.reason)}`] : []),
    `STATUS:${plan.cancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]);
  const all = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Shishi//Releases//ZH', ...lines, 'END:VCALENDAR'];
  return `${all.map(folded).join('\r\n')}\r\n`;
}

function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}

function folded(line: string): string {
  const parts: string[] = [''];
  let octets = 0;
  for (const letter of line) {
    const size = Buffer.byteLength(letter);
    if (octets + size > 74) {
      parts.push(' ');
      octets = 1;
    }
    parts[parts.length - 1] += letter;
    octets += size;
  }
  return parts.join('\r\n');
}
