import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { type HtmlSafeString, html, unsafeHtml } from '@prairielearn/html';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { findBulletin, listBulletins } from '../../bulletins/actions.ts';
import type { Routes } from '../../identity/access.ts';
import { cutoffText } from '../../kit/clock.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import { licenceOf } from '../../office/rules.ts';
import { type Site, sendPage, viewIn } from '../context.ts';
import { portalPage } from '../layout.ts';
import { presentOf } from '../present.ts';
import { catalogOf, type Dates, schemaOf } from './catalog.ts';
import { type DatasetId, datasetIds, datasets, type OpenColumn } from './dictionary.ts';
import {
  codesText,
  dictionaryCsv,
  type Format,
  formats,
  type Measure,
  measuresOf,
  mediaTypes,
  originOf,
  type Source,
  writeFile,
} from './files.ts';
import { typeWords, words } from './words.ts';

/** The open data: what there is, each data set with its dictionary and files, and the catalogue for other catalogues. */
export function addOpenDataPages(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  routes.get('/open-data', { config, schema: { hide: true } }, async (request, reply) => {
    const present = await presentOf(site.db);
    const view = viewIn(present, request);
    const source = await sourceOf(site, address);
    const body = source ? await overview(view, source) : nothing(view);
    await sendPage(reply, portalPage(view, { title: say(view.language, words.open_data), body }));
  });

  const params = Type.Object({ name: Type.String({ maxLength: 60 }) });
  routes.get('/open-data/:name', { config, schema: { params, hide: true } }, async (request, reply) => {
    const { name } = request.params;
    const source = await sourceOf(site, address);
    if (name === 'dictionary.csv') return sendText(reply, 'dictionary.csv', 'text/csv', dictionaryCsv());
    if (!source) throw unknown();
    if (name === 'catalog.jsonld') {
      const catalog = catalogOf(source, await datesOf(source), await measuresOf(source));
      const text = JSON.stringify(catalog, null, 1);
      return reply.type('application/ld+json; charset=utf-8').header('cache-control', kept).send(text);
    }
    const file = /^(\w+)\.(csv|json)$/.exec(name);
    const id = datasetIds.find((one) => one === (file ? file[1] : name));
    if (!id) throw unknown();
    if (file) return sendFile(reply, source, id, file[2] as Format);
    const view = viewIn(source.present, request);
    const title = say(view.language, datasets[id].title);
    const trail = [{ href: '/open-data', text: say(view.language, words.open_data) }];
    return sendPage(reply, portalPage(view, { title, body: await datasetBody(view, source, id), trail }));
  });
}

const kept = 'public, max-age=300';

async function sourceOf(site: Site, address: string): Promise<Source | undefined> {
  const present = await presentOf(site.db);
  const { published } = present;
  return published && { site, present: { ...present, published }, address: address.replace(/\/$/, '') };
}

async function datesOf({ site, present }: Source): Promise<Dates> {
  const { queries } = site.db;
  const { number, cutoff } = present.published;
  const newest = (await findBulletin(queries, number))?.published_at ?? cutoff;
  const first = (await listBulletins(queries, 1000)).at(-1)?.published_at ?? newest;
  return { first, newest };
}

function sendText(reply: FastifyReply, name: string, type: string, text: string): FastifyReply {
  return attached(reply, name, type).send(text);
}

function sendFile(reply: FastifyReply, source: Source, id: DatasetId, format: Format): FastifyReply {
  const name = `${id}-${source.present.published.number}.${format}`;
  return attached(reply, name, mediaTypes[format]).send(Readable.from(writeFile(source, id, format)));
}

/** A file that any site may fetch: it is for everybody. */
function attached(reply: FastifyReply, name: string, type: string): FastifyReply {
  return reply
    .type(`${type}; charset=utf-8`)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('access-control-allow-origin', '*')
    .header('cache-control', kept);
}

function unknown(): Problem {
  return new Problem('open_data/unknown', 'not_found', words.unknown);
}

function nothing({ language }: View): HtmlSafeString {
  return html`<h1>${say(language, words.open_data)}</h1><p class="lead">${say(language, words.nothing)}</p>`;
}

