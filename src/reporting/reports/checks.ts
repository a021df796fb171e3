// Checks before a report goes on. Parts that do not make their whole have to be put right; a value that falls, or that lies
// far from the unit's own past, is asked about and never refused: whoever reports says that it is right, and why.
// Outliers: modified z-score 0.6745·(x − median) / MAD, |z| > 3.5 (Iglewicz and Hoaglin, How to Detect and Handle Outliers,
// ASQC 1993, as NIST/SEMATECH e-Handbook 1.3.5.17 gives it). Where the MAD is 0, the mean absolute deviation takes its
// place, as 0.7979·(x − median) / MeanAD (IBM SPSS Statistics Algorithms, modified z).
import type { CellPlace } from './cells.ts';
import type { ReportCheck } from './schema.ts';

/** The modified z-score from which a value is asked about, unless a check says otherwise. */
export const usualThreshold = 3.5;
/** Fewer earlier values than this say nothing about what is usual. */
const fewestPast = 6;

/** How far a value lies from earlier ones; nothing where there are too few. Infinite where they were all alike. */
export function modifiedZ(value: number, past: readonly number[]): number | undefined {
  if (past.length < fewestPast) return undefined;
  const middle = median(past);
  const deviations = past.map((one) => Math.abs(one - middle));
  const mad = median(deviations);
  if (mad > 0) return (0.6745 * (value - middle)) / mad;
  const mean = deviations.reduce((sum, one) => sum + one, 0) / deviations.length;
  if (mean > 0) return (0.7979 * (value - middle)) / mean;
  return value === middle ? 0 : Math.sign(value - middle) * Number.POSITIVE_INFINITY;
}

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** A cell as the checks see it. */
export interface CheckedCell {
  place: CellPlace;
  value: number | undefined;
  /** Values of earlier periods, oldest first. */
  past: readonly number[];
  answer: string | null;
  /** Whether it can be written now; what cannot is not held against anybody. */
  open: boolean;
  name: string;
}

/** What a check says about a cell: to be put right (`must`), or to be answered. */
export interface Question {
  key: string;
  kind: ReportCheck['kind'];
  must: boolean;
  text: string;
  answered: boolean;
}

/** What the checks of a form say about its cells. `title` gives the names of figures. */
export function questionsOf(
  checks: readonly ReportCheck[],
  cells: readonly CheckedCell[],
  title: (figure: string) => string,
): Question[] {
  return checks
    .filter(({ active }) => active)
    .flatMap((check) => {
      const own = cells.filter(({ place }) => place.figure === check.figure);
      if (check.kind === 'sum') return sums(check, own, cells, title);
      return own.flatMap((cell) => (check.kind === 'fall' ? fall(cell) : outlier(check, cell)) ?? []);
    });
}

function fall(cell: CheckedCell): Question | undefined {
  const before = cell.past.at(-1);
  if (cell.value === undefined || before === undefined || cell.value >= before) return undefined;
  return asked(
    cell,
    'fall',
    `${cell.name}比上次少了 ${number(before - cell.value)}（上次 ${number(before)}），为什么减少？`,
  );
}

function outlier(check: ReportCheck, cell: CheckedCell): Question | undefined {
  if (cell.value === undefined) return undefined;
  const z = modifiedZ(cell.value, cell.past);
  if (z === undefined || Math.abs(z) <= (check.threshold ?? usualThreshold)) return undefined;
  const usual = median(cell.past);
  return asked(
    cell,
    'outlier',
    `${cell.name}报 ${number(cell.value)}，和以往相差很大（以往 ${cell.past.length} 期的中位数是 ${number(usual)}），对吗？`,
  );
}

function asked(cell: CheckedCell, kind: 'fall' | 'outlier', text: string): Question {
  return { key: cell.place.key, kind, must: false, text, answered: Boolean(cell.answer?.trim()) };
}

/** The whole of an area against its parts; an area with a cell still empty is not looked at. */
function sums(
  check: ReportCheck,
  wholes: readonly CheckedCell[],
  cells: readonly CheckedCell[],
  title: (figure: string) => string,
): Question[] {
  const areas = Map.groupBy(wholes, ({ place }) => place.area_code);
  return [...areas].flatMap(([area, whole]) => {
    const parts = cells.filter(
      ({ place }) => place.area_code === area && check.parts.some((part) => part === place.figure),
    );
    const all = total(whole);
    const of = total(parts);
    if (all === undefined || of === undefined) return [];
    if (check.relation === 'at_most' ? of <= all : of === all) return [];
    const names = check.parts.map(title).join('、');
    const text =
      check.relation === 'at_most'
        ? `${names}合计 ${number(of)}，多于${title(check.figure)} ${number(all)}，请核对。`
        : `${names}合计 ${number(of)}，与${title(check.figure)} ${number(all)} 不相等，差 ${number(Math.abs(of - all))}，请核对。`;
    return [
      {
        key: (parts.find(({ open }) => open) ?? whole.find(({ open }) => open) ?? parts[0]!).place.key,
        kind: 'sum' as const,
        must: true,
        text,
        answered: false,
      },
    ];
  });
}

function total(cells: readonly CheckedCell[]): number | undefined {
  if (cells.length === 0 || cells.some(({ value }) => value === undefined)) return undefined;
  return cells.reduce((sum, { value }) => sum + value!, 0);
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}
