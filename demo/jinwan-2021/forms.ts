import type { ReportForm, ReportPath, SentCell, StepName } from '../../src/reporting/reports/schema.ts';
import type { KeptCheck } from '../../src/reporting/reports/setup.ts';
import { townList } from './places.ts';
import type { PackEvent } from './types.ts';

type Form = Omit<ReportForm, 'id'>;

const monthly = {
  period: 'month',
  unit_level: null,
  unit_codes: [],
  area_level: 'own',
  due_days: 5,
  begins_on: '2021-06-01',
  active: true,
} as const satisfies Partial<Form>;

const outlier = (figure: KeptCheck['figure']): KeptCheck => ({
  kind: 'outlier',
  figure,
  parts: [],
  relation: null,
  threshold: 3.5,
  active: true,
});
const fall = (figure: KeptCheck['figure']): KeptCheck => ({
  ...outlier(figure),
  kind: 'fall',
  threshold: null,
});

/** The forms of the demonstration; nothing of them is in the report of 3 September 2021. */
const forms: [Form, KeptCheck[]][] = [
  [
    {
      ...monthly,
      code: 'elders-month',
      title: '养老服务月报',
      asks: [{ figure: 'elders.beds' }, { figure: 'elders.assessed' }],
      unit_codes: [],
      unit_level: 'town',
      approvals: ['unit_head', 'town_coordinator', 'coordinator'],
    },
    [fall('elders.beds'), outlier('elders.beds'), outlier('elders.assessed')],
  ],
  [
    {
      ...monthly,
      code: 'schools-month',
      title: '学位建设月报',
      asks: [{ figure: 'schools.new_places' }],
      unit_codes: ['jyj'],
      approvals: ['unit_head', 'coordinator'],
    },
    [outlier('schools.new_places')],
  ],
  [
    {
      ...monthly,
      code: 'vaccination-month',
      title: '疫苗接种月报',
      asks: [{ figure: 'vaccination.doses' }],
      unit_codes: ['wjj'],
      area_level: 'town',
      due_days: 3,
      approvals: ['unit_head', 'coordinator'],
    },
    [outlier('vaccination.doses')],
  ],
  [
    {
      ...monthly,
      code: 'population-quarter',
      title: '常住人口季报',
      asks: [{ figure: 'population.residents' }],
      period: 'quarter',
      begins_on: '2021-04-01',
      unit_codes: ['gafj'],
      area_level: 'town',
      due_days: 10,
      approvals: ['unit_head', 'coordinator'],
    },
    [fall('population.residents')],
  ],
  [
    {
      ...monthly,
      code: 'elders-village-ten-days',
      title: '村居老年人评估旬报',
      asks: [{ figure: 'elders.assessed' }],
      period: 'ten_days',
      unit_level: 'village',
      due_days: 2,
      approvals: ['town_coordinator'],
      active: false,
    },
    [],
  ],
];

/** What a town reports of a month: beds, and persons assessed by level 0 to 4. */
interface Month {
  town: string;
  day: string;
  beds: number;
  assessed: readonly number[];
}

const towns = townList().map(([code]) => code);
const bedsInJune = [420, 180, 365, 240];
const assessedInJune = [
  [31, 22, 12, 6, 2],
  [12, 9, 6, 3, 1],
  [27, 18, 11, 5, 2],
  [19, 13, 8, 4, 1],
];

function monthOf(town: number, day: string, month: number): Month {
  return {
    town: towns[town]!,
    day,
    beds: bedsInJune[town]! + 10 * month,
    assessed: assessedInJune[town]!.map((count, level) => count + (level < 3 ? month * 2 : 0)),
  };
}

function pathOf({ town, day }: Pick<Month, 'town' | 'day'>): ReportPath {
  return { form: 'elders-month', unit: town, day };
}

function cellsOf({ town, beds, assessed }: Month): SentCell[] {
  return [
    { key: `elders.beds-${town}`, value: beds },
    ...assessed.map((value, level) => ({ key: `elders.assessed-${town}-${level}`, value })),
  ];
}

/** A month filled in at a moment, and submitted. */
function filled(month: Month, at: string): PackEvent[] {
  const by = `${month.town}.officer`;
  const path = pathOf(month);
  return [
    { kind: 'report_cells', at: `${at}T09:30:00+08:00`, by, path, cells: cellsOf(month) },
    step(month, `${at}T09:40:00+08:00`, by, 'submission'),
  ];
}

function step(
  month: Pick<Month, 'town' | 'day'>,
  at: string,
  by: string,
  name: StepName,
  cell?: { cell: string; note: string },
): PackEvent {
  return { kind: 'report_step', at, by, path: pathOf(month), step: name, ...cell };
}

/** A month approved by town and district. */
function approved(month: Month, filledOn: string, approvedOn: string): PackEvent[] {
  return [
    ...filled(month, filledOn),
    step(month, `${filledOn}T15:00:00+08:00`, `${month.town}.coordinator`, 'approval'),
    step(month, `${approvedOn}T10:00:00+08:00`, 'coordinator', 'approval'),
  ];
}

/**
 * The forms, and the towns' reports of summer 2021 in every state: approved, late, one cell returned, waiting, begun,
 * missing. All of it is synthetic.
 */
export function formsAndReports(): PackEvent[] {
  const kept = forms.map(
    ([form, checks], index): PackEvent => ({
      kind: 'report_form',
      at: `2021-06-01T08:3${index}:00+08:00`,
      by: 'coordinator',
      form,
      checks,
    }),
  );
  const june = towns.flatMap((_, town) =>
    approved(monthOf(town, '2021-06-30', 0), '2021-07-05', '2021-07-07'),
  );
  const july = (town: number) => monthOf(town, '2021-07-31', 1);
  const august = (town: number) => monthOf(town, '2021-08-31', 2);
  const doubtful = { ...july(3), assessed: [210, 15, 10, 4, 1] };
  return [
    ...kept,
    ...june,
    ...approved(july(0), '2021-08-04', '2021-08-06'),
    // Late by four working days.
    ...approved(july(1), '2021-08-12', '2021-08-13'),
    ...approved(july(2), '2021-08-05', '2021-08-06'),
    ...filled(doubtful, '2021-08-05'),
    step(doubtful, '2021-08-05T16:00:00+08:00', `${doubtful.town}.coordinator`, 'return', {
      cell: `elders.assessed-${doubtful.town}-0`,
      note: '上月19人，本月210人，是不是多写了一个0？请核对评估台账。',
    }),
    ...filled(august(0), '2021-09-02'),
    {
      kind: 'report_cells',
      at: '2021-09-02T11:00:00+08:00',
      by: `${towns[1]}.officer`,
      path: pathOf(august(1)),
      cells: cellsOf(august(1)).slice(0, 3),
    },
  ];
}
