import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../identity/access.ts';
import { signedHead } from '../journal/head.ts';
import { cutoffText } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { grouped } from '../kit/parts/figures.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { namesOf } from '../portal/names.ts';
import {
  findDefinitionText,
  findRelease,
  findSuccessor,
  listOthers,
  questionOf,
  type Release,
  recompute,
} from './actions.ts';
import { citation } from './citation.ts';
import { recordsOf, shown } from './compute.ts';
import type { Definition, FigureRecord } from './definition.ts';
import { partText } from './portal.ts';
import { successionNames } from './proposals/rules.ts';
import { getFigure } from './registry.ts';
import { words } from './words.ts';

const recordsPerPage = 50;

const ReleaseQuery = Type.Object({
  recompute: Type.Optional(Type.Literal('now')),
  after: Type.Optional(Type.String({ maxLength: 200 })),
});

/** The page of a release and its JSON: what was frozen, the records behind it, and a recomputation. */
export function addReleasePages(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  const params = Type.Object({ id: Type.String({ maxLength: 30 }) });
  routes.get(
    '/releases/:id',
    { config, schema: { params, querystring: ReleaseQuery, hide: true } },
    async (request, reply) => {
      const { id } = request.params;
      const release = await getRelease(site, id.replace(/\.json$/, ''));
      if (id.endsWith('.json')) return reply.send(await releaseJson(site, release));
      const view = await viewOf(site, request);
      const definition = getFigure(site.registry, release.code);
      const body = await releaseBody({ site, address, view }, release, definition, request.query);
      const t = (message: Message) => say(view.language, message);
      const trail = [
        { href: '/figures', text: t(words.figures) },
        { href: `/figures/${release.code}`, text: t(definition.title) },
      ];
      const title = `${t(words.release)} ${release.id}`;
      return sendPage(reply, portalPage(view, { title, body, trail }));
    },
  );
}

/** A release by the number in its address. Raises `figures/unknown_release`. */
export async function getRelease(site: Site, text: string): Promise<Release> {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  const release = await findRelease(site.db.queries, id);
  if (!release) throw new Problem('figures/unknown_release', 'not_found', words.unknown);
  return release;
}

/** A release as open data: everything needed to check it, with the signed head of the entry that made it. */
export async function releaseJson(site: Site, release: Release) {
  const definition = getFigure(site.registry, release.code);
  const { value, numerator, denominator, since_entry, digest, inputs, ...rest } = release;
  const text = shown(definition, value);
  return {
    ...rest,
    title: definition.title.zh,
    unit: definition.unit.zh,
    value: text === null ? null : Number(text),
    exact: value,
    inputs: release.withheld ? null : inputs,
    digest: digest || null,
    ...(numerator !== null && { numerator: Number(numerator), denominator: Number(denominator) }),
    cutoff: release.cutoff.toISOString(),
    entry_no: since_entry,
    definition: await findDefinitionText(site.db.queries, release.definition_hash),
    head: await signedHead(site.db, site.key, since_entry),
    public_key: site.key.public_key,
    url: `/releases/${release.id}`,
  };
}

