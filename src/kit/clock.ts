import { Problem } from './problem.ts';

/** The offset of China Standard Time, the only one in the country, without summer time since 1992. */
const offset = '+08:00';

/**
 * The moment of a cut-off, exclusive. A day (`2021-09-03`) means its 24:00 in Asia/Shanghai; a moment
 * (`2021-09-03T09:00`) is taken as it is, in Asia/Shanghai unless it names a zone. Raises `kit/cutoff`.
 */
export function cutoffOf(text: string): Date {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  const shaped =
    day || /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/.test(text);
  const moment = new Date(day ? `${text}T00:00:00${offset}` : zoned ? text : `${text}${offset}`);
  const year = moment.getUTCFullYear();
  if (
    !shaped ||
    Number.isNaN(moment.getTime()) ||
    (day && dayOf(moment) !== text) ||
    year < 1949 ||
    year > 2999
  ) {
    const problem = {
      zh: '截止时间应写成 2021-09-03（当日24时）或 2021-09-03T09:00。',
      en: 'Write the cut-off as 2021-09-03 (its 24:00) or 2021-09-03T09:00.',
    };
    throw new Problem('kit/cutoff', 'invalid', problem, { cutoff: problem });
  }
  return day ? new Date(moment.getTime() + dayLength) : moment;
}

/**
 * A moment as a form or a program sends it: `2021-09-03T09:00`, in Asia/Shanghai unless it names a zone.
 * Raises `kit/moment`.
 */
export function momentOf(text: string): Date {
  const shaped = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/.test(text);
  const moment = new Date(/(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}${offset}`);
  if (shaped && !Number.isNaN(moment.getTime())) return moment;
  const problem = { zh: '时间应写成 2021-09-03T09:00。', en: 'Write the moment as 2021-09-03T09:00.' };
  throw new Problem('kit/moment', 'invalid', problem, { occurred_at: problem });
}

const dayLength = 86_400_000;

/** The calendar day of a moment in Asia/Shanghai, `2021-09-03`. */
export function dayOf(moment: Date): string {
  return shifted(moment).slice(0, 10);
}

/** The day that a cut-off closes: a cut-off at 00:00 is the 24:00 of the day before. */
export function dayClosedBy(cutoff: Date): string {
  return dayOf(new Date(cutoff.getTime() - 1));
}

/** The 24:00 of a number of days before the day that a cut-off closes. */
export function daysBefore(cutoff: Date, days: number): Date {
  return new Date(cutoffOf(dayClosedBy(cutoff)).getTime() - days * dayLength);
}

function shifted(moment: Date): string {
  return new Date(moment.getTime() + 8 * 3_600_000).toISOString();
}

/** How many days lie between two days; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayLength);
}

/** A cut-off as people write it: 2021年9月1日24时, or 2021年9月3日9时. */
export function cutoffText(cutoff: Date, language: 'zh' | 'en'): string {
  const midnight = dayOf(cutoff) !== dayClosedBy(cutoff);
  const day = dayText(dayClosedBy(cutoff), language);
  if (midnight) return language === 'zh' ? `${day}24时` : `${day}, 24:00`;
  const time = shifted(cutoff).slice(11, 16);
  if (language === 'en') return `${day}, ${time}`;
  const [hours, minutes] = time.split(':').map(Number);
  return `${day}${hours}时${minutes ? `${minutes}分` : ''}`;
}

/** A calendar day as people write it: 2021年9月3日, 3 September 2021. */
export function dayText(day: string, language: 'zh' | 'en'): string {
  const [year, month, date] = day.split('-').map(Number);
  if (language === 'zh') return `${year}年${month}月${date}日`;
  const name = new Intl.DateTimeFormat('en', { month: 'long', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00Z`),
  );
  return `${date} ${name} ${year}`;
}

/** A moment to the minute in Asia/Shanghai, `2021-09-03 17:10`. */
export function momentText(moment: Date): string {
  return shifted(moment).slice(0, 16).replace('T', ' ');
}

/** Whether a text is a day that the calendar has, as `2021-09-03`. */
export function isDay(text: string): boolean {
  const moment = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00Z`) : undefined;
  return !!moment && !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === text;
}
