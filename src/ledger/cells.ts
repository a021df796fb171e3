// A cell of the ledger: how it is written for people and what a written one means. The same for the screen, an edit by
// hand, a pasted block and a workbook.
import { dayOf } from '../kit/clock.ts';
import { type DayReading, plainText, readDay } from '../kit/days.ts';
import type { Message } from '../kit/i18n.ts';
import { cut } from '../kit/text.ts';
import { getColumn, type LedgerColumn } from './columns.ts';
import { type Found, type Naming, nameKey, noneOfThem } from './naming.ts';
import { never, type ProjectRow, type ProjectState } from './schema.ts';
import { staffStateWords } from './words.ts';

/** What a written cell means: its value; a question when it could mean several things; or what is wrong with it. */
export type ReadCell =
  | {
      kind: 'value';
      value: unknown /** It also says that the project has no end. */;
      standing?: true /** It is a text of its own rather than a word for a state. */;
      free?: true /** Codes of further units in the cell of the one in charge. */;
      others?: string[];
    }
  | {
      kind: 'unsure';
      question: Question /** Further texts of the same cell that are unsure. */;
      more?: Question[];
    }
  | { kind: 'wrong'; message: Message };

/** Something that an import asks once: what a text of some kind means. */
export interface Question {
  kind: string;
  text: string;
  choices: { meaning: string; text: string }[];
  /** The only choice, where it differs from the text by no more than an ending. */
  likely?: string;
}

/** In what the numbers of a column are counted where its header says so. */
export type Measure =
  | '元'
  | '千元'
  | '万元'
  | '百万元'
  | '亿元'
  | '人'
  | '人次'
  | '户'
  | '个'
  | '名'
  | '万人'
  | '%';

/** What reading a cell needs to know: the district's names, and the year of days that name none. */
export interface CellReading {
  naming: Naming;
  year: number;
  /** The cell of the unit in charge may name others after it. */
  several?: true;
  measure?: Measure | undefined;
}

/** The answer beside the choices of a question: none of them. */
export const leaveOut = noneOfThem;

const none: ReadCell = { kind: 'value', value: null };
const value = (one: unknown): ReadCell => ({ kind: 'value', value: one });
const wrong = (zh: string, en: string): ReadCell => ({ kind: 'wrong', message: { zh, en } });

/** Reads a cell of a column. An empty one is no value. */
export function readCell(column: LedgerColumn, written: string, reading: CellReading): ReadCell {
  const text = plainText(written);
  if (text === '' || /^[-—–/\\无]$/.test(text)) {
    return column.required && column.kind !== 'start' && column.kind !== 'deadline'
      ? wrong(`“${column.title}”不能为空。`, `“${column.title}” must not be empty.`)
      : none;
  }
  switch (column.kind) {
    case 'text':
    case 'project':
      return readText(column, written);
    case 'whole':
      return readWhole(column, text, reading.measure);
    case 'decimal':
      return readDecimal(column, text, 0);
    case 'money':
      return readMoney(column, text, reading.measure);
    case 'choice':
      return readChoice(column, text, reading.naming);
    case 'yes':
      return readYes(text);
    case 'start':
    case 'deadline':
      return readDayCell(column, text, reading);
    case 'unit':
      return readUnit(column, text, reading);
    case 'area':
      return readName(column, text, 'area', reading.naming.findArea(text));
    case 'field':
      return readField(column, text, reading.naming);
    case 'units':
      return readNames(column, text, 'unit', reading.naming);
    case 'areas':
      return readNames(column, text, 'area', reading.naming);
    case 'state':
      return readState(text, reading.naming);
    case 'computed':
      return none;
  }
}

function readText(column: LedgerColumn, written: string): ReadCell {
  const text = written.replace(/\r\n?/g, '\n').trim();
  if (column.max && text.length > column.max) {
    return wrong(
      `“${column.title}”有 ${text.length} 个字，最多 ${column.max} 个。`,
      `“${column.title}” has ${text.length} characters; at most ${column.max}.`,
    );
  }
  return value(text);
}

