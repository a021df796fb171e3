import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Routes } from '../../identity/access.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { presentOf } from '../../portal/present.ts';
import { type Bulletin, findBulletin, listBulletins } from '../actions.ts';
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
} as const satisfies Record<string, { type: string; write(paper: Paper): Promise<Buffer> }>;

/** Goes up when papers are written differently, so that nobody keeps an older one for the present. */
const edition = 1;
const feed_length = 50;

/** Bulletins as documents, as slides and as a feed. `address` is what people type to come here. */
export function addBulletinPapers(routes: Routes, site: Site, address: string): void {
  const config = { access: 'public' } as const;
  const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
  for (const [ending, { type, write }] of Object.entries(kinds)) {
    const path = `/bulletins/:number.${ending}` as const;
    routes.get(path, { config, schema: { params, hide: true } }, async (request, reply) => {
      const bulletin = await findBulletin(site.db.queries, request.params.number);
      if (!bulletin) throw new Problem('bulletins/unknown', 'not_found', bulletin_words.unknown);
      const { number, title, since_entry } = bulletin;
      if (isKept(request, reply, `${number} ${since_entry} ${ending}`)) return reply.code(304).send();
      const paper = await paperOf(site, address, bulletin);
      return reply
        .type(type)
        .header(
          'content-disposition',
          `attachment; ${fileName(`bulletin-${number}`, `${number} ${title}`, ending)}`,
        )
        .send(await write(paper));
    });
  }

  routes.get('/bulletins.atom', { config, schema: { hide: true } }, async (request, reply) => {
    const bulletins = await listBulletins(site.db.queries, feed_length);
    const named = bulletins.map(({ number, since_entry }) => `${number} ${since_entry}`).join();
    if (isKept(request, reply, `feed ${named}`)) return reply.code(304).send();
    const { district } = await presentOf(site.db);
    const feed = {
      address: `${new URL(address).origin}/bulletins`,
      title: `${district.zh}${bulletin_words.bulletins.zh}`,
      author: district.zh,
      entries: bulletins.map((one) => entryOf(address, one)),
    };
    return reply.type('application/atom+xml; charset=utf-8').send(atomOf(feed));
  });
}

function entryOf(address: string, { number, title, content, published_at }: Bulletin): Entry {
  const first = content.blocks.find((block) => block.kind === 'paragraph');
  return {
    number,
    title,
    address: `${new URL(address).origin}/bulletins/${number}`,
    published_at,
    updated_at: published_at,
    summary: first ? plain(first.pieces) : title,
    withdrawn: false,
  };
}

/**
 * Marks an answer by what it is made of (RFC 9110, 8.8.3), to be asked for again each time, since a bulletin may be withdrawn
 * at once. True when the asker has it already.
 */
function isKept(request: FastifyRequest, reply: FastifyReply, made_of: string): boolean {
  const mark = createHash('sha256').update(`${edition} ${made_of}`).digest('base64url').slice(0, 22);
  reply.header('etag', `W/"${mark}"`).header('cache-control', 'public, no-cache');
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
