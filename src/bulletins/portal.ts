import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import type { Routes } from '../identity/access.ts';
import { type Language, type Message, say } from '../kit/i18n.ts';
import { pageLinks } from '../kit/parts/pages.ts';
import { Problem } from '../kit/problem.ts';
import { findFile } from '../ledger/evidence/files.ts';
import { sendKept } from '../ledger/evidence/serve.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import {
  type Bulletin,
  countBulletins,
  findBulletin,
  findSuccessor,
  isPublishedPicture,
  listBulletins,
} from './actions.ts';
import { bulletinArticle, byline, kindName } from './bulletin-page.ts';
import { numbersOf } from './content.ts';
import { feedOf } from './papers/links.ts';
import { type Kind, kindCodes, kindOf, kindOfStored } from './rules.ts';
import { words } from './words.ts';

const config = { access: 'public' } as const;
const onPage = 20;

/** The list of bulletins and the permanent page of each, with its JSON and its pictures. */
export function addBulletinPages(routes: Routes, site: Site): void {
  addList(routes, site);
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get('/bulletins/:number', { config, schema: { params, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    const bulletin = await findBulletin(site.db.queries, number.replace(/\.json$/, ''));
    if (!bulletin) throw new Problem('bulletins/unknown', 'not_found', words.unknown);
    const successor = await findSuccessor(site.db.queries, bulletin.number);
    // Gone for good (RFC 9110, 15.5.11): the address stays and says why.
    if (bulletin.withdrawn_at) reply.code(410);
    if (number.endsWith('.json')) return reply.send(bulletinJson(bulletin, successor?.number));
    const view = await viewOf(site, request);
    const { language } = view;
    const trail = [{ href: '/bulletins', text: say(language, words.bulletins) }];
    const { title, withdrawn_at } = bulletin;
    const { registry } = site;
    const address = `${request.protocol}://${request.host}/bulletins/${bulletin.number}`;
    const page = { bulletin, successor, registry, language, base: '/bulletins', address };
    const body = await bulletinArticle(page);
    return sendPage(
      reply,
      portalPage(view, { title, body, trail, index: withdrawn_at === null, read: withdrawn_at === null }),
    );
  });
  const picture = Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
  routes.get(
    '/bulletins/pictures/:digest',
    { config, schema: { params: picture, hide: true } },
    async (request, reply) => {
      const { digest } = request.params;
      const file = (await isPublishedPicture(site.db.queries, digest))
        ? await findFile(site.db.queries, digest)
        : undefined;
      if (!file) throw new Problem('bulletins/no_picture', 'not_found', words.no_picture);
      return sendKept(reply, file, null, 'private, no-cache');
    },
  );
}

function addList(routes: Routes, site: Site): void {
  const querystring = Type.Object({
    kind: Type.Optional(Type.Enum([...kindCodes, ''])),
    page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  });
  routes.get('/bulletins', { config, schema: { querystring, hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const t = (message: Message) => say(view.language, message);
    const kind = (request.query.kind || undefined) as Kind | undefined;
    const { page = 1 } = request.query;
    const counts = await countBulletins(site.db.queries);
    const total = kind ? (counts.get(kind) ?? 0) : [...counts.values()].reduce((sum, one) => sum + one, 0);
    const bulletins = await listBulletins(site.db.queries, onPage, { kind, offset: (page - 1) * onPage });
    const address = (to: number) => `/bulletins?${kind ? `kind=${kind}&` : ''}page=${to}`;
    const none = kind ? words.none_of_kind : words.none;
    const body = html`<h1>${t(words.bulletins)}</h1>${kindLinks(counts, kind, view.language)}${
      bulletins.length
        ? html`<ul class="list">${bulletins.map((one) => listed(one, view.language))}</ul>`
        : html`<p>${t(none)}</p>`
    }${pageLinks(page, Math.ceil(total / onPage), address)}`;
    await sendPage(reply, portalPage(view, { title: t(words.bulletins), body, feed: feedOf(view.language) }));
  });
}

/** The kinds that there are something of, each with how many. */
function kindLinks(
  counts: ReadonlyMap<string, number>,
  chosen: Kind | undefined,
  language: Language,
): HtmlSafeString | '' {
  const there = kindCodes.filter((kind) => counts.has(kind));
  if (there.length < 2 && !chosen) return '';
  const link = (href: string, text: string, here: boolean) =>
    html`<li><a href="${href}" ${here ? html`aria-current="page"` : ''}>${text}</a></li>`;
  return html`<nav class="kinds" aria-label="${say(language, words.kinds)}"><ul>${link('/bulletins', say(language, words.all), !chosen)}${there.map(
    (kind) =>
      link(`/bulletins?kind=${kind}`, `${say(language, kindOf(kind))} ${counts.get(kind)}`, kind === chosen),
  )}</ul></nav>`;
}

function listed(one: Bulletin, language: Language): HtmlSafeString {
  const mark = one.withdrawn_at ? words.withdrawn : one.supersedes_number ? words.correction : undefined;
  return html`<li><a href="/bulletins/${one.number}" lang="zh-CN">${one.title}</a><span class="meta">${kindName(one, language)} · ${one.number} · ${byline(one, language)}${mark ? html` <span class="tag">${say(language, mark)}</span>` : ''}</span></li>`;
}

/** A bulletin as open data: its text in pieces, and every number with its release; taken back, its number and the reason. */
function bulletinJson(bulletin: Bulletin, corrected_by: string | undefined) {
  const { number, title, template, known_entry, synthetic, content, withdrawn_at } = bulletin;
  const head = {
    number,
    kind: kindOfStored(bulletin.kind),
    title,
    published_at: bulletin.published_at.toISOString(),
    corrects: bulletin.supersedes_number,
    correction_reason: bulletin.supersede_reason,
    corrected_by: corrected_by ?? null,
    url: `/bulletins/${number}`,
  };
  if (withdrawn_at) {
    return {
      ...head,
      withdrawn_at: withdrawn_at.toISOString(),
      withdrawal_reason: bulletin.withdrawal_reason,
    };
  }
  const figures = numbersOf(content).map((figure) => ({
    ...figure,
    // A number of very few people is withheld.
    value: Number.isNaN(Number(figure.text)) ? null : Number(figure.text),
    url: `/releases/${figure.release_id}`,
  }));
  return {
    ...head,
    template,
    cutoff: bulletin.cutoff.toISOString(),
    known_entry,
    entry_no: bulletin.issued_entry ?? bulletin.since_entry,
    objections_until: bulletin.objections_until,
    contact: bulletin.contact,
    synthetic,
    figures,
    content,
  };
}