/** What the ledger can keep in a column of numbers: from and to, and how many decimals. */
const bounds: Partial<Record<LedgerColumn['name'], { least: number; most: number; places: number }>> = {
  list_no: { least: 1, most: 2_147_483_647, places: 0 },
  beneficiaries: { least: 0, most: Number.MAX_SAFE_INTEGER, places: 0 },
  weight: { least: 0.01, most: 999_999.99, places: 2 },
};
const money = { least: 0, most: 99_999_999_999_999.98, places: 2 };
const mostPlaces = 10;

/** The value of a number that the ledger can keep, or what is wrong with it. */
function bounded(column: LedgerColumn, number: string | number, text: string): ReadCell {
  const { least, most, places } = (column.kind === 'money' ? money : bounds[column.name]) ?? {
    least: 0,
    most: Number.MAX_SAFE_INTEGER,
    places: mostPlaces,
  };
  if ((String(number).split('.')[1] ?? '').length > places) {
    return column.kind === 'money'
      ? wrong(
          `“${column.title}”精确到分，表里是“${shorten(text)}”。`,
          `“${column.title}” goes down to a cent; it says “${shorten(text)}”.`,
        )
      : wrong(
          `“${column.title}”最多 ${places} 位小数，表里是“${shorten(text)}”。`,
          `“${column.title}” has at most ${places} decimals; it says “${shorten(text)}”.`,
        );
  }
  if (Number(number) >= least && Number(number) <= most) return value(number);
  const [from, to] = column.kind === 'money' ? ['0', '10,000,000,000 万元'] : [String(least), String(most)];
  return wrong(
    `“${column.title}”应在 ${from} 到 ${to} 之间，表里是“${shorten(text)}”。`,
    `“${column.title}” is from ${from} to ${to}; it says “${shorten(text)}”.`,
  );
}

function readWhole(column: LedgerColumn, written: string, measure: Measure | undefined): ReadCell {
  const text = measure === '万人' && /^[\d,.]+$/.test(written) ? `${written}万` : written;
  const found = /^约?(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(万)?(?:余|多)?(?:人|人次|户|个|名|件|项)?$/.exec(text);
  if (found) return bounded(column, Number(found[1]!.replaceAll(',', '')) * (found[2] ? 10_000 : 1), text);
  const thousands = /^(\d+\.\d{1,4})万(?:人|人次|户)?$/.exec(text);
  if (thousands) return bounded(column, Math.round(Number(thousands[1]) * 10_000), text);
  return wrong(
    `“${column.title}”应是整数，表里是“${shorten(text)}”。`,
    `“${column.title}” is a whole number; it says “${shorten(text)}”.`,
  );
}

function readDecimal(column: LedgerColumn, text: string, shift: number, written = text): ReadCell {
  const found = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text);
  if (!found || found[1]!.length > 21) {
    return wrong(
      `“${column.title}”应是数字，表里是“${shorten(written)}”。`,
      `“${column.title}” is a number; it says “${shorten(written)}”.`,
    );
  }
  return bounded(column, shifted(found[1]!.replaceAll(',', ''), found[2] ?? '', shift), written);
}

const moneyShifts: Readonly<Record<string, number>> = {
  元: 0,
  千元: 3,
  万: 4,
  万元: 4,
  百万元: 6,
  亿: 8,
  亿元: 8,
};

/** 12.5 (万元) is 125000 yuan; the header or the cell may name another measure: 1.2亿元, 3000元. */
function readMoney(column: LedgerColumn, text: string, measure: Measure | undefined): ReadCell {
  const found = /^[¥￥]?([\d,.]+)(百万元|千元|万元|亿元|元|万|亿)?$/.exec(text);
  const shift = moneyShifts[found?.[2] ?? measure ?? '万元']!;
  return readDecimal(column, found?.[1] ?? text, shift, text);
}

/** Moves the point of an exact decimal to the right and drops what is not needed. */
function shifted(whole: string, fraction: string, places: number): string {
  const digits = fraction.padEnd(places, '0');
  const moved = `${whole}${digits.slice(0, places)}`.replace(/^0+(?=\d)/, '');
  const rest = digits.slice(places).replace(/0+$/, '');
  return rest ? `${moved}.${rest}` : moved;
}

