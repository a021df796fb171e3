import { readFileSync } from 'node:fs';
import type { Entitled } from '../identity/access.ts';
import { parseCommand, wrongUsage } from '../kit/command.ts';
import type { Database } from '../kit/db.ts';
import { Problem } from '../kit/problem.ts';
import { readTable } from '../kit/sheet.ts';
import { applyBatch, planBatch } from './batch.ts';

/** How the command is used. */
export const importReportedUsage = 'import reported FILE.csv|xlsx [--dry-run] [--reason TEXT] [--json]';

/**
 * `shishi import reported`: takes values that units reported from a file with the columns code, area or unit, day, value
 * and one for each dimension, or says what that would do. Ends badly when anything in it is wrong.
 */
export async function importReportedCommand(
  db: Database,
  actor: Entitled,
  args: string[],
): Promise<{ text: string; ok: boolean }> {
  const understood = { values: ['reason', 'key'], flags: ['dry-run', 'json'] };
  const { words, values, flags } = parseCommand(args, understood, importReportedUsage);
  if (words[0] !== 'reported' || words.length !== 2) throw wrongUsage(importReportedUsage);
  const rows = await readTable(readInput(words[1]!), ['code', 'day', 'value']);
  const batch = await planBatch(db, rows);
  const ok = batch.errors.length === 0;
  const { reason, key } = values;
  const writes = ok && !flags.has('dry-run') && batch.new + batch.changed > 0;
  const entry = writes ? await applyBatch(db, { actor, reason, idempotency_key: key }, batch) : null;
  const { cells: _, errors, ...counts } = batch;
  const reason_wanted = entry === null && batch.changed > 0 && !reason?.trim();
  const said = errors.map(({ row, column, message }) => ({ row, column, message: message.zh }));
  if (flags.has('json'))
    return { text: JSON.stringify({ ...counts, reason_wanted, errors: said, entry }), ok };
  const head = `读到 ${counts.rows} 行：新增 ${counts.new} 格，更正 ${counts.changed} 格，未变 ${counts.unchanged} 格，错误 ${errors.length} 处。`;
  const lines = said.map(({ row, column, message }) => `第 ${row} 行 ${column}：${message}`);
  const wanted = `更正 ${counts.changed} 格，保存时须用 --reason 写明理由。`;
  return {
    text: [
      head,
      ...lines,
      ...(reason_wanted ? [wanted] : []),
      ...(entry === null ? [] : [`已保存（数据版本 ${entry}）。`]),
    ].join('\n'),
    ok,
  };
}

function readInput(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new Problem('kit/sheet', 'invalid', {
      zh: `打不开文件 ${path}。`,
      en: `The file ${path} cannot be opened.`,
    });
  }
}
