import sharp from 'sharp';
import { checkReach, type Entitled } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { type Written, write } from '../../journal/write.ts';
import { dayOf } from '../../kit/clock.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { cut } from '../../kit/text.ts';
import { getProjects, unitsOf } from '../actions.ts';
import type { EvidenceKind, ItemRow } from '../checklist/schema.ts';
import { currentItems } from '../checklist/store.ts';
import { coordinators, doers, doneStates, isOneOf } from '../course.ts';
import { checkReason, checkSees, secrecyReviewers } from '../rules.ts';
import type { Disclosure, ProjectRow } from '../schema.ts';
import { projectsById } from '../store.ts';
import { keepFile, type SafeFile } from './files.ts';
import { type Recognised, recognise } from './recognise.ts';
import { closeEvidence, type EvidenceRow, findEvidence, insertEvidence, updateEvidence } from './store.ts';

/** A file as it was sent: its bytes and the name that its sender gave it, which is a label and nothing more. */
export interface SentFile {
  content: Buffer;
  name: string;
}

/** Evidence as it is given. */
export interface NewEvidence {
  number: string;
  position: number | null;
  kind: EvidenceKind;
  title: string;
  text: string;
  disclosure: Disclosure;
}

const mostBytes = 20_000_000;
const mostPixels = 80_000_000;
/** The longest side of a kept photo: enough to read a sign on it. */
const longestSide = 2400;

/**
 * Recognises a file by its content and keeps it under the digest of what is kept. Raises `ledger/file_…` for what is too
 * large, of a kind that is not taken, damaged, or carries a program.
 */
export async function keepSafely(db: Database, file: SentFile): Promise<SafeFile> {
  if (file.content.length > mostBytes) throw tooLarge();
  const recognised = await recognise(file.content);
  if (recognised instanceof Problem) throw recognised;
  const content = recognised.photo ? await encodeAnew(file.content) : file.content;
  const media_type = recognised.photo ? 'image/jpeg' : recognised.media_type;
  const digest = await keepFile(db.queries, content, media_type);
  return { digest, media_type, bytes: content.length, name: safeName(file.name, recognised) };
}

/** A photo turned upright, no larger than needed, without anything but its pixels. */
async function encodeAnew(content: Buffer): Promise<Buffer> {
  try {
    return await sharp(content, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
      .rotate()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 82, mozjpeg: false })
      .toBuffer();
  } catch {
    const text = {
      zh: '这张照片打不开或尺寸过大，没有保存。请换一张，或另存为 JPG 再传。',
      en: 'This photo cannot be opened or is too large; nothing was kept. Save it as JPG and send that.',
    };
    throw new Problem('ledger/file_damaged', 'invalid', text, { file: text });
  }
}

/** The sender's name for a file without paths and control characters, with the ending that its content calls for. */
function safeName(name: string, { ending, photo }: Recognised): string {
  const bare = name
    .normalize('NFC')
    .split(/[/\\]/)
    .at(-1)!
    .replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/^\.+/, '')
    .trim();
  const base = cut(bare, 80);
  return `${base || '文件'}.${photo ? 'jpg' : ending}`;
}

function tooLarge(): Problem {
  const text = {
    zh: '文件超过 20 MB，没有保存。请压缩或拆分后再传。',
    en: 'The file is larger than 20 MB and was not kept. Make it smaller or send it in parts.',
  };
  return new Problem('ledger/file_large', 'invalid', text, { file: text });
}

/** How evidence is entered. */
interface Entering {
  actor: Entitled;
  reason?: string | undefined;
  idempotency_key?: string | undefined;
}

/** Who gives evidence: who does the work, and who looks at it. */
export const evidenceGivers = [...doers, 'coordinator', 'inspector'] as const satisfies readonly Role[];

/**
 * Adds evidence to a project or one of its items. Raises `ledger/evidence_empty` when it is neither a file nor a text,
 * `ledger/unknown_item`, `ledger/unknown_project`, `identity/reach`.
 */
export function addEvidence(
  db: Database,
  entering: Entering,
  given: NewEvidence,
  file: SafeFile | undefined,
): Promise<Written<{ id: number }>> {
  const input = { ...given, digest: file?.digest ?? null };
  const change = { ...entering, action: 'ledger/evidence', subject: `project:${given.number}`, input };
  return write(db, change, async (tx) => {
    const [project] = await getProjects(tx, [given.number]);
    const items = await currentItems(tx.queries, [project!.id]);
    const item = given.position === null ? undefined : items.find((one) => one.position === given.position);
    if (given.position !== null && !item) throw noItem(given.position);
    refuseIf(checkReach(entering.actor, evidenceGivers, item?.unit_id ?? project!.unit_id));
    const text = given.text.trim();
    const title = given.title.trim() || file?.name || cut(text, 60);
    if (!file && !text) throw nothingGiven();
    const { account_id, unit_id } = entering.actor;
    const [stored] = await insertEvidence(tx, [
      {
        project_id: project!.id,
        item_id: item?.id ?? null,
        kind: given.kind,
        title,
        text: text || null,
        file_digest: file?.digest ?? null,
        file_name: file?.name ?? null,
        media_type: file?.media_type ?? null,
        bytes: file?.bytes ?? null,
        occurred_on: dayOf(tx.entry.at),
        disclosure: given.disclosure,
        secrecy_reviewer: null,
        reviewed: null,
        account_id,
        unit_id,
      },
    ]);
    return { id: stored!.id };
  });
}

