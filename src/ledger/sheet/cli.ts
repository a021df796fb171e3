import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Entitled } from '../../identity/access.ts';
import { currentHead, entryAt } from '../../journal/head.ts';
import { cutoffOf } from '../../kit/clock.ts';
import { parseCommand, wrongUsage } from '../../kit/command.ts';
import type { Database } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import { listItems } from '../checklist/store.ts';
import { readNaming } from '../naming.ts';
import { listWholeProjects } from '../store.ts';
import { applyImport, dryRun } from './actions.ts';
import { exportCsv, exportWorkbook } from './export.ts';

/** How the two commands are used. */
export const importUsage = 'import ledger FILE.xlsx|csv [--dry-run] [--batch NAME] [--reason TEXT] [--json]';
export const exportUsage = 'export ledger FILE.xlsx|csv [--cutoff DAY|--entry N]';

type OnProgress = (done: number, of: number) => void;

/** Imports a workbook, or says what that would do. Ends badly when anything in it is wrong. */
export async function importCommand(
  db: Database,
  actor: Entitled,
  args: string[],
  onProgress: OnProgress,
): Promise<{ text: string; ok: boolean }> {
  const { words, values, flags } = parseCommand(
    args,
    { values: ['batch', 'key', 'reason'], flags: ['dry-run', 'json'] },
    importUsage,
  );
  if (words[0] !== 'ledger' || words.length !== 2) throw wrongUsage(importUsage);
  const path = words[1]!;
  const plan = await dryRun(db, { content: readInput(path), name: basename(path) }, [], onProgress);
  const ok = plan.errors.length === 0;
  let entry_no: number | null = null;
  if (ok && !flags.has('dry-run') && plan.new.length + plan.changed.length + plan.items.planned.length > 0) {
    const { batch, key, reason } = values;
    entry_no = (await applyImport(db, { actor, batch, reason, idempotency_key: key }, plan)).entry_no;
  }
  const errors = plan.errors.map(({ sheet, row, column, message }) => ({
    sheet,
    row,
    column,
    message: message.zh,
  }));
  const { rows, unchanged, missing, items, adjusted, notes } = plan;
  const counts = {
    rows,
    new: plan.new.length,
    changed: plan.changed.length,
    unchanged,
    missing: missing.length,
  };
  const { planned: _, ...itemCounts } = items;
  if (flags.has('json')) {
    return {
      text: JSON.stringify({ ...counts, errors, items: itemCounts, adjusted, notes, entry: entry_no }),
      ok,
    };
  }
  const lines = [
    `共 ${rows} 行：新增 ${counts.new}，变更 ${counts.changed}，未变 ${unchanged}，台账有而表里没有 ${missing.length}；清单事项新增 ${items.new}，变更 ${items.changed}。`,
    ...notes,
    ...(adjusted > 0 ? [`有 ${adjusted} 个项目已经交办，改动属于调整，导入时用 --reason 写明理由。`] : []),
    ...errors.map((error) => `${error.sheet} 第 ${error.row} 行 ${error.column}：${error.message}`),
    ok
      ? entry_no === null
        ? '没有改动台账。'
        : `已导入，数据版本 ${entry_no}。撤销：shishi undo ${entry_no}`
      : `有 ${errors.length} 处错误，没有导入。`,
  ];
  return { text: lines.join('\n'), ok };
}

function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new Problem('ledger/no_file', 'not_found', {
      zh: `打不开文件 ${path}。`,
      en: `The file ${path} cannot be opened.`,
    });
  }
}

/** Exports the ledger as it is, as it was at the end of a day, or as known at an entry. */
export async function exportCommand(db: Database, args: string[]): Promise<string> {
  const { words, values } = parseCommand(args, { values: ['cutoff', 'entry'] }, exportUsage);
  if (words[0] !== 'ledger' || words.length !== 2 || (values.cutoff && values.entry))
    throw wrongUsage(exportUsage);
  const path = words[1]!;
  const entry_no = await entryOf(db, values.cutoff, values.entry);
  const { content, projects } = await exportLedger(db, entry_no, path.endsWith('.csv'));
  writeFileSync(path, content);
  return `已导出 ${projects} 个项目（数据版本 ${entry_no}）：${path}`;
}

async function entryOf(db: Database, cutoff: string | undefined, entry: string | undefined): Promise<number> {
  const { entry_no } = await currentHead(db);
  if (cutoff) return entryAt(db.queries, cutoffOf(cutoff));
  if (!entry) return entry_no;
  const asked = Number(entry);
  if (Number.isSafeInteger(asked) && asked >= 0 && asked <= entry_no) return asked;
  throw wrongUsage(exportUsage);
}

/** The whole ledger as a file, as known at an entry: proposals are not on the list and not in it. */
export async function exportLedger(
  db: Database,
  entry_no: number,
  csv: boolean,
): Promise<{ content: Buffer | string; projects: number }> {
  const projects = await listWholeProjects(db.queries, entry_no);
  const items = await listItems(
    db.queries,
    entry_no,
    projects.map((project) => project.id),
  );
  const naming = await readNaming(db.queries, entry_no);
  const numberOf = new Map(projects.map((project) => [project.id, project.number]));
  const exported = { projects, items, naming, numberOf };
  const content = csv ? exportCsv(exported) : await exportWorkbook(exported);
  return { content, projects: projects.length };
}
