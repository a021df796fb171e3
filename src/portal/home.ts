import { type HtmlSafeString, html } from '@prairielearn/html';
import { listAreas } from '../areas/actions.ts';
import { type Bulletin, listBulletins } from '../bulletins/actions.ts';
import { type Release, releasesOfEntry } from '../figures/actions.ts';
import { shown } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import type { Routes } from '../identity/access.ts';
import { cutoffText, dayClosedBy, dayOf, daysBetween, dayText } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { bar, bigFigure, figureLink } from '../kit/parts/figures.ts';
import { type LateProject, listLate, listNewSteps, type NewStep } from '../ledger/actions.ts';
import { stateWords } from '../ledger/words.ts';
import { listUnits } from '../units/actions.ts';
import { type Site, sendPage, viewIn } from './context.ts';
import { portalPage } from './layout.ts';
import { namesOf } from './names.ts';
import { presentOf } from './present.ts';
import type { Published } from './published.ts';
import { type Trio, triosOf, wholeOf } from './published-figures.ts';
import { searchForm } from './search/form.ts';
import { homeWords as words } from './words.ts';

/** Home as it was last drawn, for each way of looking at it; good while no entry was added. */
interface Drawn {
  entry_no: number;
  pages: Map<string, string>;
}

/** The home page: how far are we, what is late, by field and by town; every number from the newest publication. */
export function addHome(routes: Routes, site: Site): void {
  let drawn: Drawn = { entry_no: -1, pages: new Map() };
  routes.get('/', { config: { access: 'public' }, schema: { hide: true } }, async (request, reply) => {
    const present = await presentOf(site.db);
    const { published, entry_no } = present;
    const seen = viewIn(present, request);
    const view = { ...seen, path: seen.embed ? '/?embed=1' : '/' };
    const way = `${view.language} ${view.elder} ${view.aids} ${view.embed}`;
    if (drawn.entry_no !== entry_no) drawn = { entry_no, pages: new Map() };
    const { pages } = drawn;
    let page = pages.get(way);
    if (page === undefined) {
      const body = published ? await overview(site, view, published) : nothingYet(view);
      const title = say(view.language, words.title);
      page = portalPage(view, { title, body, searches: true }).toString();
      pages.set(way, page);
    }
    await sendPage(reply, page);
  });
}

function nothingYet(view: View): HtmlSafeString {
  return html`<h1>${say(view.language, words.programme)}${say(view.language, words.heading)}</h1><p class="lead">${say(view.language, words.nothing)}</p>`;
}

/** What the sections of the home page are drawn from. */
interface Home {
  site: Site;
  view: View;
  published: Published;
  releases: readonly Release[];
  units: ReadonlyMap<number, string>;
}

const shownLate = 5;
const shownSteps = 5;

async function overview(site: Site, view: View, published: Published): Promise<HtmlSafeString> {
  const { queries } = site.db;
  const { known_entry, cutoff } = published;
  const t = (message: Message) => say(view.language, message);
  const releases = await releasesOfEntry(queries, published.entry_no);
  const units = new Map((await listUnits(queries, known_entry)).map((unit) => [unit.id, unit.short_name]));
  const home: Home = { site, view, published, releases, units };
  const names = (by: 'field' | 'area') => namesOf(queries, by, known_entry, view.language);
  const late = await listLate(queries, known_entry, dayClosedBy(cutoff), shownLate);
  const steps = await listNewSteps(queries, known_entry, cutoff, shownSteps);
  const bulletin = (await listBulletins(queries, 20)).find((one) => !one.withdrawn_at);
  const [fields, areas] = [await names('field'), await names('area')];
  return html`<h1>${t(words.programme)}<span class="nowrap">${t(words.heading)}</span></h1><p class="lead">${t(words.lead)}</p>
${headline(home)}
<p><a class="button" href="/requests/new">${t(words.ask)}</a> <a class="beside" href="/wishes">${t(words.wishes)}</a></p>
${searchForm(view, '')}
${lateSection(home, late)}
<h2>${t(words.by_field)}</h2><ul class="breakdown">${triosOf(releases, 'field', fields).map((trio) => fieldRow(home, trio))}</ul>
<h2>${t(words.by_town)}</h2><ul class="tiles">${await townTiles(home, areas)}</ul><p class="after"><a href="/places">${t(words.by_village)}</a></p>
<h2>${t(words.newest)}</h2>${bulletin ? bulletinLine(home, bulletin) : ''}${newSteps(home, steps)}
${otherFigures(home)}`;
}

/** What was listed, what is completed, and the rate; with a bar that says the same. */
function headline({ site, view, published, releases }: Home): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const as_of = `${t(words.as_of)} ${cutoffText(published.cutoff, view.language)}`;
  const big = (code: string, label: Message) => {
    const release = wholeOf(releases, code);
    if (!release) return '';
    const definition = getFigure(site.registry, code);
    return bigFigure({
      label: t(label),
      text: shown(definition, release.value) ?? '—',
      unit: t(definition.unit),
      href: `/releases/${release.id}`,
      as_of,
      title: t(definition.explanation),
    });
  };
  const rate = Number(wholeOf(releases, 'ledger.completion_rate')?.value ?? 0);
  return html`<dl class="headline">${big('ledger.total', words.promised)}${big('ledger.completed', words.done)}${big('ledger.completion_rate', words.rate)}</dl>
<div class="whole">${bar(rate / 100, `${t(words.rate)} ${rate.toFixed(1)}%`)}</div>`;
}

