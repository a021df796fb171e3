// The big screen of the hall (1920 × 1080): the newest publication from six metres away. It shows what residents may see and
// nothing else, so it can hang where anybody passes.
import { type HtmlSafeString, html } from '@prairielearn/html';
import { type Release, releasesOfEntry } from '../figures/actions.ts';
import { shown } from '../figures/compute.ts';
import { getFigure } from '../figures/registry.ts';
import type { Routes } from '../identity/access.ts';
import { assets } from '../kit/assets.ts';
import { cutoffText, dayClosedBy, dayOf, daysBetween } from '../kit/clock.ts';
import { document } from '../kit/page.ts';
import { bar, grouped } from '../kit/parts/figures.ts';
import { type LateProject, listLate, listNewSteps, type NewStep } from '../ledger/actions.ts';
import { stateWords } from '../ledger/words.ts';
import { type Site, sendPage } from '../portal/context.ts';
import { namesOf } from '../portal/names.ts';
import { type Present, presentOf } from '../portal/present.ts';
import type { Published } from '../portal/published.ts';
import { type Trio, triosOf, wholeOf } from '../portal/published-figures.ts';
import { listUnits } from '../units/actions.ts';
import { staffView } from './layout.ts';
import { screenViewers } from './rules.ts';

const refreshSeconds = 60;
const shownRows = 5;

/** The big screen: headline figures, fields, towns, what is late and what is new, as of the newest publication. */
export function addScreen(routes: Routes, site: Site): void {
  const config = { access: { roles: screenViewers } } as const;
  routes.get('/console/screen', { config, schema: { hide: true } }, async (request, reply) => {
    const present = await presentOf(site.db);
    const view = await staffView(site, request);
    const { published } = present;
    const main = published ? await picture(site, present, published) : empty(present);
    const body = html`<main id="main" class="screen" data-refresh="${refreshSeconds}">${main}</main><p class="away" role="status" hidden>与服务器的连接中断，画面停在 <span></span></p><script type="module" src="${assets.screen.url}"></script>`;
    const page = document(
      { ...view, elder: false, aids: [] },
      {
        title: '大屏',
        site: `${present.district.zh}实事`,
        stylesheet: assets.screenStyle,
        body,
        index: false,
        room: 'screen',
        refresh: refreshSeconds,
      },
    );
    await sendPage(reply, page, 'no-store');
    return reply;
  });
}

function empty({ district }: Present): HtmlSafeString {
  return html`<header><h1>${district.zh} · 我为群众办实事</h1></header><p class="nothing">还没有发布公报，没有可以显示的数字。</p>`;
}

/** What one picture is drawn from. */
interface Shown {
  site: Site;
  releases: readonly Release[];
  units: ReadonlyMap<number, string>;
}

async function picture(
  site: Site,
  { district, demonstration }: Present,
  published: Published,
): Promise<HtmlSafeString> {
  const { queries } = site.db;
  const { known_entry, cutoff, number, entry_no } = published;
  const releases = await releasesOfEntry(queries, entry_no);
  const units = new Map((await listUnits(queries, known_entry)).map((unit) => [unit.id, unit.short_name]));
  const names = (by: 'field' | 'area') => namesOf(queries, by, known_entry, 'zh');
  const screen: Shown = { site, releases, units };
  const day = dayClosedBy(cutoff);
  const late = await listLate(queries, known_entry, day, shownRows);
  const steps = await listNewSteps(queries, known_entry, cutoff, shownRows);
  const towns = triosOf(releases, 'area', await names('area')).filter(({ key }) => key.length === 9);
  return html`<header><h1>${district.zh} · 我为群众办实事</h1><p class="as-of">截至 <strong>${cutoffText(cutoff, 'zh')}</strong></p><p class="source">第 ${number} 号公报公布的数字${demonstration ? ' · 演示数据' : ''}</p></header>
${headline(screen)}
<section class="fields" aria-labelledby="fields"><h2 id="fields">各领域完成率</h2><ul>${triosOf(releases, 'field', await names('field')).map((trio) => row(screen, trio))}</ul></section>
<section class="towns" aria-labelledby="towns"><h2 id="towns">各镇完成率</h2><ul>${towns.map((trio) => row(screen, trio))}</ul></section>
${lateSection(screen, late, day)}
${newsSection(screen, steps)}`;
}

function text({ site }: Shown, release: Release): string {
  return grouped(shown(getFigure(site.registry, release.code), release.value) ?? '—');
}

function headline(screen: Shown): HtmlSafeString {
  const big = (code: string, label: string, unit: string) => {
    const release = wholeOf(screen.releases, code);
    return release
      ? html`<div><dt>${label}</dt><dd><span class="number">${text(screen, release)}</span>${unit}</dd></div>`
      : '';
  };
  const rate = wholeOf(screen.releases, 'ledger.completion_rate');
  return html`<section class="headline" aria-label="总体"><dl>${big('ledger.completion_rate', '完成率', '%')}${big('ledger.completed', '已经办成', '个')}${big('ledger.total', '要办的实事', '个')}</dl>${rate ? bar(Number(rate.value) / 100, `完成率 ${text(screen, rate)}%`) : ''}</section>`;
}

function row(screen: Shown, { name, total, completed, rate }: Trio): HtmlSafeString {
  return html`<li><span class="name">${name}</span>${bar(Number(rate.value) / 100, `${name} ${text(screen, rate)}%`)}<span class="rate">${text(screen, rate)}%</span><span class="of">${text(screen, completed)}/${text(screen, total)}</span></li>`;
}

function lateSection(screen: Shown, late: readonly LateProject[], day: string): HtmlSafeString {
  const release = wholeOf(screen.releases, 'ledger.overdue');
  const count = release ? text(screen, release) : '—';
  return html`<section class="late" aria-labelledby="late"><h2 id="late"><span aria-hidden="true">■</span> 到期没有完成 <strong>${count}</strong> 个</h2><ol>${late.map(
    ({ title, deadline, unit_id }) =>
      html`<li><span class="what">${title}</span><span class="who">${screen.units.get(unit_id)}</span><span class="days">已过 ${daysBetween(deadline, day)} 天</span></li>`,
  )}</ol></section>`;
}

function newsSection(screen: Shown, steps: readonly NewStep[]): HtmlSafeString {
  const short = (at: Date) => dayOf(at).slice(5).replace('-', '月').replace(/^0/, '').replace('月0', '月');
  return html`<section class="news" aria-labelledby="news"><h2 id="news">最新进展</h2><ol>${steps.map(
    ({ title, to_state, occurred_at, unit_id }) =>
      html`<li><span class="what">${title}</span><span class="who">${screen.units.get(unit_id)}</span><span class="days">${short(occurred_at)}日 ${stateWords[to_state].zh}</span></li>`,
  )}</ol></section>`;
}