function readChoice(column: LedgerColumn, text: string, naming: Naming): ReadCell {
  const entries = Object.entries(column.choices!);
  const key = nameKey(text);
  const found = entries.find(([, words]) => words.some((word) => nameKey(word) === key));
  if (found) return value(found[0]);
  const answered = naming.answer(column.name, text);
  if (answered === leaveOut) return choiceWrong(column, text);
  if (answered) return value(answered);
  const listed = entries.map(([meaning, words]) => ({ meaning, text: words[0]! }));
  return { kind: 'unsure', question: { kind: column.name, text, choices: listed } };
}

function choiceWrong(column: LedgerColumn, text: string): ReadCell {
  const listed = Object.values(column.choices!).map((words) => words[0]!);
  return wrong(
    `“${column.title}”里的“${shorten(text)}”不是可填的内容。可填：${listed.join('、')}。`,
    `“${shorten(text)}” in “${column.title}” is none of: ${listed.join(', ')}.`,
  );
}

function readYes(text: string): ReadCell {
  if (/^(是|需要|开展|要|有|√|✓|y|yes|true|1)$/i.test(text)) return value(true);
  if (/^(否|不|不需要|不开展|无|×|n|no|false|0)$/i.test(text)) return value(false);
  return wrong(`应填“是”或“否”，表里是“${shorten(text)}”。`, `Write 是 or 否; it says “${shorten(text)}”.`);
}

function readDayCell(column: LedgerColumn, text: string, { naming, year }: CellReading): ReadCell {
  const reading: DayReading = { edge: column.kind === 'start' ? 'first' : 'last', year };
  const october = /^(\d{4})\.1$/.exec(text);
  const read = october ? undefined : readDay(text, reading);
  const open = october
    ? januaryOrOctober(october[1]!, reading)
    : read?.kind === 'unsure'
      ? read.days
      : undefined;
  if (open)
    return readUnsureDay(column, text, october ? ['january', 'october'] : ['before', 'within'], open, naming);
  if (read?.kind === 'day') return value(read.day);
  if (read?.kind === 'standing' && column.kind === 'deadline') {
    return { kind: 'value', value: never, standing: true };
  }
  return dayWrong(column, text);
}

/** A spreadsheet drops the last 0 of 2021.10, so 2021.1 may be January or October. */
function januaryOrOctober(year: string, reading: DayReading): [string, string] {
  const [january, october] = ['01', '10'].map((month) => {
    const day = readDay(`${year}-${month}`, reading);
    return day?.kind === 'day' ? day.day : '';
  });
  return [january!, october!];
}

/** How a day that could be two is meant: what is remembered of an answer, as it holds in any year. */
export const dayRules = {
  before: '不含当月',
  within: '含当月',
  january: '1 月',
  october: '10 月',
} as const;

type DayRule = keyof typeof dayRules;

function readUnsureDay(
  column: LedgerColumn,
  text: string,
  rules: readonly [DayRule, DayRule],
  days: readonly [string, string],
  naming: Naming,
): ReadCell {
  // Before August is one thing for what is to be done by then, and another for what is to begin.
  const kind = column.kind === 'start' ? 'start_day' : 'day';
  const answered = naming.answer(kind, text);
  if (answered === leaveOut) return dayWrong(column, text);
  const chosen = rules.findIndex((rule, index) => answered === rule || answered === days[index]);
  if (chosen >= 0) return value(days[chosen]!);
  const choices = rules.map((rule, index) => ({ meaning: rule, text: `${dayRules[rule]}：${days[index]}` }));
  return { kind: 'unsure', question: { kind, text, choices } };
}

function dayWrong(column: LedgerColumn, text: string): ReadCell {
  return wrong(
    `“${column.title}”读不懂“${shorten(text)}”。可写 2021-08-31、8月底、年底前${column.kind === 'deadline' ? '或长期坚持' : ''}。`,
    `“${column.title}” cannot be read: “${shorten(text)}”. Write it as 2021-08-31.`,
  );
}

function readName(column: LedgerColumn, text: string, kind: string, found: Found): ReadCell {
  if ('meaning' in found) return value(found.meaning.value);
  if (found.candidates.length > 0) {
    const listed = found.candidates.map((one) => ({ meaning: one.code, text: one.text }));
    return { kind: 'unsure', question: { kind, text, choices: listed } };
  }
  return unknownName(column, text);
}