/** Evidence for somebody whose business its project is. Raises `ledger/no_evidence`, `identity/reach`. */
export async function getEvidence(db: Database, actor: Entitled, id: number): Promise<EvidenceRow> {
  const evidence = await findEvidence(db.queries, id);
  if (!evidence) throw noEvidence();
  const project = (await projectsById(db.queries, [evidence.project_id])).get(evidence.project_id)!;
  const items = await currentItems(db.queries, [project.id]);
  refuseIf(checkSees(actor, await unitsOf(db.queries, project, items)));
  return evidence;
}

/** Says whether residents may see evidence; public wants a name that answers for the review (保密审查). */
export function discloseEvidence(
  db: Database,
  entering: Entering,
  asked: { id: number; disclosure: Disclosure; reviewer: string | null },
): Promise<Written<undefined>> {
  const change = {
    ...entering,
    action: 'ledger/evidence_disclosure',
    subject: `evidence:${asked.id}`,
    input: { ...asked },
  };
  return write(db, change, async (tx) => {
    const evidence = await findEvidence(tx.queries, asked.id);
    if (!evidence) throw noEvidence();
    refuseIf(checkReach(entering.actor, secrecyReviewers, evidence.unit_id ?? 0));
    const reviewer = asked.disclosure === 'public' ? asked.reviewer : null;
    await updateEvidence(tx, [
      {
        id: asked.id,
        disclosure: asked.disclosure,
        secrecy_reviewer: reviewer,
        reviewed: reviewer === null ? null : true,
      },
    ]);
    return undefined;
  });
}

/**
 * Takes evidence off its project, by who gave it or the office; the journal keeps that it was there. What something was
 * reported done or verified by is for the office alone to take off, with a reason.
 * Raises `ledger/no_evidence`, `ledger/evidence_settled`, `ledger/reason_missing`, `identity/reach`.
 */
export function removeEvidence(db: Database, entering: Entering, id: number): Promise<Written<undefined>> {
  const change = { ...entering, action: 'ledger/evidence_removed', subject: `evidence:${id}`, input: { id } };
  return write(db, change, async (tx) => {
    const evidence = await findEvidence(tx.queries, id);
    if (!evidence) throw noEvidence();
    const { actor, reason } = entering;
    const project = (await projectsById(tx.queries, [evidence.project_id])).get(evidence.project_id)!;
    const items = await currentItems(tx.queries, [project.id]);
    const item = items.find((one) => one.id === evidence.item_id);
    const own = evidence.account_id !== null && evidence.account_id === actor.account_id;
    const office = checkReach(actor, coordinators, project.unit_id);
    if (!own) refuseIf(office);
    if (isSettled(project, item)) {
      if (office) throw settled();
      refuseIf(checkReason({ reason: true }, reason ?? null));
    }
    await closeEvidence(tx, [id]);
    return undefined;
  });
}

/** Whether something was reported done, or more, on the strength of evidence for it. */
export function isSettled(
  project: Pick<ProjectRow, 'state'>,
  item: Pick<ItemRow, 'state'> | undefined,
): boolean {
  if (item?.state === 'claimed' || item?.state === 'verified') return true;
  return isOneOf(['completion_claimed', 'verifying', ...doneStates], project.state);
}

function settled(): Problem {
  return new Problem('ledger/evidence_settled', 'forbidden', {
    zh: '事项或项目已据此报完成，佐证不能再移除。传错了的，请区统筹办写明理由移除。',
    en: 'Something was reported done by this evidence; only the office takes it off now, with a reason.',
  });
}

function noItem(position: number): Problem {
  return new Problem('ledger/unknown_item', 'not_found', {
    zh: `清单没有第 ${position} 项。`,
    en: `The checklist has no item ${position}.`,
  });
}

function nothingGiven(): Problem {
  const text = {
    zh: '请上传文件，或把系统记录、电话确认的内容写下来。',
    en: 'Send a file, or write down what was recorded or confirmed.',
  };
  return new Problem('ledger/evidence_empty', 'invalid', text, { file: text });
}

function noEvidence(): Problem {
  return new Problem('ledger/no_evidence', 'not_found', {
    zh: '没有这份佐证，可能已被移除。',
    en: 'There is no such evidence; it may have been removed.',
  });
}
