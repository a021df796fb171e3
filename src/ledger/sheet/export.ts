// The ledger as a workbook: what is exported is what can be imported again. Text columns are formatted as text, so that no
// cell becomes a formula, not even when somebody edits it; in CSV such a cell is guarded by an apostrophe.
import { type CellValue, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import { dayOf } from '../../kit/clock.ts';
import { cellText } from '../cells.ts';
import { evidenceWords, percentOf, progressOf } from '../checklist/rules.ts';
import type { ItemRow } from '../checklist/schema.ts';
import { type ColumnName, getColumn, type LedgerColumn, ledgerColumns } from '../columns.ts';
import type { Naming } from '../naming.ts';
import { never, type ProjectRow } from '../schema.ts';
import { itemStateWords } from '../words.ts';
import { guarded, guardKept } from './guard.ts';
import { itemColumns } from './item-columns.ts';

/** What an export holds. */
export interface Exported {
  projects: readonly ProjectRow[];
  items: readonly ItemRow[];
  naming: Naming;
  /** Which columns, in which order; every one when none is named. */
  columns?: readonly ColumnName[] | undefined;
  /** The numbers of projects that are named as parents. */
  numberOf: ReadonlyMap<number, string>;
}

const head = {
  font: { bold: true, name: '微软雅黑', size: 10 },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'EAF1F8' } },
  alignment: { horizontal: 'center', vertical: 'center', wrapText: true },
  border: border(),
} as const;

function border() {
  const side = { style: 'thin', color: { rgb: 'BFC7CF' } } as const;
  return { top: side, bottom: side, left: side, right: side };
}

/** The ledger as an .xlsx workbook: the list, the checklists, how to fill it in, and the names to choose from. */
export async function exportWorkbook(exported: Exported): Promise<Buffer> {
  const columns = chosen(exported);
  const extras = extraHeaders(exported.projects);
  const itemsOf = Map.groupBy(exported.items, (item) => item.project_id);
  const rows: CellValue[][] = [[...columns.map((column) => column.title), ...extras.map(guardKept)]];
  for (const project of exported.projects) {
    const items = itemsOf.get(project.id) ?? [];
    const cells = columns.map((column) => {
      const cell = cellOf(column, project, items, exported);
      return typeof cell === 'string' ? guardKept(cell) : cell;
    });
    rows.push([...cells, ...extras.map((name) => guardKept(project.extra?.[name] ?? '') || null)]);
  }
  const lists = listsOf(exported.naming);
  const project: WriteSheet = {
    ...sheet('项目清单', rows, [
      ...columns.map((column) => ({ width: column.width, style: styleOf(column) })),
      ...extras.map(() => ({ width: 16, style: textStyle })),
    ]),
    dataValidations: columns.flatMap((column, index) => validationOf(column, index, lists)),
  };
  const sheets = [project];
  if (!exported.columns) sheets.push(itemSheet(exported, itemsOf), guide(), lists.sheet);
  const written = await writeXlsx({
    sheets,
    defaultFont: { name: '微软雅黑', size: 10 },
    stringMode: 'shared',
  });
  return Buffer.from(written);
}