/** What was promised and is late, by name: nobody has to look for it. */
function lateSection(
  { site, view, published, releases, units }: Home,
  late: readonly LateProject[],
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const zh = view.language === 'zh';
  const release = wholeOf(releases, 'ledger.overdue');
  const all = html`<p class="after"><a href="/projects">${t(words.all)}</a></p>`;
  if (!release?.value) return all;
  const title = t(getFigure(site.registry, release.code).explanation);
  const number = figureLink({ text: release.value, href: `/releases/${release.id}`, title });
  if (release.value === '0') return html`<p>${number} ${t(words.none_late)}</p>${all}`;
  const day = dayClosedBy(published.cutoff);
  const since = (deadline: string) =>
    zh ? `已过 ${daysBetween(deadline, day)} 天` : `${daysBetween(deadline, day)} days late`;
  const more = Number(release.value) > late.length;
  return html`<section class="late" aria-labelledby="late"><h2 id="late">${zh ? html`${number} 个到期还没有完成` : html`${number} are past their deadline and not complete`}</h2><ul>${late.map(
    ({ number, title, deadline, unit_id }) =>
      html`<li><a href="/projects/${number}" lang="zh-CN">${title}</a><span class="meta">${units.get(unit_id)} · ${zh ? '应于' : 'due'} ${dayText(deadline, view.language)}${zh ? '完成' : ''} · <strong>${since(deadline)}</strong></span></li>`,
  )}</ul>${more ? html`<p class="meta">${t(words.late_rest)}</p>` : ''}</section>${all}`;
}

function link({ site, view }: Home, release: Release): HtmlSafeString {
  const definition = getFigure(site.registry, release.code);
  const text = shown(definition, release.value) ?? '—';
  return figureLink({ text, href: `/releases/${release.id}`, title: say(view.language, definition.title) });
}

function share({ name, rate }: Trio): HtmlSafeString {
  return bar(Number(rate.value) / 100, `${name} ${Number(rate.value).toFixed(1)}%`);
}

function fieldRow(home: Home, trio: Trio): HtmlSafeString {
  const { key, name, total, completed, rate } = trio;
  return html`<li><div class="row"><a href="/projects?field=${key}">${name}</a><span>${link(home, completed)} / ${link(home, total)} · ${link(home, rate)}%</span></div>${share(trio)}</li>`;
}

/** Each town with its figures, and its villages folded under it. */
async function townTiles(home: Home, names: ReadonlyMap<string, string>): Promise<HtmlSafeString[]> {
  const { site, view, published, releases } = home;
  const areas = await listAreas(site.db.queries, published.known_entry);
  const towns = triosOf(releases, 'area', names).filter(({ key }) => key.length === 9);
  const short = (code: string) => (names.get(code) ?? code).replace(/(社区)?居民委员会$|村民委员会$/, '');
  return towns.map((trio) => {
    const { key, name, total, completed, rate } = trio;
    const villages = areas.filter((area) => area.parent_code === key);
    const links = villages.map(
      ({ code }) => html`<li><a href="/projects?area=${code}">${short(code)}</a></li>`,
    );
    const folded = html`<details><summary>${say(view.language, words.villages)}</summary><ul>${links}</ul></details>`;
    return html`<li class="tile"><h3><a href="/projects?town=${key}">${name}</a></h3><div class="rate">${link(home, rate)}%</div>${share(trio)}<p>${say(view.language, words.done)} ${link(home, completed)} / ${link(home, total)}</p>${villages.length > 0 ? folded : ''}</li>`;
  });
}

function bulletinLine({ view }: Home, { number, title, published_at }: Bulletin): HtmlSafeString {
  return html`<p class="newest"><a href="/bulletins/${number}" lang="zh-CN">${title}</a><span class="meta">${number} · ${dayText(dayOf(published_at), view.language)}</span></p>`;
}

function newSteps({ view, units }: Home, steps: readonly NewStep[]): HtmlSafeString {
  return html`<ul class="list news">${steps.map(
    ({ number, title, to_state, occurred_at, unit_id }) =>
      html`<li><a href="/projects/${number}" lang="zh-CN">${title}</a><span class="meta">${dayText(dayOf(occurred_at), view.language)} · ${say(view.language, stateWords[to_state])} · ${units.get(unit_id)}</span></li>`,
  )}</ul>`;
}

/** The other figures that the publication gave for the whole district. */
function otherFigures(home: Home): HtmlSafeString {
  const { site, view, releases } = home;
  const codes = ['ledger.total', 'ledger.completed', 'ledger.completion_rate', 'ledger.overdue'];
  const t = (message: Message) => say(view.language, message);
  const newest = new Map(releases.filter((one) => one.key === null).map((one) => [one.code, one]));
  const others = [...newest.values()].filter(({ code }) => !codes.includes(code));
  return html`<h2>${t(words.figures)}</h2>${
    others.length > 0
      ? html`<ul class="others">${others.map((release) => {
          const { title, unit } = getFigure(site.registry, release.code);
          return html`<li>${t(title)} ${link(home, release)} ${t(unit)}</li>`;
        })}</ul>`
      : ''
  }<p class="after"><a href="/figures">${t(words.all_figures)}</a> · <a href="/open-data">${t(words.open_data)}</a></p>`;
}