async function overview(view: View, source: Source): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const measures = await soon(measuresOf(source));
  const table = dataTable<DatasetId>({
    caption: t(words.open_data),
    caption_hidden: true,
    rows: datasetIds,
    columns: [
      {
        title: t(words.dataset),
        cell: (id) =>
          html`<a href="/open-data/${id}">${t(datasets[id].title)}</a><span class="meta">${t(datasets[id].description)}</span>`,
      },
      {
        title: t(words.rows),
        numeric: true,
        cell: (id) => measures?.[id].csv.rows.toLocaleString('en') ?? '…',
      },
      {
        title: t(words.files),
        cell: (id) =>
          html`<span class="downloads">${formats.map((format) => download(id, format, measures?.[id][format]))}</span>`,
      },
    ],
  });
  return html`<h1>${t(words.open_data)}</h1><p class="lead">${t(words.lead)}</p>
<p class="as-of">${asOf(view, source)}</p>${table}
<h2>${t(words.use)}</h2>${usage(view, source)}
<ul><li><a href="/open-data/dictionary.csv">${t(words.dictionary_all)}</a></li><li><a href="/open-data/catalog.jsonld">${t(words.catalog)}</a></li><li><a href="/api/v1">${t(words.api)}</a></li></ul>
<p>${t(words.csv_note)}</p>`;
}

const patience = 500;

/** What takes long after a publication, where it is there in time: a page is not kept waiting for it. */
async function soon<T>(work: Promise<T>): Promise<T | undefined> {
  const late = new AbortController();
  const waited = setTimeout(patience, undefined, { signal: late.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, waited]);
  } finally {
    late.abort();
  }
}

function asOf({ language }: View, { present }: Source): HtmlSafeString {
  const { number, cutoff } = present.published;
  return html`${say(language, words.as_of)} ${cutoffText(cutoff, language)} · ${say(language, words.bulletin)} <a href="/bulletins/${number}">${number}</a>`;
}

function download(id: DatasetId, format: Format, measure: Measure | undefined): HtmlSafeString {
  return html`<a href="/open-data/${id}.${format}">${format.toUpperCase()}</a> ${measure ? html`<span class="size">${sizeText(measure.bytes)}</span>` : ''} `;
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Licence and citation: author, date, address. */
function usage(view: View, source: Source): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const { publisher } = originOf(source);
  const { name, url } = licenceOf(source.present.office);
  const { number, cutoff } = source.present.published;
  const cited = `${publisher}：${say(view.language, words.open_data)}，${t(words.bulletin)} ${number}，${t(words.as_of)} ${cutoffText(cutoff, view.language)}，${source.address}/open-data`;
  return html`<dl class="facts"><div><dt>${t(words.publisher)}</dt><dd>${publisher}</dd></div>
<div><dt>${t(words.licence)}</dt><dd>${url ? html`<a href="${url}">${t(name)}</a>` : t(name)}</dd></div>
<div><dt>${t(words.cite)}</dt><dd class="cite">${cited}</dd></div></dl>`;
}

async function datasetBody(view: View, source: Source, id: DatasetId): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const { title, description, columns } = datasets[id];
  const measures = (await measuresOf(source))[id];
  const data = JSON.stringify(schemaOf(source, id, await datesOf(source), measures)).replaceAll(
    '<',
    '\\u003c',
  );
  const files = dataTable<Format>({
    caption: t(words.files),
    caption_hidden: true,
    rows: formats,
    columns: [
      {
        title: t(words.file),
        cell: (format) => html`<a href="/open-data/${id}.${format}">${id}.${format}</a>`,
      },
      { title: t(words.size), numeric: true, cell: (format) => sizeText(measures[format].bytes) },
      {
        title: t(words.checksum),
        cell: (format) => html`<code class="digest">${measures[format].sha256}</code>`,
      },
    ],
  });
  return html`<h1>${t(title)}</h1><p class="lead">${t(description)}</p>
<p class="as-of">${asOf(view, source)} · ${measures.csv.rows.toLocaleString('en')} ${t(words.rows_unit)}</p>
<h2>${t(words.files)}</h2>${files}
<h2>${t(words.dictionary)}</h2>${dictionary(view, columns)}
<h2>${t(words.use)}</h2>${usage(view, source)}<script type="application/ld+json">${unsafeHtml(data)}</script>`;
}

function dictionary(view: View, columns: readonly OpenColumn[]): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return dataTable<OpenColumn>({
    caption: t(words.dictionary),
    caption_hidden: true,
    rows: columns,
    columns: [
      { title: t(words.column), cell: ({ name }) => html`<code>${name}</code>` },
      { title: t(words.name), cell: ({ label }) => html`<span class="nowrap">${t(label)}</span>` },
      { title: t(words.type), cell: ({ type, unit }) => `${t(typeWords[type])}${unit ? `，${unit}` : ''}` },
      {
        title: t(words.meaning),
        cell: ({ meaning, codes, refers_to }) =>
          html`<span lang="zh-CN">${meaning}${codes ? html`<span class="meta">${codesText(codes)}</span>` : ''}</span>${refers_to ? html` → <a href="/open-data/${refers_to}">${t(datasets[refers_to].title)}</a>` : ''}`,
      },
    ],
  });
}
