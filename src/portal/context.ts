import type { HtmlSafeString } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDemonstration } from '../demonstration.ts';
import type { Registry } from '../figures/registry.ts';
import type { Database } from '../kit/db.ts';
import { preferredLanguage } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import type { SigningKey } from '../kit/seal.ts';
import { districtName } from './district.ts';

/** What pages and open data are made from. */
export interface Site {
  db: Database;
  registry: Registry;
  key: SigningKey;
}

/** How this reader sees pages: language and size by their choice, else by their browser. */
export async function viewOf(site: Site, request: FastifyRequest): Promise<View> {
  const { language, elder } = request.cookies;
  return {
    language:
      language === 'zh' || language === 'en'
        ? language
        : preferredLanguage(request.headers['accept-language']),
    elder: elder === 'on',
    path: request.url,
    district: await districtName(site.db),
    demonstration: await isDemonstration(site.db),
  };
}

/** Sends a page. It differs by language and size, so caches must ask again. */
export async function sendPage(reply: FastifyReply, page: HtmlSafeString): Promise<void> {
  await reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'private, no-cache')
    .header('vary', 'Accept-Language, Cookie')
    .send(page.toString());
}
