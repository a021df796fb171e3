import { addDays } from '../../src/calendar/rules.ts';
import { townList } from './places.ts';
import type { PackEvent } from './types.ts';

/** The places of the new schools. The report gives the three totals only; every row of the split is synthetic. */
const schoolRows = `school,stage,area_code,opened_on,places,synthetic,note
金瀚幼儿园,kindergarten,440404,2021-09-01,360,true,学校见报道；学位数为合成
黄绿贝幼儿园,kindergarten,440404,2021-09-01,360,true,学校见报道；学位数为合成
安堂幼儿园,kindergarten,440404,2021-09-01,450,true,学校见报道；学位数为合成
广安幼儿园,kindergarten,440404,2021-09-01,450,true,学校见报道；学位数为合成
其他（报道未列名）,kindergarten,440404,2021-09-01,540,true,报道称“等一批新学校”；合成
金山实验学校,primary,440404,2021-09-01,1080,true,学校见报道；学段和学位数为合成
航空新城小学（北校区）,primary,440404,2021-09-01,1620,true,学校见报道；学位数为合成
其他（报道未列名）,primary,440404,2021-09-01,540,true,报道称“等一批新学校”；合成
金山实验学校,junior,440404,2021-09-01,1200,true,学校见报道；学段和学位数为合成
其他（报道未列名）,junior,440404,2021-09-01,1200,true,报道称“等一批新学校”；合成
`;

/** The totals that the report gives as of 1 September 2021, 24:00, and when each dose began in this pack. */
const doses = [
  { dose: '1', total: 440_949, from: '2021-01-18', peak: 128 },
  { dose: '2', total: 400_990, from: '2021-02-15', peak: 128 },
  { dose: '3', total: 397, from: '2021-08-20', peak: 6 },
];
const asReported = '2021-09-01';
/** How the towns share the doses; synthetic. */
const shares = [0.34, 0.16, 0.3, 0.2];

interface Cell {
  day: string;
  dose: string;
  town: string;
  count: number;
}

/** What the units reported, by file, each on the working morning after its days. */
export function reports(): PackEvent[] {
  const cells = [...doses.flatMap(cellsOf), ...afterTheReport()];
  const weeks = Map.groupBy(cells, (cell) => reportDay(cell.day));
  const schools: PackEvent = {
    kind: 'report',
    at: '2021-09-01T16:00:00+08:00',
    by: 'jyj.officer',
    form: 'schools.new_places',
    csv: schoolRows,
  };
  return [schools, ...[...weeks].map(([day, list]) => fileOf(day, list)), ...lateAndCorrected(cells)];
}

/** Weekly on Mondays at first, daily from 23 August on. */
function reportDay(day: string): string {
  if (day >= '2021-08-23') return addDays(day, 1);
  const weekday = new Date(`${day}T00:00Z`).getUTCDay() || 7;
  return addDays(day, 8 - weekday);
}

function fileOf(day: string, cells: Cell[]): PackEvent {
  // One week's first-dose count of one town was sent too low and put right later; see lateAndCorrected.
  const wrong = (cell: Cell) => (isCorrected(cell) ? cell.count - 100 : cell.count);
  return {
    kind: 'report',
    at: `${day}T08:50:00+08:00`,
    by: 'wjj.officer',
    form: 'vaccination.doses',
    csv: csvOf(
      cells.filter((cell) => !isLate(cell)),
      wrong,
    ),
  };
}

const isLate = (cell: Cell) => cell.day === '2021-07-07' && cell.town === townList()[3]![0];
const isCorrected = (cell: Cell) =>
  cell.day === '2021-06-09' && cell.dose === '1' && cell.town === townList()[0]![0];

function lateAndCorrected(cells: Cell[]): PackEvent[] {
  const exact = (cell: Cell) => cell.count;
  return [
    {
      kind: 'report',
      at: '2021-07-15T10:00:00+08:00',
      by: 'wjj.officer',
      form: 'vaccination.doses',
      csv: csvOf(cells.filter(isLate), exact),
      reason: '平沙镇7月7日数据迟报',
    },
    {
      kind: 'report',
      at: '2021-06-25T10:00:00+08:00',
      by: 'wjj.officer',
      form: 'vaccination.doses',
      csv: csvOf(cells.filter(isCorrected), exact),
      reason: '三灶镇6月9日第一针少报100针次，更正',
    },
  ];
}

function csvOf(cells: readonly Cell[], count: (cell: Cell) => number): string {
  const rows = cells.map((cell) => `${cell.day},${cell.town},${cell.dose},${count(cell)},true`);
  return ['day,area_code,dose,doses,synthetic', ...rows].join('\n');
}

/** Spreads a total over days along a hill, and each day over the towns, so that everything adds up exactly. */
function cellsOf({ dose, total, from, peak }: (typeof doses)[number]): Cell[] {
  const days: string[] = [];
  for (let day = from; day <= asReported; day = addDays(day, 1)) days.push(day);
  const weights = days.map((_, index) => Math.exp(-(((index - peak) / 45) ** 2)) + 0.02);
  return apportion(total, weights).flatMap((count, index) =>
    apportion(count, shares).map((part, town) => ({
      day: days[index]!,
      dose,
      town: townList()[town]![0],
      count: part,
    })),
  );
}

/** The day after the report's last, reported on the day of the report: it must not count in the report's figure. */
function afterTheReport(): Cell[] {
  return [
    ['1', 812],
    ['2', 1530],
    ['3', 46],
  ].flatMap(([dose, total]) =>
    apportion(Number(total), shares).map((count, town) => ({
      day: '2021-09-02',
      dose: String(dose),
      town: townList()[town]![0],
      count,
    })),
  );
}

/** Whole parts of a total in given proportions, by largest remainder of the running sum. */
function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  let running = 0;
  let given = 0;
  return weights.map((weight) => {
    running += weight;
    const upTo = Math.round((total * running) / sum);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}
