import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../identity/access.ts';
import { signedHead } from '../journal/head.ts';
import { cutoffText, dayClosedBy } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { chartFigure } from '../kit/parts/chart.ts';
import { bigFigure, figureLink, grouped } from '../kit/parts/figures.ts';
import { selectField, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { listReleases, type Release } from './actions.ts';
import { type Answer, type Asked, answerOf, type SeriesPoint, seriesOf } from './answer.ts';
import { addressOf, citation } from './citation.ts';
import { shown, type Value } from './compute.ts';
import { type Definition, type Dimension, dimensions } from './definition.ts';
import { type FileKind, namesIn, partsHeight, sendFile, seriesHeight } from './files.ts';
import { askedVersion, definitionText } from './registry.ts';
import { words } from './words.ts';

const FigureQuery = Type.Object({
  cutoff: Type.Optional(Type.String({ maxLength: 40 })),
  by: Type.Optional(Type.Enum(['', ...dimensions])),
  area: Type.Optional(Type.String({ maxLength: 12 })),
  boundaries: Type.Optional(Type.Enum(['then', 'now'])),
  entry: Type.Optional(Type.String({ maxLength: 15, pattern: '^\\d*$' })),
  version: Type.Optional(Type.String({ maxLength: 6, pattern: '^\\d*$' })),
  /** Which picture of it. */
  of: Type.Optional(Type.Enum(['parts', 'series'])),
  narrow: Type.Optional(Type.Literal('1')),
});

/** The list of figures and the page of each: value, definition, breakdown, releases. */
export function addFigurePages(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  routes.get('/figures', { config, schema: { hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const items = [];
    // Other ways to count the same are on the page of each.
    const listed = [...site.registry.values()].filter(({ code, variant }) => !variant || variant.of === code);
    for (const definition of listed) items.push(await figureItem(site, view, definition));
    const t = (message: Message) => say(view.language, message);
    const body = html`<h1>${t(words.figures)}</h1><p class="lead">${t(words.lead)}</p><ul class="list">${items}</ul>`;
    await sendPage(reply, portalPage(view, { title: t(words.figures), body }));
  });

  const params = Type.Object({ code: Type.String({ maxLength: 80 }) });
  routes.get(
    '/figures/:code',
    { config, schema: { params, querystring: FigureQuery, hide: true } },
    async (request, reply) => {
      const view = await viewOf(site, request);
      const file = /^(.+)\.(csv|json|svg)$/.exec(request.params.code);
      if (file) return sendFile(site, view, reply, file[1]!, file[2] as FileKind, request.query);
      const definition = askedVersion(site.registry, request.params.code, request.query);
      const body = await figureBody({ site, address, view }, definition, request.query);
      const trail = [{ href: '/figures', text: say(view.language, words.figures) }];
      await sendPage(
        reply,
        portalPage(view, { title: say(view.language, definition.title), body, trail, read: true }),
      );
    },
  );
}

async function figureItem(site: Site, view: View, definition: Definition): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const [newest] = await listReleases(site.db.queries, definition.code, 1);
  const value = newest
    ? html`${grouped(shown(definition, newest.value) ?? t(words.none))} ${t(definition.unit)} · ${t(words.cutoff)} ${cutoffText(newest.cutoff, view.language)}`
    : t(words.unreleased);
  return html`<li><a href="/figures/${definition.code}">${t(definition.title)}</a><span class="meta">${value}</span>${t(definition.explanation)}</li>`;
}

async function figureBody(
  { site, address, view }: { site: Site; address: string; view: View },
  definition: Definition,
  asked: Asked,
): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const releases = await listReleases(site.db.queries, definition.code, 50);
  const title = html`<h1>${t(definition.title)}</h1><p class="lead">${t(definition.explanation)}</p>${variants(site, view, definition)}`;
  const answer = await answerOf(site, definition, asked);
  if (!answer) return html`${title}<p>${t(words.unreleased)}</p>${definitionBlock(site, view, definition)}`;
  const { cutoff, by } = answer.question;
  const as_of = `${t(words.cutoff)} ${cutoffText(cutoff, view.language)}`;
  const text = partText(view, definition, answer.whole);
  const here = releases.find(
    ({ cutoff: at, area_code, known_entry, version }) =>
      at.getTime() === cutoff.getTime() &&
      area_code === answer.question.area &&
      known_entry === answer.question.entry_no &&
      version === definition.version,
  );
  const { boundaries } = answer.question;
  const fixed = addressOf(answer);
  const query = fixed.slice(fixed.indexOf('?') + 1);
  const href = here && !boundaries ? `/releases/${here.id}` : fixed;
  const head = here && (await signedHead(site.db, site.key, here.since_entry));
  const part = placeName(view, answer);
  const cited = {
    definition,
    part,
    cutoff,
    published: head ? new Date(head.at) : null,
    href: by ? fixed : href,
  };
  const series = await seriesOf(site, answer);
  return html`${title}
<dl class="headline">${bigFigure({ label: part ?? t(words.value), text, unit: t(definition.unit), href, as_of, title: t(definition.explanation) })}</dl>
${answer.moved ? html`<p class="meta">${t(boundaries ? words.boundaries_now_note : words.boundaries_then_note)}</p>` : ''}
${asked.entry ? html`<p class="meta">${t(words.pinned)} <a href="/figures/${definition.code}">${t(words.newest)}</a></p>` : ''}
${asOfForm(view, answer, asked.cutoff ?? dayClosedBy(cutoff))}
${by ? await breakdown(site, view, answer, by, query) : ''}
${series.length > 1 ? seriesSection(view, definition, series, query) : ''}
<h2>${t(words.releases)}</h2>${releaseTable(view, definition, releases)}
<h2>${t(words.downloads)}</h2><p class="downloads">${(['csv', 'json'] as const).map((kind) => html`<a href="/figures/${definition.code}.${kind}?${query}">${kind.toUpperCase()}</a> `)}</p>
${await citation(site, address, view, cited)}
${definitionBlock(site, view, definition)}`;
}