/** There are few fields, so an unknown one is asked about with all of them to choose from. */
function readField(column: LedgerColumn, text: string, naming: Naming): ReadCell {
  const found = naming.findField(text);
  if (naming.answer('field', text) === leaveOut) return unknownName(column, text);
  if ('meaning' in found || found.candidates.length > 0) return readName(column, text, 'field', found);
  const all = naming.fields.map((field) => ({ value: field.code, code: field.code, text: field.title }));
  return readName(column, text, 'field', { candidates: all });
}

function unknownName(column: LedgerColumn, text: string): ReadCell {
  return wrong(
    `“${column.title}”中的“${shorten(text)}”不在系统的名录里。请改成名录里的名称，或先在系统里添加。`,
    `“${shorten(text)}” in “${column.title}” is not known here. Use a known name or add it first.`,
  );
}

const between = /[、,;；\n/|]|\s+/;

/** The names in a cell of several, without what is said around them. */
function namesIn(text: string): string[] {
  return text
    .replace(/各镇[、/]街道/, '各镇街道')
    .split(between)
    .map((part) =>
      part.replace(/^(?:牵头|配合|协办|责任)(?:单位|部门)?:/, '').replace(/(等|等单位|等部门)$/, ''),
    )
    .filter(Boolean);
}

const everyTown =
  /^(?:全区|全县)?各(?:个)?(?:镇|镇街|街镇|乡镇|镇乡|镇街道|镇\(街道?\)|乡镇\(街道?\))(?:人民政府|政府|办事处)?$/;

/** What names stand for: codes, or what is unsure or unknown among them. 各镇 is every town, or its government. */
function readEach(
  column: LedgerColumn,
  parts: readonly string[],
  kind: 'unit' | 'area',
  naming: Naming,
): { codes: string[] } | Exclude<ReadCell, { kind: 'value' }> {
  const codes: string[] = [];
  const questions: Question[] = [];
  for (const part of parts) {
    if (everyTown.test(part)) {
      const towns = naming.units
        .filter((unit) => unit.kind === 'town')
        .map((unit) => unit.code)
        .toSorted();
      const areas = naming.areas.filter((area) => area.level === 'town').map((area) => area.code);
      codes.push(...(kind === 'unit' ? towns : areas));
      continue;
    }
    const read = readName(
      column,
      part,
      kind,
      kind === 'unit' ? naming.findUnit(part) : naming.findArea(part),
    );
    if (read.kind === 'wrong') return read;
    if (read.kind === 'unsure') questions.push(read.question);
    else
      codes.push(
        kind === 'unit' ? naming.units.find((unit) => unit.id === read.value)!.code : String(read.value),
      );
  }
  const [question, ...more] = questions;
  if (question) return { kind: 'unsure', question, more };
  return { codes: [...new Set(codes)] };
}

function readNames(column: LedgerColumn, text: string, kind: 'unit' | 'area', naming: Naming): ReadCell {
  const read = readEach(column, namesIn(text), kind, naming);
  return 'codes' in read ? value(read.codes) : read;
}

/** One unit; where several may be named, the first leads and the others are told beside it. */
function readUnit(column: LedgerColumn, text: string, { naming, several }: CellReading): ReadCell {
  const found = naming.findUnit(text);
  const parts = namesIn(text);
  if (parts.length < 2) {
    return everyTown.test(text) ? oneUnitOnly(column, text) : readName(column, text, 'unit', found);
  }
  // What was answered for the whole text would let the others disappear.
  if ('meaning' in found && naming.answer('unit', text) === undefined) return value(found.meaning.value);
  if (!several || everyTown.test(parts[0]!)) return oneUnitOnly(column, text);
  const read = readEach(column, parts, 'unit', naming);
  if (!('codes' in read)) return read;
  const [lead, ...others] = read.codes;
  return { kind: 'value', value: naming.unitByCode(lead!)!.id, ...(others.length > 0 && { others }) };
}

