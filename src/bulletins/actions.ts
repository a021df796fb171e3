import type { Registry } from '../figures/registry.ts';
import { checkRole, type Entitled } from '../identity/access.ts';
import { type Written, write } from '../journal/write.ts';
import type { Database, Queries } from '../kit/db.ts';
import { Problem, refuseIf } from '../kit/problem.ts';
import { issueIn, type ReadText, readText, refuseUnready } from './issue.ts';
import { bulletinPublishers, type KindOf, kindOf, withdrawers } from './rules.ts';
import { findAnyBulletin, listKeptTemplates, updateBulletin } from './store.ts';
import { productTemplates, type Template, writeByTemplate } from './templates.ts';

export {
  audienceOf,
  type Bulletin,
  countBulletins,
  findAnyBulletin,
  findBulletin,
  findSuccessor,
  isPublishedPicture,
  listAllBulletins,
  listBulletins,
} from './store.ts';

/** What is published: which template, up to when, and whether its records are a demonstration's. */
export interface Publication {
  template: string;
  cutoff: Date;
  synthetic: boolean;
  /** The entry that a draft was read at, so that what was read is what is published; the newest when not given. */
  known_entry?: number;
}

/** How a change of bulletins is entered. */
export interface Entering {
  actor: Entitled;
  idempotency_key?: string | undefined;
  reason?: string | undefined;
  simulated_at?: Date;
}

/**
 * Writes a bulletin by its template, freezes every number in it as a release and publishes it, all in one entry: for the command
 * line and machines. People write a draft, and others review and sign it (`drafts.ts`).
 * Raises `identity/reach`, `bulletins/unknown_template`, `bulletins/not_at_once` for a kind that wants more than a template says,
 * `figures/cutoff_ahead`, `bulletins/no_value` when a number has no value.
 */
export async function publish(
  db: Database,
  registry: Registry,
  entering: Entering,
  publication: Publication,
): Promise<Written<{ number: string }>> {
  refuseIf(checkRole(entering.actor, bulletinPublishers));
  const template = await getTemplate(db.queries, publication.template);
  const kind = kindOf(template.kind);
  if (kind.audience === 'staff' || kind.needs.length > 0) throw notAtOnce(kind);
  const now = entering.simulated_at ?? new Date();
  const read = await readText(db, registry, publication, byTemplate(template), now);
  refuseUnready(read, registry);
  const change = {
    ...entering,
    action: 'bulletins/publication',
    subject: 'bulletin',
    input: { template: template.code, cutoff: publication.cutoff.toISOString() },
  };
  return write(db, change, (tx) =>
    issueIn(tx, entering.actor.name, read, {
      kind: template.kind,
      audience: 'public',
      template: template.code,
      addressee: null,
      contact: null,
      objections_until: null,
      supersedes_number: null,
      supersede_reason: null,
      synthetic: publication.synthetic,
    }),
  );
}

/** How a template writes, as `readText` takes it. */
function byTemplate(template: Template): Parameters<typeof readText>[3] {
  return (scene, ask) => writeByTemplate(template, scene, ask);
}

/** A text as a template writes it at a cut-off, with its numbers and what is wrong with it. */
export async function tryTemplate(
  db: Database,
  registry: Registry,
  template: Template,
  cutoff: Date,
  now = new Date(),
): Promise<ReadText> {
  return readText(db, registry, { cutoff }, byTemplate(template), now);
}

/** Every template: the product's, and the office's own, which take the place of the product's of the same code. */
export async function listTemplates(queries: Queries): Promise<Template[]> {
  const kept = await listKeptTemplates(queries);
  const all = new Map<string, Template>([
    ...productTemplates,
    ...kept.map((one) => [one.code, one] as const),
  ]);
  return [...all.values()];
}

/** A template by its code. Raises `bulletins/unknown_template`. */
export async function getTemplate(queries: Queries, code: string): Promise<Template> {
  const all = await listTemplates(queries);
  const found = all.find((one) => one.code === code);
  if (found) return found;
  const known = all.map((one) => one.code);
  throw new Problem('bulletins/unknown_template', 'not_found', {
    zh: `没有名为 ${code} 的模板。可用：${known.join('、')}。`,
    en: `There is no template named ${code}. Known: ${known.join(', ')}.`,
  });
}

/**
 * Takes a bulletin back at once (撤稿), by one person alone: its text, its pictures and, where asked, its title are gone from every
 * page and file with this entry; number and reason stay. Its releases stay, as a figure is nobody's privacy.
 * Raises `bulletins/unknown`, `bulletins/withdrawn`, `bulletins/reason_missing`, `identity/reach`.
 */
export function withdraw(
  db: Database,
  entering: Entering,
  asked: { number: string; reason: string; mask_title: boolean },
): Promise<Written<{ number: string }>> {
  const reason = asked.reason.trim();
  const subject = `bulletin:${asked.number}`;
  const change = { ...entering, action: 'bulletins/withdrawal', subject, input: { ...asked }, reason };
  return write(db, change, async (tx) => {
    refuseIf(checkRole(entering.actor, withdrawers));
    const bulletin = await findAnyBulletin(tx.queries, asked.number);
    if (!bulletin) throw unknownBulletin();
    if (bulletin.withdrawn_at) throw alreadyWithdrawn();
    if (!reason) throw reasonMissing();
    await updateBulletin(tx, {
      id: bulletin.id,
      content: { title: [], blocks: [], signature: [] },
      title: asked.mask_title ? '（标题已隐去）' : bulletin.title,
      addressee: null,
      contact: null,
      issued_entry: bulletin.issued_entry ?? bulletin.since_entry,
      withdrawn_at: tx.entry.at,
      withdrawal_reason: reason,
    });
    return { number: bulletin.number };
  });
}

/** The Problem of a number that no bulletin has. */
export function unknownBulletin(): Problem {
  return new Problem('bulletins/unknown', 'not_found', {
    zh: '没有这个编号的公报。',
    en: 'There is no bulletin with this number.',
  });
}

function notAtOnce(kind: KindOf): Problem {
  return new Problem('bulletins/not_at_once', 'conflict', {
    zh: `${kind.zh}不能直接发布，请在工作台“公报发布”起草，经审核签发。`,
    en: `A ${kind.en} is not published at once; draft it at the console and have it signed.`,
  });
}

function alreadyWithdrawn(): Problem {
  return new Problem('bulletins/withdrawn', 'conflict', {
    zh: '这份公报已经撤稿。',
    en: 'This bulletin has been withdrawn already.',
  });
}

function reasonMissing(): Problem {
  const text = { zh: '请写明撤稿理由，它会公开显示。', en: 'Give a reason; it will be shown to everybody.' };
  return new Problem('bulletins/reason_missing', 'invalid', text, { reason: text });
}