/** A series as a picture and as its table. */
function seriesSection(
  view: View,
  definition: Definition,
  series: readonly SeriesPoint[],
  query: string,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const table = dataTable<SeriesPoint>({
    caption: `${t(definition.title)} · ${t(words.series)}`,
    rows: series,
    columns: [
      { title: t(words.cutoff), cell: (point) => cutoffText(point.cutoff, view.language) },
      {
        title: `${t(words.value)} ${t(definition.unit)}`,
        numeric: true,
        cell: (point) => grouped(shown(definition, point.value) ?? '—'),
      },
    ],
  });
  return html`<h2>${t(words.series)}</h2>${chartFigure({ src: `/figures/${definition.code}.svg?${query}&of=series`, height: seriesHeight, alt: t(words.series) })}
<details><summary>${t(words.as_table)}</summary>${table}</details>`;
}

/** The ways in which the same is counted, to choose from. */
function variants(site: Site, view: View, { code, variant }: Definition): HtmlSafeString | '' {
  if (!variant) return '';
  const all = [...site.registry.values()].filter((one) => one.variant?.of === variant.of);
  return html`<nav class="variants" aria-label="${say(view.language, words.variants)}"><h2>${say(view.language, words.variants)}</h2><ul>${all.map(
    (one) =>
      html`<li><a href="/figures/${one.code}" ${one.code === code ? html`aria-current="page"` : ''}>${say(view.language, one.variant!.name)}</a></li>`,
  )}</ul></nav>`;
}

/** The area that is asked for, where that is not the whole district. */
function placeName({ language }: View, { place }: Answer): string | undefined {
  if (!place || place.level === 'district') return undefined;
  return language === 'en' ? (place.name_en ?? place.name) : place.name;
}

