import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { getFigure } from '../figures/registry.ts';
import type { Routes } from '../identity/access.ts';
import { cutoffText, momentText } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { figureLink } from '../kit/parts/figures.ts';
import { Problem } from '../kit/problem.ts';
import { type Site, sendPage, viewOf } from '../portal/context.ts';
import { portalPage } from '../portal/layout.ts';
import { type Bulletin, findBulletin, listBulletins } from './actions.ts';
import { type CitedFigure, numbersOf } from './content.ts';
import { blockHtml, pieces } from './parts.ts';
import { words } from './words.ts';

/** The list of bulletins and the permanent page of each, with its JSON. */
export function addBulletinPages(routes: Routes, site: Site): void {
  const config = { access: 'public' } as const;
  routes.get('/bulletins', { config, schema: { hide: true } }, async (request, reply) => {
    const view = await viewOf(site, request);
    const t = (message: Message) => say(view.language, message);
    const bulletins = await listBulletins(site.db.queries, 100);
    const items = bulletins.map(
      (one) =>
        html`<li><a href="/bulletins/${one.number}" lang="zh-CN">${one.title}</a><span class="meta">${one.number} · ${byline(view, one)}</span></li>`,
    );
    const body = html`<h1>${t(words.bulletins)}</h1>${items.length ? html`<ul class="list">${items}</ul>` : html`<p>${t(words.none)}</p>`}`;
    await sendPage(reply, portalPage(view, { title: t(words.bulletins), body }));
  });

  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  routes.get('/bulletins/:number', { config, schema: { params, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    const bulletin = await findBulletin(site.db.queries, number.replace(/\.json$/, ''));
    if (!bulletin) throw new Problem('bulletins/unknown', 'not_found', words.unknown);
    if (number.endsWith('.json')) return reply.send(bulletinJson(bulletin));
    const view = await viewOf(site, request);
    const trail = [{ href: '/bulletins', text: say(view.language, words.bulletins) }];
    const title = bulletin.title;
    return sendPage(
      reply,
      portalPage(view, { title, body: bulletinBody(site, view, bulletin), trail, read: true }),
    );
  });
}

function byline(view: View, bulletin: Bulletin): string {
  const t = (message: Message) => say(view.language, message);
  return `${momentText(bulletin.published_at)} ${t(words.published)} · ${t(words.cutoff)} ${cutoffText(bulletin.cutoff, view.language)}`;
}

function bulletinBody(site: Site, view: View, bulletin: Bulletin): HtmlSafeString {
  const { content } = bulletin;
  const t = (message: Message) => say(view.language, message);
  const cited = (figure: CitedFigure) => citation(site, figure);
  return html`<article class="bulletin" lang="zh-CN"><h1>${pieces(content.title, cited)}</h1>
<p class="byline">${bulletin.number} · ${byline(view, bulletin)}${bulletin.synthetic ? html` <span class="tag">${t(words.synthetic)}</span>` : ''} ${t(words.chinese_only)}</p>
${content.blocks.map((block) => blockHtml(block, cited))}
<div class="signature">${content.signature.map((line) => html`<p>${line}</p>`)}<p><a href="/bulletins/${bulletin.number}.json">${t(words.json)}</a></p></div></article>`;
}

function citation(site: Site, figure: CitedFigure): HtmlSafeString {
  const title = site.registry.has(figure.code)
    ? getFigure(site.registry, figure.code).explanation.zh
    : figure.code;
  return figureLink({ text: figure.text, href: `/releases/${figure.release_id}`, title });
}

/** A bulletin as open data: its text in pieces, and every number with its release. */
function bulletinJson(bulletin: Bulletin) {
  const figures = numbersOf(bulletin.content).map((figure) => ({
    ...figure,
    value: Number(figure.text),
    url: `/releases/${figure.release_id}`,
  }));
  const { number, title, template, known_entry, synthetic, content } = bulletin;
  return {
    number,
    title,
    template,
    cutoff: bulletin.cutoff.toISOString(),
    published_at: bulletin.published_at.toISOString(),
    known_entry,
    entry_no: bulletin.since_entry,
    synthetic,
    figures,
    content,
    url: `/bulletins/${number}`,
  };
}