async function releaseBody(
  { site, address, view }: { site: Site; address: string; view: View },
  release: Release,
  definition: Definition,
  query: { recompute?: 'now'; after?: string },
): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const { queries } = site.db;
  const part = release.dimension
    ? (await namesOf(queries, release.dimension, release.known_entry, view.language)).get(release.key ?? '')
    : undefined;
  const head = await signedHead(site.db, site.key, release.since_entry);
  const page = { ...questionOf(release), key: release.key };
  const records = definition.personal
    ? []
    : await recordsOf(queries, definition, page, query.after ?? '', recordsPerPage + 1);
  const published = head ? new Date(head.at) : null;
  const cited = { definition, part, cutoff: release.cutoff, published, href: `/releases/${release.id}` };
  const again = query.recompute ? await recompute(queries, site.registry, release) : undefined;
  const fact = (label: Message, value: string | number | HtmlSafeString | null | undefined) =>
    value === null || value === undefined ? '' : html`<div><dt>${t(label)}</dt><dd>${value}</dd></div>`;
  return html`<h1>${t(definition.title)}${part ? html` · ${part}` : ''}</h1>
<dl class="headline"><div class="big-figure"><dt>${t(words.value)}</dt><dd><span><span class="number">${partText(view, definition, release)}</span><span class="unit">${t(definition.unit)}</span></span><span class="as-of">${t(words.cutoff)} ${cutoffText(release.cutoff, view.language)}</span></dd></div></dl>
${await standing(site, view, release)}
${again ? html`<div class="notice ${again.same ? 'good' : 'bad'}" role="status"><p>${again.same ? '✓ ' : '◆ '}${t(again.same ? words.same : words.differs)}</p></div>` : ''}
<p><a class="button" href="/releases/${release.id}?recompute=now">${t(words.recompute)}</a></p>
<h2>${t(words.definition)}</h2><p>${t(definition.explanation)}</p>
<dl class="facts">${fact(words.numerator, release.numerator && grouped(release.numerator))}${fact(
    words.denominator,
    release.denominator && grouped(release.denominator),
  )}${fact(words.inputs, grouped(String(release.inputs)))}${fact(words.known, release.known_entry)}${fact(
    words.digest,
    release.digest ? html`<code>${release.digest}</code>` : null,
  )}${fact(words.signature, head && html`<code>${head.signature}</code>`)}${fact(
    words.json,
    html`<a href="/releases/${release.id}.json">/releases/${release.id}.json</a>`,
  )}</dl>
${await citation(site, address, view, cited)}
<details><summary>${t(words.full)}</summary><div class="definition"><pre>${await findDefinitionText(queries, release.definition_hash)}</pre></div></details>
${definition.personal ? '' : comparisons(view, release, await listOthers(queries, release))}
<h2>${t(words.records)}</h2>${definition.personal ? html`<p>${t(words.persons_note)}</p>` : recordTable(view, records.slice(0, recordsPerPage))}
${records.length > recordsPerPage ? html`<nav class="pages" aria-label="${t(words.more)}"><a class="button plain" rel="next" href="/releases/${release.id}?after=${encodeURIComponent(records[recordsPerPage - 1]!.record)}">${t(words.more)}</a></nav>` : ''}`;
}

/** What a reader has to know of how a number stands: provisional, replaced by another, or in the place of one. */
async function standing(site: Site, view: View, release: Release): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const next = await findSuccessor(site.db.queries, release.id);
  const link = (id: number) => html`<a href="/releases/${id}">${t(words.release)} ${id}</a>`;
  const how = ({ succession, reason }: Release) =>
    html`${succession ? t(successionNames[succession]) : ''}${reason ? `：${reason}` : ''}`;
  const notices = [
    next && html`<p>◆ ${t(words.superseded)} ${link(next.id)}（${how(next)}）</p>`,
    release.supersedes_id &&
      html`<p>${t(words.supersedes)} ${link(release.supersedes_id)}（${how(release)}）</p>`,
    release.provisional && html`<p>${t(words.provisional)}</p>`,
    release.withheld && html`<p>${t(words.withheld_note)}</p>`,
    release.gap && html`<p>${t(words.gap)}：${grouped(release.gap)}。${release.gap_reason}</p>`,
  ].filter((notice) => notice !== null && notice !== undefined && notice !== false && notice !== 0);
  return notices.length > 0 ? html`<div class="notice">${notices}</div>` : html``;
}

/** How many other releases are offered for comparison at once; the older ones are folded away. */
const offered = 12;

function comparisons(view: View, release: Release, others: readonly Release[]): HtmlSafeString | '' {
  if (others.length === 0) return '';
  const t = (message: Message) => say(view.language, message);
  const list = (some: readonly Release[]) =>
    html`<ul>${some.map(
      (other) =>
        html`<li><a href="/releases/${release.id}/comparison?with=${other.id}">${t(words.release)} ${other.id} · ${t(words.cutoff)} ${cutoffText(other.cutoff, view.language)}</a></li>`,
    )}</ul>`;
  const older = others.slice(offered);
  const folded = html`<details><summary>${t(words.older_releases)} (${older.length})</summary>${list(older)}</details>`;
  return html`<h2>${t(words.compare)}</h2>${list(others.slice(0, offered))}${older.length > 0 ? folded : ''}`;
}

function recordTable(view: View, records: FigureRecord[]): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const name = ({ record }: FigureRecord) => {
    const [kind, number] = record.split(':');
    return kind === 'project' ? html`<a href="/projects/${number}">${number}</a>` : record;
  };
  return dataTable({
    caption: t(words.records),
    caption_hidden: true,
    rows: records,
    columns: [
      { title: t(words.record), cell: name },
      { title: t(words.day), cell: (row) => row.day, numeric: true },
      { title: t(words.amount), cell: (row) => grouped(row.amount), numeric: true },
    ],
  });
}
