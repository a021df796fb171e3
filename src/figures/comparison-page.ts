import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../identity/access.ts';
import { waterfall } from '../kit/chart.ts';
import { cutoffText } from '../kit/clock.ts';
import { decimalText, type Fraction } from '../kit/fraction.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { chartFigure, chartWidths } from '../kit/parts/chart.ts';
import { grouped } from '../kit/parts/figures.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import type { Release } from './actions.ts';
import type { Definition } from './definition.ts';
import { type Cause, causes, type Explanation, explain } from './explain.ts';
import { getVersion } from './registry.ts';
import { getRelease } from './release-page.ts';
import { causeWords, words } from './words.ts';

const height = 340;

/** Two releases of a figure side by side: the difference between them, split exactly into what brought it about. */
export function addComparisonPage(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  const params = Type.Object({ id: Type.String({ maxLength: 30 }) });
  const querystring = Type.Object({
    with: Type.String({ maxLength: 30 }),
    narrow: Type.Optional(Type.Literal('1')),
  });
  const schema = { params, querystring, hide: true };
  routes.get('/releases/:id/comparison', { config, schema }, async (request, reply) => {
    const view = await viewOf(site, request);
    const compared = await compare(site, request.params.id, request.query.with);
    const t = (message: Message) => say(view.language, message);
    const title = `${t(compared.definition.title)} · ${t(words.why)}`;
    const trail = [
      { href: '/figures', text: t(words.figures) },
      { href: `/figures/${compared.to.code}`, text: t(compared.definition.title) },
    ];
    return sendPage(reply, portalPage(view, { title, body: comparisonBody(view, compared), trail }));
  });
  routes.get('/releases/:id/comparison.svg', { config, schema }, async (request, reply) => {
    const view = await viewOf(site, request);
    const compared = await compare(site, request.params.id, request.query.with);
    return reply
      .type('image/svg+xml')
      .header('cache-control', 'public, max-age=3600')
      .header('vary', 'Accept-Language, Cookie')
      .send(
        await comparisonChart(view, compared, request.query.narrow ? chartWidths.narrow : chartWidths.wide),
      );
  });
}

interface Compared {
  definition: Definition;
  from: Release;
  to: Release;
  explanation: Explanation;
}

/** The two releases, the earlier first, and why the one became the other. Raises `figures/not_comparable`. */
async function compare(site: Site, one: string, other: string): Promise<Compared> {
  const releases = [await getRelease(site, one), await getRelease(site, other)] as const;
  const [from, to] = isBefore(releases[1], releases[0]) ? [releases[1], releases[0]] : releases;
  const same = (['code', 'area_code', 'dimension', 'key'] as const).every((name) => from[name] === to[name]);
  // What became of single records of persons would single them out.
  if (!same || from.id === to.id || to.withheld !== null)
    throw new Problem('figures/not_comparable', 'invalid', words.not_comparable);
  const end = ({ code, version, cutoff, known_entry }: Release) => ({
    definition: getVersion(site.registry, code, version),
    cutoff,
    entry_no: known_entry,
  });
  const comparison = { from: end(from), to: end(to), area: to.area_code, by: to.dimension ?? undefined };
  const explanations = await explain(site.db.queries, comparison);
  const explanation = explanations.find((row) => row.key === to.key);
  if (!explanation) throw new Problem('figures/not_comparable', 'invalid', words.not_comparable);
  return { definition: end(to).definition, from, to, explanation };
}

function isBefore(a: Release, b: Release): boolean {
  const difference = a.cutoff.getTime() - b.cutoff.getTime();
  return difference === 0 ? a.id < b.id : difference < 0;
}

function comparisonBody(view: View, { definition, from, to, explanation }: Compared): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const unit = t(definition.unit);
  const end = (release: Release, value: Fraction | null) =>
    html`<div class="big-figure"><dt><a href="/releases/${release.id}">${t(words.release)} ${release.id}</a></dt><dd><span><span class="number">${value ? grouped(decimalText(value, definition.decimals)) : '—'}</span><span class="unit">${unit}</span></span><span class="as-of">${t(words.cutoff)} ${cutoffText(release.cutoff, view.language)} · ${t(words.known)} ${release.known_entry}</span></dd></div>`;
  const rows = causes.map((cause) => [cause, explanation.parts[cause]] as const);
  const picture = `/releases/${from.id}/comparison.svg?with=${to.id}`;
  return html`<h1>${t(definition.title)}：${t(words.why)}</h1>
<dl class="headline">${end(from, explanation.from)}${end(to, explanation.to)}</dl>
<p class="lead">${t(words.why_lead)}</p>
${chartFigure({ src: picture, height, alt: t(words.why_chart) })}
${dataTable<readonly [Cause, Fraction | null]>({
  caption: t(words.why),
  caption_hidden: true,
  rows,
  columns: [
    { title: t(words.cause), cell: ([cause]) => t(causeWords[cause].name) },
    { title: t(words.cause_means), cell: ([cause]) => t(causeWords[cause].means) },
    {
      title: `${t(words.change)} ${definition.unit.zh === '%' ? t(words.points) : unit}`,
      numeric: true,
      cell: ([, part]) => (part === null ? '—' : signed(part, definition.decimals)),
    },
  ],
})}
<p class="hint">${t(words.adds_up)}</p>`;
}

/** A part with its sign; one that rounds to nothing and is not nothing says so. */
function signed(part: Fraction, decimals: number): string {
  if (part.n === 0n) return '0';
  const text = decimalText(part, decimals);
  if (!/[1-9]/.test(text)) return part.n > 0n ? `+${text}…` : `−${text}…`;
  return part.n > 0n ? `+${grouped(text)}` : `−${grouped(text.slice(1))}`;
}

function comparisonChart(view: View, { definition, explanation }: Compared, width: number): Promise<string> {
  const t = (message: Message) => say(view.language, message);
  const number = (value: Fraction | null) => (value ? Number(value.n) / Number(value.d) : 0);
  const ending = (label: Message, value: Fraction | null) => ({
    label: t(label),
    amount: number(value),
    text: value ? grouped(decimalText(value, definition.decimals)) : '—',
  });
  const steps = causes.map((cause) => ({
    label: t(causeWords[cause].name),
    amount: number(explanation.parts[cause]),
    text: explanation.parts[cause] ? signed(explanation.parts[cause], definition.decimals) : '—',
  }));
  return waterfall(ending(words.before, explanation.from), steps, ending(words.after, explanation.to), {
    width,
    height,
  });
}
