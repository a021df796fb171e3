// Pictures of drafts. A file is recognised, encoded anew and kept as evidence is; only photographs are taken.
import sharp from 'sharp';
import { type Written, write } from '../journal/write.ts';
import type { Database } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { keepSafely, type SentFile } from '../ledger/evidence/actions.ts';
import { findFile } from '../ledger/evidence/files.ts';
import type { Entering } from './actions.ts';
import { getOpen, touchIn } from './drafts.ts';
import type { Picture } from './scene.ts';
import { closePicture, insertPictures, listPictures, updatePicture } from './store.ts';

/** What is said of a picture: what it shows, what stands under it, and whose it is. */
export type PictureWords = Pick<Picture, 'alt' | 'caption' | 'source'>;

/**
 * Adds a picture to a draft, under the next number. Raises `bulletins/picture_missing`, `bulletins/picture_type`, `ledger/file_…`,
 * `bulletins/not_now`, `identity/reach`.
 */
export async function addPicture(
  db: Database,
  entering: Entering,
  draft_id: number,
  file: SentFile | undefined,
  words: PictureWords,
): Promise<Written<{ position: number }>> {
  if (!file) throw pictureProblem('missing', '请选择一张图片。', 'Choose a picture.');
  const kept = await keepSafely(db, file);
  if (kept.media_type !== 'image/jpeg') {
    throw pictureProblem('type', '这里只放照片和图片（JPG、PNG 等）。', 'Only pictures are taken here.');
  }
  const { width, height } = await sharp((await findFile(db.queries, kept.digest))!.content).metadata();
  const subject = `bulletin_draft:${draft_id}`;
  const input = { draft_id, digest: kept.digest, ...words };
  return write(db, { ...entering, action: 'bulletins/picture', subject, input }, async (tx) => {
    await touchIn(tx, entering, await getOpen(tx, entering, draft_id, undefined));
    const position = ((await listPictures(tx.queries, draft_id)).at(-1)?.position ?? 0) + 1;
    const picture = { draft_id, position, file_digest: kept.digest, width, height, ...trimmed(words) };
    await insertPictures(tx, [picture]);
    return { position };
  });
}

/** Says something else of a picture. Raises `bulletins/no_picture`, `bulletins/not_now`, `identity/reach`. */
export function describePicture(
  db: Database,
  entering: Entering,
  draft_id: number,
  position: number,
  words: PictureWords,
): Promise<Written<undefined>> {
  const subject = `bulletin_draft:${draft_id}`;
  const input = { draft_id, position, ...words };
  return write(db, { ...entering, action: 'bulletins/picture_words', subject, input }, async (tx) => {
    await touchIn(tx, entering, await getOpen(tx, entering, draft_id, undefined));
    const picture = (await listPictures(tx.queries, draft_id)).find((one) => one.position === position);
    if (!picture) throw noPicture(position);
    await updatePicture(tx, { id: picture.id, ...trimmed(words) });
    return undefined;
  });
}

/** Takes a picture off a draft; the numbers of the others stay. Raises `bulletins/no_picture`, `bulletins/not_now`, `identity/reach`. */
export function removePicture(
  db: Database,
  entering: Entering,
  draft_id: number,
  position: number,
): Promise<Written<undefined>> {
  const subject = `bulletin_draft:${draft_id}`;
  const input = { draft_id, position };
  return write(db, { ...entering, action: 'bulletins/picture_removed', subject, input }, async (tx) => {
    await touchIn(tx, entering, await getOpen(tx, entering, draft_id, undefined));
    const picture = (await listPictures(tx.queries, draft_id)).find((one) => one.position === position);
    if (!picture) throw noPicture(position);
    await closePicture(tx, picture.id);
    return undefined;
  });
}

function trimmed({ alt, caption, source }: PictureWords): PictureWords {
  return { alt: alt.trim(), caption: caption.trim(), source: source.trim() };
}

function pictureProblem(code: string, zh: string, en: string): Problem {
  return new Problem(`bulletins/picture_${code}`, 'invalid', { zh, en }, { file: { zh, en } });
}

function noPicture(position: number): Problem {
  return new Problem('bulletins/no_picture', 'not_found', {
    zh: `没有第 ${position} 张图片，可能已被移除。`,
    en: `There is no picture ${position}; it may have been removed.`,
  });
}
