import type { FastifyReply } from 'fastify';
import { Problem } from '../../kit/problem.ts';
import type { KeptFile } from './files.ts';

/**
 * Sends a kept file so that nothing in it can run: only photos, which were encoded here, are shown by the browser; all
 * else is saved, and what opens it anyway is in a sandbox without scripts (OWASP ASVS 5.0, V5.4).
 */
export function sendKept(
  reply: FastifyReply,
  file: KeptFile | undefined,
  file_name: string | null,
  cache: 'no-store' | 'private, no-cache',
): FastifyReply {
  if (!file) {
    throw new Problem('ledger/no_file', 'not_found', { zh: '没有这个文件。', en: 'There is no such file.' });
  }
  const shown = file.media_type === 'image/jpeg';
  const name = encodeURIComponent(file_name ?? 'file').replace(/['()*]/g, escape);
  return reply
    .type(file.media_type)
    .header('content-disposition', `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', cache)
    .send(file.content);
}
