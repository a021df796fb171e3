import type { HtmlSafeString } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Registry } from '../figures/registry.ts';
import type { Database } from '../kit/db.ts';
import { preferredLanguage } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import type { SigningKey } from '../kit/seal.ts';
import { type Present, presentOf } from './present.ts';

/** What pages and open data are made from. */
export interface Site {
  db: Database;
  registry: Registry;
  key: SigningKey;
}

/** How this reader sees pages: language and size by their choice, else by their browser. */
export async function viewOf(site: Site, request: FastifyRequest): Promise<View> {
  return viewIn(await presentOf(site.db), request);
}

/** The same, where the present is known already. */
export function viewIn({ district, demonstration }: Present, request: FastifyRequest): View {
  const { language, elder } = request.cookies;
  return {
    language:
      language === 'zh' || language === 'en'
        ? language
        : preferredLanguage(request.headers['accept-language']),
    elder: elder === 'on',
    path: request.url,
    district,
    demonstration,
  };
}

/** Sends a page. It differs by language and size, so caches must ask again; one of a person is kept by none. */
export async function sendPage(
  reply: FastifyReply,
  page: HtmlSafeString | string,
  cache: 'private, no-cache' | 'no-store' = 'private, no-cache',
): Promise<void> {
  await reply
    .type('text/html; charset=utf-8')
    .header('cache-control', cache)
    .header('vary', 'Accept-Language, Cookie')
    .send(page.toString());
}
