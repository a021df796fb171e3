import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { deadlineText, listNames, type Names, stateLight } from '../../ledger/parts.ts';
import { type Site, sendPage, viewIn } from '../context.ts';
import { portalPage } from '../layout.ts';
import { presentOf } from '../present.ts';
import { searchForm } from './form.ts';
import { type Entry, find, type Kind, kinds, type Results } from './found.ts';
import { marked, snippet } from './marked.ts';
import { words } from './words.ts';

const shownOthers = 8;

/** Search over everything in one place: projects, bulletins, figures, places, units, fields and the pages of help. */
export function addSearch(routes: Routes, site: Site): void {
  const Query = Type.Object({ q: Type.Optional(Type.String({ maxLength: 100 })) });
  const schema = { querystring: Query, hide: true };
  routes.get('/search', { config: { access: 'public' }, schema }, async (request, reply) => {
    const view = viewIn(await presentOf(site.db), request);
    const typed = (request.query.q ?? '').trim();
    const results = typed ? await find(site, typed) : undefined;
    const known_entry = results?.present.published?.known_entry ?? 0;
    const names = results && (await listNames(site.db.queries, known_entry, view));
    const title = typed ? `${typed} · ${say(view.language, words.search)}` : say(view.language, words.search);
    const body = html`<h1>${say(view.language, words.search)}</h1>${searchForm(view, typed)}${results && names ? found(view, typed, results, names) : browse(view)}`;
    await sendPage(reply, portalPage(view, { title, body, index: false, searches: true }));
  });
}

function browse({ language }: View): HtmlSafeString {
  return html`<p><a href="/places">${say(language, words.browse)}</a></p>`;
}

function found(view: View, typed: string, results: Results, names: Names): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { projects, others } = results;
  const groups: [string, Message, number][] = [
    ...(projects.count > 0
      ? [['projects', words.projects, projects.count] as [string, Message, number]]
      : []),
    ...kinds
      .filter((kind) => others.has(kind))
      .map((kind): [string, Message, number] => [kind, words[kind], others.get(kind)!.length]),
  ];
  if (groups.length === 0) return nothing(view, typed);
  const list = projects.count > 0 ? projectGroup(view, typed, results, names) : '';
  const first = results.exact;
  const rest = kinds.filter((kind) => !first.includes(kind));
  return html`<p class="count groups" role="status">${groups.map(([id, title, count]) => html`<a href="#${id}">${t(title)} ${count}</a> `)}</p>
${first.map((kind) => otherGroup(view, results, kind))}${list}${rest.map((kind) => otherGroup(view, results, kind))}`;
}

function projectGroup(view: View, typed: string, results: Results, names: Names): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { count, near, projects } = results.projects;
  const cutoff = results.present.published!.cutoff;
  const rest = count > projects.length && !near;
  return html`<section aria-labelledby="projects"><h2 id="projects">${t(words.projects)} <span class="count">${count}</span></h2>${near ? html`<p>${t(words.near)}</p>` : ''}
<ul class="list results" lang="zh-CN">${projects.map(
    (project) =>
      html`<li><a href="/projects/${project.number}">${marked(project.title, results.words)}</a> ${stateLight(view, project, cutoff)}<p>${snippet(project.content, results.words)}</p><span class="meta">${marked(project.number, results.words)} · ${[...new Set([names.units.get(project.unit_id), names.areas.get(project.area_code)])].filter(Boolean).join(' · ')} · ${deadlineText(project.deadline, view.language)}</span></li>`,
  )}</ul>${rest ? html`<p><a href="/projects?${new URLSearchParams({ q: typed }).toString()}">${t(words.all)} ${count}</a></p>` : ''}</section>`;
}

function otherGroup(view: View, { others, words: asked }: Results, kind: Kind): HtmlSafeString | '' {
  const entries = others.get(kind);
  if (!entries) return '';
  const t = (message: Message) => say(view.language, message);
  const item = (entry: Entry) => {
    const text = kind === 'places' || kind === 'fields' ? '' : snippet(t(entry.text), asked);
    return html`<li><a href="${entry.href}">${marked(t(entry.title), asked)}</a>${text ? html`<p>${text}</p>` : ''}</li>`;
  };
  const shown = entries.slice(0, shownOthers).map(item);
  const more = entries.slice(shownOthers);
  return html`<section aria-labelledby="${kind}"><h2 id="${kind}">${t(words[kind])} <span class="count">${entries.length}</span></h2><ul class="list results">${shown}</ul>${more.length > 0 ? html`<details><summary>${t(words.all)} ${entries.length}</summary><ul class="list results">${more.map(item)}</ul></details>` : ''}</section>`;
}

function nothing(view: View, typed: string): HtmlSafeString {
  const zh = view.language === 'zh';
  return html`<p class="lead" role="status">${zh ? `没有找到“${typed}”。` : `Nothing was found for “${typed}”.`}</p>
<ul>${words.tips[view.language].map((tip) => html`<li>${tip}</li>`)}</ul>${browse(view)}`;
}
