import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import type { Site } from '../../portal/context.ts';
import { presentOf } from '../../portal/present.ts';
import { type Bulletin, findAnyBulletin, findBulletin, listBulletins, unknownBulletin } from '../actions.ts';
import { bulletinReaders } from '../rules.ts';
import { words as bulletin_words } from '../words.ts';
import { atomOf, type Entry } from './atom.ts';
import { paperOf } from './made-of.ts';
import { type Paper, plain } from './paper.ts';

/** What a bulletin is given out as, by the ending of its address. What writes it is loaded when it is first asked for. */
const kinds = {
  docx: {
    type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    write: async (paper) => (await import('./word.ts')).wordOf(paper),
  },
  pptx: {
    type: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    write: async (paper) => (await import('./slides.ts')).slidesOf(paper),
  },
  xlsx: {
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: async (paper) => (await import('./workbook.ts')).workbookOf(paper),
  },
} as const satisfies Record<string, { type: string; write(paper: Paper): Promise<Buffer> }>;

/** Goes up when papers are written differently, so that nobody keeps an older one for the present. */
const edition = 1;
const feed_length = 50;

/** Bulletins as documents, as slides and as a feed. `address` is what people type to come here. */
export function addBulletinPapers(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  const { origin } = new URL(address);
  addFeed(routes, site, origin);
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  for (const ending of Object.keys(kinds) as (keyof typeof kinds)[]) {
    const path = `/bulletins/:number.${ending}` as const;
    routes.get(path, { config, schema: { params, hide: true } }, async (request, reply) => {
      const bulletin = await findBulletin(site.db.queries, request.params.number);
      return sendPaper(site, request, reply, { bulletin, ending, base: `${origin}/bulletins` });
    });
    // Papers for staff have no public page, and their files none either.
    const reading = { access: { roles: bulletinReaders } } as const;
    routes.get(
      `/console/bulletins/:number.${ending}` as const,
      { config: reading, schema: { params, hide: true } },
      async (request, reply) => {
        const bulletin = await findAnyBulletin(site.db.queries, request.params.number);
        return sendPaper(site, request, reply, { bulletin, ending, base: `${origin}/console/bulletins` });
      },
    );
  }
}

/** Sends a bulletin as a file; where it was taken back, its page says so. Raises `bulletins/unknown`. */
async function sendPaper(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { bulletin: Bulletin | undefined; ending: keyof typeof kinds; base: string },
): Promise<FastifyReply> {
  const { bulletin, ending, base } = asked;
  if (!bulletin) throw unknownBulletin();
  const { number, title, since_entry } = bulletin;
  const page = `${base}/${number}`;
  if (bulletin.withdrawn_at) {
    return reply.header('cache-control', 'no-store').redirect(new URL(page).pathname, 303);
  }
  if (isKept(request, reply, `${page} ${since_entry} ${ending}`)) return reply.code(304).send();
  const { type, write } = kinds[ending];
  const disposition = `attachment; ${fileName(`bulletin-${number}`, `${number} ${title}`, ending)}`;
  const file = await write(await paperOf(site, page, bulletin));
  return reply.type(type).header('content-disposition', disposition).send(file);
}

function addFeed(routes: Routes, site: Site, origin: string): void {
  const config = { access: 'public' } as const;
  routes.get('/bulletins.atom', { config, schema: { hide: true } }, async (request, reply) => {
    const bulletins = await listBulletins(site.db.queries, feed_length);
    const named = bulletins.map(({ number, since_entry }) => `${number} ${since_entry}`).join();
    if (isKept(request, reply, `feed ${origin} ${named}`)) return reply.code(304).send();
    const { district } = await presentOf(site.db);
    const feed = {
      address: `${origin}/bulletins`,
      title: `${district.zh}${bulletin_words.bulletins.zh}`,
      author: district.zh,
      entries: bulletins.map((one) => entryOf(origin, one)),
    };
    return reply.type('application/atom+xml; charset=utf-8').send(atomOf(feed));
  });
}

/** What the feed says of a bulletin; of one that was taken back when and why, and nothing of its text. */
function entryOf(origin: string, bulletin: Bulletin): Entry {
  const { number, title, content, published_at, withdrawn_at, withdrawal_reason } = bulletin;
  const head = { number, title, address: `${origin}/bulletins/${number}`, published_at };
  if (withdrawn_at) {
    const summary = `${bulletin_words.withdrawn.zh}：${withdrawal_reason ?? ''}`;
    return { ...head, updated_at: withdrawn_at, summary, withdrawn: true };
  }
  const first = content.blocks.find((block) => block.kind === 'paragraph');
  const summary = first ? plain(first.pieces) : title;
  return { ...head, updated_at: published_at, summary, withdrawn: false };
}

/**
 * Marks an answer by what it is made of (RFC 9110, 8.8.3), to be asked for again each time, since a bulletin may be withdrawn
 * at once. True when the asker has it already.
 */
function isKept(request: FastifyRequest, reply: FastifyReply, made_of: string): boolean {
  const mark = createHash('sha256').update(`${edition} ${made_of}`).digest('base64url').slice(0, 22);
  reply.header('etag', `W/"${mark}"`).header('cache-control', 'private, no-cache');
  const asked = request.headers['if-none-match'] ?? '';
  return asked === '*' || asked.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${mark}"`);
}

/** A file's name for old and for present browsers (RFC 6266, RFC 8187). */
function fileName(ascii: string, name: string, ending: string): string {
  const encoded = encodeURIComponent(`${name}.${ending}`).replace(
    /['()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${ascii}.${ending}"; filename*=UTF-8''${encoded}`;
}