function asOfForm(
  view: View,
  { definition, question: { by, boundaries, area }, moved, areas = [] }: Answer,
  cutoff: string,
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const district = areas.find(({ level }) => level === 'district');
  const towns = (definition.dimensions.includes('area') ? areas : [])
    .filter(({ level, code }) => level === 'town' || code === area)
    .filter(({ level }) => level !== 'district')
    .map(({ code, name, name_en }) => ({
      value: code,
      text: view.language === 'zh' ? name : (name_en ?? name),
    }));
  const when = (['then', 'now'] as const).map((value) => ({ value, text: t(words[`boundaries_${value}`]) }));
  const options = definition.dimensions.map((value) => ({ value, text: t(words.dimensions[value]) }));
  return html`<form class="filters narrow" method="get" action="/figures/${definition.code}">
${textField({ name: 'cutoff', label: t(words.cutoff), value: cutoff, hint: t(words.cutoff_hint) })}
${selectField({ name: 'by', label: t(words.by), value: by ?? '', all: t(words.whole), options })}
${towns.length > 0 ? selectField({ name: 'area', label: t(words.place), value: area === district?.code ? '' : area, all: view.language === 'zh' ? (district?.name ?? '') : (district?.name_en ?? ''), options: towns }) : ''}
${moved ? selectField({ name: 'boundaries', label: t(words.boundaries), value: boundaries ?? 'then', options: when }) : ''}
<button type="submit" class="button">${t(words.show)}</button></form>`;
}

async function breakdown(
  site: Site,
  view: View,
  answer: Answer,
  by: Dimension,
  query: string,
): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const names = await namesIn(site, answer, view.language);
  const { definition, parts, question } = answer;
  // From a town one goes on to its villages.
  const deeper = (key: string | null) => {
    if (by !== 'area' || definition.personal || key?.length !== 9 || key === question.area) return '';
    const on = new URLSearchParams(query);
    on.set('area', key);
    return `/figures/${definition.code}?${on}`;
  };
  const rows = parts.map((part) => [names.get(part.key ?? '') ?? part.key ?? '', part] as const);
  const table = dataTable({
    caption: `${t(definition.title)} · ${t(words.dimensions[by])}`,
    rows,
    columns: [
      {
        title: t(words.part),
        cell: ([name, { key }]) => (deeper(key) ? html`<a href="${deeper(key)}">${name}</a>` : name),
      },
      {
        title: `${t(words.value)} ${t(definition.unit)}`,
        cell: ([, part]) => partText(view, definition, part),
        numeric: true,
      },
    ],
  });
  const height = partsHeight(by, parts.length);
  const note = parts.some(({ withheld }) => withheld)
    ? html`<p class="meta">${t(words.withheld_note)}</p>`
    : '';
  return html`${note}${chartFigure({ src: `/figures/${definition.code}.svg?${query}`, height, alt: `${t(definition.title)} · ${t(words.dimensions[by])}` })}${
    by === 'day' ? html`<details><summary>${t(words.as_table)}</summary>${table}</details>` : table
  }`;
}

/** A value as it is shown, also where there is none or where it is withheld. */
export function partText(
  view: View,
  definition: Definition,
  { value, withheld }: Pick<Value, 'value' | 'withheld'>,
): string {
  if (withheld) return say(view.language, words.withheld);
  const text = shown(definition, value);
  return text === null ? '—' : grouped(text);
}

function releaseTable(view: View, definition: Definition, releases: Release[]): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  if (releases.length === 0) return html`<p>${t(words.unreleased)}</p>`;
  return dataTable({
    caption: `${t(definition.title)} · ${t(words.releases)}`,
    caption_hidden: true,
    rows: releases,
    columns: [
      { title: t(words.cutoff), cell: (release) => cutoffText(release.cutoff, view.language) },
      {
        title: t(words.value),
        numeric: true,
        cell: (release) =>
          figureLink({
            text: partText(view, definition, release),
            href: `/releases/${release.id}`,
            title: t(words.release),
          }),
      },
      { title: t(words.known), cell: (release) => release.known_entry, numeric: true },
    ],
  });
}

function definitionBlock(site: Site, view: View, definition: Definition): HtmlSafeString {
  const text = definitionText(site.db.queries, definition);
  return html`<h2>${say(view.language, words.definition)}</h2><details><summary>${say(view.language, words.full)}</summary><div class="definition"><pre>${text}</pre></div></details>`;
}
