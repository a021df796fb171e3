// A change of areas as an office types it: which areas end, by code or name, and which succeed them, one on a line.
import { Problem } from '../kit/problem.ts';
import type { Area, AreaLevel, Succession } from './schema.ts';

/** What was typed: lines of areas that end, of areas that begin (code, name, English name), and of who becomes whom. */
export interface TypedSuccession {
  on_day: string;
  ending: string;
  beginning: string;
  links: string;
  note: string;
}

type Known = Pick<Area, 'code' | 'name' | 'kind' | 'valid_until'>;

const levels: Readonly<Record<number, AreaLevel>> = { 6: 'district', 9: 'town', 12: 'village' };
const lengthAbove: Readonly<Record<AreaLevel, number>> = { district: 0, town: 6, village: 9 };

/**
 * A change of areas from what was typed. A new area lies in the one with which its code begins and is of the sort of the
 * first of the same level that ends. Raises `areas/unread` with the field and the line that cannot be read.
 */
export function readSuccession(typed: TypedSuccession, known: readonly Known[]): Succession {
  const ending = linesOf(typed.ending).map((line) => endingCode(line, known));
  const beginning = linesOf(typed.beginning).map((line) => beginningArea(line, typed.on_day, ending, known));
  const links = linesOf(typed.links).map((line) => {
    const [from_code = '', to_code = '', ...more] = line.split(/[\s→]+/);
    if (to_code === '' || more.length > 0) throw unread('links', line, '每行写原代码和新代码', 'two codes');
    return { from_code: endingCode(from_code, known), to_code };
  });
  return { on_day: typed.on_day, ending, beginning, links, note: typed.note.trim() || null };
}

function endingCode(text: string, known: readonly Known[]): string {
  const found = known.filter(
    ({ code, name, valid_until }) => code === text || (name === text && !valid_until),
  );
  if (found.length === 1) return found[0]!.code;
  throw unread(
    'ending',
    text,
    found.length > 1 ? '重名，请写代码' : '本区没有这个区划',
    'no single area of this district',
  );
}

function beginningArea(
  line: string,
  valid_from: string,
  ending: readonly string[],
  known: readonly Known[],
): Area {
  const [code = '', name = '', ...english] = line.split(/\s+/);
  const level = /^\d+$/.test(code) ? levels[code.length] : undefined;
  if (!level || !name) throw unread('beginning', line, '每行写代码（6、9或12位）和名称', 'a code and a name');
  const before = known.find((area) => ending.includes(area.code) && area.code.length === code.length);
  return {
    code,
    name,
    name_en: english.join(' ') || null,
    level,
    kind: before?.kind ?? null,
    parent_code: code.slice(0, lengthAbove[level]) || null,
    managed_by: null,
    valid_from,
    valid_until: null,
  };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

function unread(field: keyof TypedSuccession, line: string, zh: string, en: string): Problem {
  const text = {
    zh: `“${line}”看不懂：${zh}。没有改动。`,
    en: `“${line}” cannot be read: ${en}. Nothing was changed.`,
  };
  return new Problem('areas/unread', 'invalid', text, { [field]: text });
}
