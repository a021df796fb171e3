import { parse } from 'csv-parse/sync';
import { isDay } from '../kit/clock.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import { type Form, type FormCode, forms } from './forms.ts';

/** A cell of a form as it was reported. */
export interface ReportedCell {
  key: string;
  area_code: string;
  /** The calendar day it happened on; it counts as of the start of that day in Asia/Shanghai. */
  day: string;
  stage: string | null;
  dose: string | null;
  level: string | null;
  subject: string | null;
  value: number;
  synthetic: boolean;
  note: string | null;
}

/** What was wrong with a file, by line (the header is line 1) and column. */
export interface CellError {
  line: number;
  column: string;
  text: Message;
}

/**
 * Reads a form's CSV file (UTF-8, with or without BOM). Raises `reporting/file` with every error by line and column
 * when anything in it cannot be accepted; then nothing of it is.
 */
export function readReport(code: FormCode, text: string): ReportedCell[] {
  const form = forms[code];
  const rows = parseRows(text);
  const errors: CellError[] = [];
  const cells = rows.map((row, index) => cellOf(form, row, index + 2, errors));
  const seen = new Map<string, number>();
  cells.forEach((cell, index) => {
    const first = seen.get(cell.key);
    if (first) errors.push({ line: index + 2, column: form.key.join('、'), text: repeated(first) });
    else seen.set(cell.key, index + 2);
  });
  if (rows.length === 0)
    errors.push({ line: 1, column: '', text: { zh: '文件里没有数据', en: 'the file has no rows' } });
  if (errors.length > 0) throw fileProblem(errors);
  return cells;
}

function parseRows(text: string): Record<string, string>[] {
  try {
    return parse(text, { columns: true, bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    const line = (error as { lines?: number }).lines ?? 1;
    throw fileProblem([
      { line, column: '', text: { zh: '不是完整的 CSV 行', en: 'is not a complete CSV row' } },
    ]);
  }
}

/** Reads a row of a form by its own columns; what is wrong with it goes to `errors`. */
export function cellOf(
  form: Form,
  row: Record<string, string>,
  line: number,
  errors: CellError[],
): ReportedCell {
  const wrong = (column: string, zh: string, en: string) => errors.push({ line, column, text: { zh, en } });
  const day = row[form.day] ?? '';
  if (!isDay(day)) {
    wrong(form.day, '应为日期，如 2021-09-01', 'must be a date such as 2021-09-01');
  }
  const text = row[form.value] ?? '';
  if (!/^\d{1,12}$/.test(text)) wrong(form.value, '应为 0 或更大的整数', 'must be a whole number, 0 or more');
  for (const [dimension, allowed] of Object.entries(form.dimensions)) {
    const value = row[dimension] ?? '';
    if (!allowed.includes(value))
      wrong(dimension, `应为 ${allowed.join('、')} 之一`, `must be one of ${allowed.join(', ')}`);
  }
  const area_code = row.area_code ?? '';
  if (!/^(\d{6}|\d{9}|\d{12})$/.test(area_code))
    wrong('area_code', '应为区划代码', 'must be a division code');
  return {
    key: form.key.map((column) => row[column] ?? '').join('|'),
    area_code,
    day,
    stage: row.stage || null,
    dose: row.dose || null,
    level: row.level || null,
    subject: row.school || null,
    value: Number(text),
    synthetic: row.synthetic === 'true',
    note: row.note || null,
  };
}

function repeated(first: number): Message {
  return { zh: `与第 ${first} 行重复`, en: `is the same cell as line ${first}` };
}

function fileProblem(errors: CellError[]): Problem {
  const list = (language: 'zh' | 'en') =>
    errors
      .slice(0, 20)
      .map(({ line, column, text }) =>
        language === 'zh' ? `第 ${line} 行 ${column}：${text.zh}` : `line ${line} ${column}: ${text.en}`,
      )
      .join(language === 'zh' ? '；' : '; ');
  return new Problem('reporting/file', 'invalid', {
    zh: `文件没有保存，共 ${errors.length} 处需要修改：${list('zh')}。`,
    en: `Nothing of the file was saved; ${errors.length} to mend: ${list('en')}.`,
  });
}
