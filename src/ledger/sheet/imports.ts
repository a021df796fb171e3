// Imports on their way: read in the background, resumed after a stop, answered, applied once.
import type { Entitled } from '../../identity/access.ts';
import { write } from '../../journal/write.ts';
import type { Database } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import { markCells } from '../../kit/workbook-marks.ts';
import { findFile } from '../evidence/files.ts';
import { applyImport, dryRun, type ImportEntering } from './actions.ts';
import type { Plan } from './planned.ts';
import {
  failReading,
  findImport,
  type ImportRow,
  listPlanned,
  listUnfinished,
  type PlanRows,
  type PlanSummary,
  readAgain,
  savePlan,
  settleApplied,
  takeReading,
  tellProgress,
} from './store.ts';
import { forgetSynonym, listKeptSynonyms, rememberSynonyms, type Synonym } from './synonyms.ts';

const mostMarks = 5_000;

/** Reads the file of an import and keeps what it would do. Trouble becomes the import's own words, never an error here. */
export async function startImport(db: Database, id: number): Promise<void> {
  const attempt = await takeReading(db.queries, id).catch(() => undefined);
  if (attempt === undefined) return;
  try {
    const row = await findImport(db.queries, id);
    const file = row && (await findFile(db.queries, row.file_digest));
    if (!row || !file) return;
    let told = 0;
    const plan = await dryRun(db, { content: file.content, name: row.file_name }, [], async (done, of) => {
      if (Date.now() - told < 500) return;
      told = Date.now();
      await tellProgress(db.queries, id, done, of);
    });
    await savePlan(db.queries, id, attempt, plan);
  } catch (error) {
    const problem =
      error instanceof Problem
        ? error.text
        : {
            zh: '核对时出错，没有改动台账。请稍后重新上传。',
            en: 'Something failed; nothing was changed. Send it again later.',
          };
    await failReading(db.queries, id, attempt, problem).catch(() => {});
  }
}

/** Takes up the imports that were being read when the server stopped. */
export async function resumeImports(db: Database): Promise<void> {
  for (const id of await listUnfinished(db.queries)) await startImport(db, id);
}

/** An import of somebody's own. Raises `ledger/no_import`. */
export async function getImport(db: Database, account_id: number, id: number): Promise<ImportRow> {
  const row = await findImport(db.queries, id);
  if (row && row.account_id === account_id) return row;
  throw new Problem('ledger/no_import', 'not_found', {
    zh: '没有这次导入，或它不是您上传的。',
    en: 'There is no such import, or it is not yours.',
  });
}

/** Remembers answers for good and reads the file again by them; an import that asks nothing (any more) is left alone. */
export async function answerImport(
  db: Database,
  actor: Entitled,
  id: number,
  told: readonly Synonym[],
): Promise<void> {
  const change = { actor, action: 'ledger/answers', subject: 'synonym' };
  try {
    await write(db, change, async (tx) => {
      if (!(await readAgain(tx.queries, id, 'asking'))) throw answeredAlready();
      await rememberSynonyms(tx, told);
      tx.entry.detail.kinds = told.map((one) => one.kind);
      return undefined;
    });
  } catch (problem) {
    if (problem instanceof Problem && problem.code === answeredAlready().code) return;
    throw problem;
  }
  void startImport(db, id);
}

function answeredAlready(): Problem {
  return new Problem('ledger/import_answered', 'conflict', {
    zh: '这次导入的问题已经回答过了。',
    en: 'What this import asked was answered already.',
  });
}

/** Forgets an answer that an import was given once. Raises `ledger/no_answer`. */
export async function forgetAnswer(
  db: Database,
  entering: { actor: Entitled; idempotency_key: string },
  id: number,
): Promise<void> {
  const change = { ...entering, action: 'ledger/answer_forgotten', subject: 'synonym', input: { id } };
  await write(db, change, async (tx) => {
    const known = (await listKeptSynonyms(tx.queries)).find((one) => one.id === id);
    if (!known) {
      throw new Problem('ledger/no_answer', 'not_found', {
        zh: '没有这条回答，可能已经删除。',
        en: 'There is no such answer; it may be gone already.',
      });
    }
    await forgetSynonym(tx, id);
    tx.entry.detail.kind = known.kind;
    return undefined;
  });
}

/** Applies an import that was looked at; gives the entry. Raises what `applyImport` does, `ledger/import_done`. */
export async function applyStored(db: Database, entering: ImportEntering, row: ImportRow): Promise<number> {
  if (row.state === 'applied') return row.entry_no!;
  if (row.state !== 'checked' || !row.plan) {
    throw new Problem('ledger/import_unready', 'conflict', {
      zh: '还没有核对完，不能导入。',
      en: 'It has not been compared yet.',
    });
  }
  try {
    const { entry_no } = await applyImport(db, entering, await storedPlan(db, row.id, row.plan));
    await settleApplied(db.queries, row.id, entry_no);
    return entry_no;
  } catch (problem) {
    // The ledger moved on since: what would happen now is read anew and shown.
    if (problem instanceof Problem && problem.code === 'ledger/import_stale') {
      if (await readAgain(db.queries, row.id, 'checked')) await startImport(db, row.id);
    }
    throw problem;
  }
}

async function storedPlan(db: Database, id: number, summary: PlanSummary): Promise<Plan> {
  const all = <Kind extends keyof PlanRows>(kind: Kind) =>
    listPlanned(db.queries, id, kind, Number.MAX_SAFE_INTEGER);
  return {
    ...summary,
    left: summary.left ?? [],
    left_count: summary.left_count ?? 0,
    new: await all('new'),
    changed: await all('changed'),
    errors: await all('error'),
    items: { ...summary.items, planned: await all('item') },
  };
}

/** The workbook of an import with its wrong cells marked and commented. */
export async function markedWorkbook(db: Database, row: ImportRow): Promise<Buffer> {
  const file = await findFile(db.queries, row.file_digest);
  const errors = await listPlanned(db.queries, row.id, 'error', mostMarks);
  const marks = errors.map(({ sheet, row: line, place, message }) => ({
    sheet,
    row: line,
    column: place ?? 1,
    text: message.zh,
  }));
  return markCells(file!.content, marks);
}