function oneUnitOnly(column: LedgerColumn, text: string): ReadCell {
  return wrong(
    `“${column.title}”只能是一个单位，表里是“${shorten(text)}”。`,
    `“${column.title}” is one unit; it says “${shorten(text)}”.`,
  );
}

const stateSynonyms: Partial<Record<ProjectState, readonly string[]>> = {
  registered: ['未启动', '未开始', '未开工', '待启动', '筹备中', '谋划中', '立项'],
  in_progress: [
    '正在推进',
    '推进中',
    '进行中',
    '在办',
    '正在办理',
    '已启动',
    '已开工',
    '正在实施',
    '持续推进',
    '长期坚持',
    '未完成',
    '否',
    '序时推进',
    '正常推进',
  ],
  completion_claimed: [
    '已完成',
    '完成',
    '已办结',
    '办结',
    '已销号',
    '是',
    '全部完成',
    '提前完成',
    '超额完成',
    '已竣工',
    '100%',
  ],
};

/** The words of a ledger for how far a project is. 已完成 can only mean that completion is claimed: others verify it. */
function readState(text: string, naming: Naming): ReadCell {
  const key = nameKey(text);
  for (const [state, word] of Object.entries(staffStateWords)) {
    if (nameKey(word.zh) === key) return value(state);
  }
  for (const [state, words] of Object.entries(stateSynonyms)) {
    if (words.some((word) => nameKey(word) === key)) {
      return { kind: 'value', value: state, ...(key === '长期坚持' && { standing: true as const }) };
    }
  }
  const answered = naming.answer('state', text);
  if (answered === leaveOut) return { kind: 'value', value: null, free: true };
  if (answered) return value(answered);
  const listed = (['registered', 'in_progress', 'completion_claimed'] as const).map((state) => ({
    meaning: state,
    text: stateSynonyms[state]![0]!,
  }));
  return {
    kind: 'unsure',
    question: {
      kind: 'state',
      text,
      choices: [...listed, { meaning: leaveOut, text: '都不是，作为文字保留' }],
    },
  };
}

function shorten(text: string): string {
  const short = cut(text, 30);
  return short === text ? text : `${short}…`;
}

/** What a cell of a project says, for screens, edits and workbooks; computed columns are not among them. */
export function cellText(
  name: LedgerColumn['name'],
  project: Pick<ProjectRow, Exclude<LedgerColumn['name'], 'progress'>>,
  naming: Pick<Naming, 'unitName' | 'areaName' | 'fieldName' | 'unitByCode'>,
  numberOf: (id: number) => string = String,
): string {
  const column = getColumn(name);
  if (name === 'progress') return '';
  const stored = project[name];
  if (stored === null || stored === undefined) return '';
  switch (column.kind) {
    case 'money':
      return inTenThousands(String(stored));
    case 'decimal':
      return plainDecimal(String(stored));
    case 'choice':
      return column.choices?.[String(stored)]?.[0] ?? String(stored);
    case 'yes':
      return stored ? '是' : '否';
    case 'deadline':
      return stored === never ? '长期坚持' : String(stored);
    case 'unit':
      return naming.unitName(stored as number);
    case 'area':
      return naming.areaName(String(stored));
    case 'field':
      return naming.fieldName(String(stored));
    case 'units':
      return (stored as string[]).map((code) => naming.unitByCode(code)?.name ?? code).join('、');
    case 'areas':
      return (stored as string[]).map(naming.areaName).join('、');
    case 'project':
      return numberOf(stored as number);
    case 'state':
      return staffStateWords[stored as ProjectState].zh;
    default:
      return stored instanceof Date ? dayOf(stored) : String(stored);
  }
}

/** Yuan as 万元, exact: 125000 is 12.5. */
function inTenThousands(yuan: string): string {
  const [whole = '0', fraction = ''] = yuan.split('.');
  const digits = whole.padStart(5, '0');
  return plainDecimal(`${digits.slice(0, -4)}.${digits.slice(-4)}${fraction}`);
}

function plainDecimal(text: string): string {
  const [whole = '0', fraction = ''] = text.split('.');
  const rest = fraction.replace(/0+$/, '');
  return `${whole.replace(/^0+(?=\d)/, '')}${rest ? `.${rest}` : ''}`;
}
