import type { HtmlSafeString } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from '../figures/registry.ts';
import type { Database } from '../kit/db.ts';
import { preferredLanguage } from '../kit/i18n.ts';
import { aids, type View } from '../kit/page.ts';
import type { SigningKey } from '../kit/seal.ts';
import type { Vault } from '../kit/vault.ts';
import { embedSites } from '../office/rules.ts';
import { dutiesOf } from './duties.ts';
import { type Present, presentOf } from './present.ts';

/** What pages and open data are made from. */
export interface Site {
  db: Database;
  registry: Registry;
  key: SigningKey;
  vault: Vault;
}

/** How this reader sees pages: language and size by their choice, else by their browser. */
export async function viewOf(site: Site, request: FastifyRequest): Promise<View> {
  return viewIn(await presentOf(site.db), request);
}

/** The same, where the present is known already. */
export function viewIn({ district, demonstration, office }: Present, request: FastifyRequest): View {
  const { language, elder } = request.cookies;
  const { embed } = (request.query ?? {}) as { embed?: unknown };
  return {
    language:
      language === 'zh' || language === 'en'
        ? language
        : preferredLanguage(request.headers['accept-language']),
    elder: elder === 'on',
    path: request.url,
    district,
    demonstration,
    aids: aids.filter((aid) => request.cookies[aid] === 'on'),
    embed: embed === '1',
    duties: dutiesOf(office),
  };
}

/**
 * Lets the sites that the office named frame a page that was asked for as a column of theirs, and nobody frame any
 * other: what staff do must not be done by a click that was meant for something else.
 */
export async function allowFraming(site: Site, reply: FastifyReply): Promise<void> {
  const { embed } = (reply.request.query ?? {}) as { embed?: unknown };
  // What no cache may keep is of one person: signing in, and answering a survey.
  if (embed !== '1' || reply.getHeader('cache-control') !== shared) return;
  const sites = embedSites((await presentOf(site.db)).office);
  if (sites.length === 0) return;
  const policy = String(reply.getHeader('content-security-policy'));
  const ancestors = ["frame-ancestors 'self'", ...sites].join(' ');
  reply.header('content-security-policy', policy.replace(/frame-ancestors [^;]*/, ancestors));
  // The older header knows no list; browsers that read the policy do not ask it.
  reply.removeHeader('x-frame-options');
}

const shared = 'private, no-cache';

/** Sends a page. It differs by language and size, so caches must ask again; one of a person is kept by none. */
export async function sendPage(
  reply: FastifyReply,
  page: HtmlSafeString | string,
  cache: typeof shared | 'no-store' = shared,
): Promise<void> {
  await reply
    .type('text/html; charset=utf-8')
    .header('cache-control', cache)
    .header('vary', 'Accept-Language, Cookie')
    .send(page.toString());
}
