import type { Database } from '../kit/db.ts';
import type { SentFile } from '../kit/http.ts';
import { Problem } from '../kit/problem.ts';
import { keepSafely } from '../ledger/evidence/actions.ts';

/**
 * Keeps a photo, encoded anew without place and camera, and gives its digest; nothing where none was sent. Raises
 * `wishes/photo` for any other file, and the Problems of keeping one.
 */
export async function keepPhoto(db: Database, file: SentFile | undefined): Promise<string | undefined> {
  if (!file) return undefined;
  const kept = await keepSafely(db, { content: file, name: file.file_name });
  if (kept.media_type === 'image/jpeg') return kept.digest;
  const text = { zh: '请选一张照片。', en: 'Choose a photo.' };
  throw new Problem('wishes/photo', 'invalid', text, { file: text });
}