/** The ledger as CSV (UTF-8 with a mark, as Excel wants it), one line for each project. */
export function exportCsv(exported: Exported): string {
  const columns = chosen(exported);
  const extras = extraHeaders(exported.projects);
  const itemsOf = Map.groupBy(exported.items, (item) => item.project_id);
  const lines = exported.projects.map((project) => {
    const cells = columns.map((column) => cellOf(column, project, itemsOf.get(project.id) ?? [], exported));
    const texts = cells.map((cell) =>
      cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? ''),
    );
    return [...texts, ...extras.map((name) => project.extra?.[name] ?? '')].map(quoted).join(',');
  });
  const header = [...columns.map((column) => column.title), ...extras].map(quoted).join(',');
  return `\ufeff${[header, ...lines].join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  const safe = guarded(text);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function chosen({ columns }: Exported): LedgerColumn[] {
  return columns ? columns.map(getColumn) : [...ledgerColumns];
}

function extraHeaders(projects: readonly ProjectRow[]): string[] {
  return [...new Set(projects.flatMap((project) => Object.keys(project.extra ?? {})))];
}

function cellOf(
  column: LedgerColumn,
  project: ProjectRow,
  items: readonly ItemRow[],
  { naming, numberOf }: Exported,
): CellValue {
  if (column.name === 'progress') {
    const percent = percentOf(progressOf(items));
    return percent === null ? null : `${percent}%`;
  }
  if (column.name === 'completed_at') return project.completed_at && dayCell(dayOf(project.completed_at));
  const text = cellText(column.name, project, naming, (id) => numberOf.get(id) ?? '');
  if (text === '') return null;
  switch (column.kind) {
    case 'whole':
    case 'decimal':
    case 'money':
      return Number(text);
    case 'start':
    case 'deadline':
      return project[column.name as 'deadline'] === never ? text : dayCell(text);
    default:
      return text;
  }
}

function dayCell(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

const textStyle = { numFmt: '@', alignment: { wrapText: true, vertical: 'top' } } as const;

function styleOf(column: LedgerColumn) {
  const alignment = { vertical: 'top', wrapText: true } as const;
  if (['start', 'deadline'].includes(column.kind) || column.name === 'completed_at') {
    return { numFmt: 'yyyy-mm-dd', alignment };
  }
  return ['whole', 'decimal', 'money'].includes(column.kind)
    ? { numFmt: 'General', alignment: { vertical: 'top' } as const }
    : textStyle;
}

function sheet(name: string, rows: CellValue[][], columns: WriteSheet['columns']): WriteSheet {
  const cells = new Map(
    rows[0]!.map((value, index) => [`0,${index}`, { value, type: 'string' as const, style: head }]),
  );
  return {
    name,
    rows,
    columns: columns!,
    cells,
    rowDefs: new Map([[0, { height: 30 }]]),
    freezePane: { rows: 1, columns: 3 },
    autoFilter: { range: `A1:${letters(rows[0]!.length - 1)}${rows.length}` },
    pageSetup: {
      paperSize: 'a3',
      orientation: 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '$1:$1',
    },
    headerFooter: { oddFooter: '&L填报人：          审核人：          （盖章）&R第 &P 页，共 &N 页' },
  };
}

/** A, B, … Z, AA: the letters of a column counted from 0. */
function letters(index: number): string {
  const rest = String.fromCharCode(65 + (index % 26));
  return index < 26 ? rest : letters(Math.floor(index / 26) - 1) + rest;
}

function itemSheet({ projects, naming }: Exported, itemsOf: ReadonlyMap<number, ItemRow[]>): WriteSheet {
  const rows: CellValue[][] = [itemColumns.map((column) => column.title)];
  for (const project of projects) {
    for (const item of itemsOf.get(project.id) ?? []) {
      rows.push([
        project.number,
        project.title,
        item.position,
        guardKept(item.title),
        Number(item.weight),
        naming.unitName(item.unit_id),
        item.planned_start && dayCell(item.planned_start),
        item.planned_end && dayCell(item.planned_end),
        (item.depends_on ?? []).join('、') || null,
        item.evidence_kinds.map((kind) => evidenceWords[kind].zh).join('、'),
        item.actual_start && dayCell(item.actual_start),
        item.actual_end && dayCell(item.actual_end),
        itemStateWords[item.state].zh,
      ]);
    }
  }
  const days = new Set(['planned_start', 'planned_end', 'actual_start', 'actual_end']);
  return sheet(
    '执行清单',
    rows,
    itemColumns.map(({ name, width }) => ({
      width,
      style: days.has(name)
        ? { numFmt: 'yyyy-mm-dd' }
        : name === 'weight' || name === 'position'
          ? { numFmt: 'General' }
          : textStyle,
    })),
  );
}

/** The names to choose from, on a hidden sheet, with the range of each list. */
function listsOf(naming: Naming) {
  const columns: [string, string[]][] = [
    ['单位', naming.units.map((unit) => unit.name)],
    ['地区', naming.areas.map((area) => area.name)],
    ['领域', naming.fields.map((field) => field.title)],
  ];
  const longest = Math.max(...columns.map(([, names]) => names.length));
  const rows: CellValue[][] = [columns.map(([title]) => title)];
  for (let row = 0; row < longest; row++) rows.push(columns.map(([, names]) => names[row] ?? null));
  const range = (index: number) =>
    `名录!$${letters(index)}$2:$${letters(index)}$${columns[index]![1].length + 1}`;
  return {
    sheet: { name: '名录', rows, hidden: true } satisfies WriteSheet,
    unit: range(0),
    area: range(1),
    field: range(2),
  };
}

const validated = 20_000;

function validationOf(
  column: LedgerColumn,
  index: number,
  lists: ReturnType<typeof listsOf>,
): NonNullable<WriteSheet['dataValidations']> {
  const range = `${letters(index)}2:${letters(index)}${validated}`;
  const common = {
    range,
    type: 'list' as const,
    allowBlank: true,
    showErrorMessage: true,
    errorStyle: 'warning' as const,
    errorTitle: column.title,
    errorMessage: '建议从下拉列表中选择；写简称也能识别。',
  };
  if (column.kind === 'unit' || column.kind === 'area' || column.kind === 'field') {
    return [{ ...common, formula1: lists[column.kind] }];
  }
  if (column.kind === 'yes') return [{ ...common, values: ['是', '否'] }];
  if (column.choices) return [{ ...common, values: Object.values(column.choices).map(([word]) => word!) }];
  return [];
}

function guide(): WriteSheet {
  const lines = [
    ['填写说明'],
    ['一行一个项目。必填：项目名称、领域、牵头单位、完成时限（没有时限的写“长期坚持”）。'],
    ['编号留空时由系统编号；再次导入时按编号对应，没有编号的按项目名称和牵头单位对应。'],
    ['日期可写 2021-08-31、2021年8月底、8月、年底前；金额以万元为单位，也可写明“元”或“亿元”。'],
    ['单位可写简称，多个配合单位用顿号隔开；不认识的名称系统会问一次并记住。'],
    [
      '进度由执行清单计算，完成须由他人核验：这两列写什么都不会被采用，“已完成”导入为“申请办结，待核验”。保密审查人也由系统里的审查给出。',
    ],
    ['执行清单写在“执行清单”工作表里，用项目编号对应。本单位自有的列会原样保留。'],
  ];
  return {
    name: '填写说明',
    rows: lines,
    columns: [{ width: 100, style: { alignment: { wrapText: true } } }],
  };
}
