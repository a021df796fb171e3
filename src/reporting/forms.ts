import type { Message } from '../kit/i18n.ts';

/** The forms that units report by. */
export const formCodes = ['schools.new_places', 'vaccination.doses'] as const;
export type FormCode = (typeof formCodes)[number];

/** What a form asks for, as columns of its CSV file. */
export interface Form {
  title: Message;
  /** The column that says when it happened. */
  day: string;
  /** The column with the value: a whole number, 0 or more. */
  value: string;
  /** Columns that together name a cell; a second report of a cell corrects the first. */
  key: readonly string[];
  /** The columns that are dimensions, with the values that they may take. */
  dimensions: { stage?: readonly string[]; dose?: readonly string[] };
}

/** Every form. What the system knows already is not asked for. */
export const forms: Record<FormCode, Form> = {
  'schools.new_places': {
    title: { zh: '新增学位', en: 'New school places' },
    day: 'opened_on',
    value: 'places',
    key: ['school', 'stage'],
    dimensions: { stage: ['kindergarten', 'primary', 'junior'] },
  },
  'vaccination.doses': {
    title: { zh: '疫苗接种针次', en: 'Vaccine doses' },
    day: 'day',
    value: 'doses',
    key: ['day', 'area_code', 'dose'],
    dimensions: { dose: ['1', '2', '3'] },
  },
};

/** The columns of a form's CSV file, in the order in which people expect them. */
export function columnsOf(code: FormCode): string[] {
  const { day, value, key, dimensions } = forms[code];
  return [...new Set([...key, 'area_code', day, ...Object.keys(dimensions), value, 'note'])];
}
