import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Queries } from '../../kit/db.ts';

/** A file as it is kept: by the SHA-256 of its bytes. */
export interface KeptFile {
  digest: string;
  media_type: string;
  bytes: number;
  content: Buffer;
}

/** A file made safe to keep: recognised by its content, a photo encoded anew without place or camera. */
export interface SafeFile {
  digest: string;
  name: string;
  media_type: string;
  bytes: number;
}

/** Keeps a file under its digest; the same bytes are kept once. Gives the digest. */
export async function keepFile(queries: Queries, content: Buffer, media_type: string): Promise<string> {
  const digest = createHash('sha256').update(content).digest('hex');
  await sql`
    insert into file (digest, media_type, bytes, content)
    values (${digest}, ${media_type}, ${content.length}, ${content})
    on conflict (digest) do nothing`.execute(queries);
  return digest;
}

/** A file by its digest. */
export async function findFile(queries: Queries, digest: string): Promise<KeptFile | undefined> {
  const found = await sql<KeptFile>`
    select digest, media_type, bytes, content from file where digest = ${digest}`.execute(queries);
  return found.rows[0];
}
