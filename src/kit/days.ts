// Calendar days as people in offices write them: 2021年8月底, 2021.8.31, 8月, 年底前, 第三季度, 二〇二一年八月, 长期, or a number
// that a spreadsheet counts days by.

/** What a written day means: a day, no end at all, or several days of which its writer must choose. */
export type WrittenDay =
  | { kind: 'day'; day: string }
  | { kind: 'standing' }
  /** 「8月前」: in the month before, or in the month itself. */
  | { kind: 'unsure'; days: [before: string, within: string] };

/** Which day a period stands for, and the year of a day that names none. */
export interface DayReading {
  edge: 'first' | 'last';
  year: number;
}

const standing = /^(长期|长期坚持|常年|持续|持续推进|持续开展|长期推进|全年|不限|无期限)$/;
const digits = '〇一二三四五六七八九';

/** Reads a day; nothing when it is none. A year before 1949 or after 2199 is no day of this business. */
export function readDay(written: string, reading: DayReading): WrittenDay | undefined {
  const text = westernDigits(plainText(written)).replace(/\s+/g, '');
  if (text === '') return undefined;
  if (standing.test(text)) return { kind: 'standing' };
  if (/^\d{5}(\.\d+)?$/.test(text)) return dayOfSerial(Number(text));
  const before = /^(.*?)(之前|以前|前)(完成|办结|建成)?$/.exec(text);
  const core = (before?.[1] ?? text).replace(/(完成|办结|建成)$/, '');
  // 「8月前」 is the end of July to some and of August to others.
  if (before && /\d月$/.test(core)) return unsureMonth(core, reading);
  return readCore(core, reading);
}

/** Full-width letters and digits as plain ones, odd spaces as spaces. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u00a0\u2000-\u200b\u3000\ufeff]/g, ' ')
    .trim();
}

function readCore(text: string, { edge, year: assumed }: DayReading): WrittenDay | undefined {
  const exact =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:[T ]?\d{1,2}[:时].*)?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (exact) return dayFrom(Number(exact[1]), Number(exact[2]), Number(exact[3]));
  const short = /^(\d{1,2})[-/.月](\d{1,2})[日号]?$/.exec(text);
  if (short) return dayFrom(assumed, Number(short[1]), Number(short[2]));
  const month = /^(?:(\d{4})[-/.年])?(\d{1,2})月?份?(初|上旬|中旬|中|下旬|底|末|月底|月末)?$/.exec(text);
  if (month && (month[1] || /月/.test(text))) {
    return dayInMonth(Number(month[1] ?? assumed), Number(month[2]), month[3], edge);
  }
  const rest = /^(\d{4})?年?(.*)$/.exec(text)!;
  const year = Number(rest[1] ?? assumed);
  const quarter = /^第?([1-4])季度?(?:底|末)?$|^[Qq]([1-4])$/.exec(rest[2]!);
  if (quarter) {
    const last = 3 * Number(quarter[1] ?? quarter[2]);
    return dayInMonth(year, edge === 'first' ? last - 2 : last, undefined, edge);
  }
  if (/^上半年$/.test(rest[2]!)) return dayInMonth(year, edge === 'first' ? 1 : 6, undefined, edge);
  if (/^下半年$/.test(rest[2]!)) return dayInMonth(year, edge === 'first' ? 7 : 12, undefined, edge);
  if (/^年?(底|末|内)$/.test(rest[2]!)) return dayFrom(year, 12, 31);
  if (/^年?初$/.test(rest[2]!)) return dayFrom(year, 1, 1);
  if (rest[1] && /^年?度?$/.test(rest[2]!))
    return edge === 'first' ? dayFrom(year, 1, 1) : dayFrom(year, 12, 31);
  return undefined;
}

function dayInMonth(
  year: number,
  month: number,
  part: string | undefined,
  edge: DayReading['edge'],
): WrittenDay | undefined {
  if (month < 1 || month > 12) return undefined;
  const end = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const spans: Record<string, [number, number]> = {
    初: [1, 10],
    上旬: [1, 10],
    中: [11, 20],
    中旬: [11, 20],
    下旬: [21, end],
  };
  const [first, last] = part && part in spans ? spans[part]! : part ? [end, end] : [1, end];
  return dayFrom(year, month, edge === 'first' ? first : last);
}

function unsureMonth(core: string, { edge, year: assumed }: DayReading): WrittenDay | undefined {
  const found = /^(?:(\d{4})年)?(\d{1,2})月$/.exec(core);
  if (!found) return undefined;
  const [year, month] = [Number(found[1] ?? assumed), Number(found[2])];
  if (month < 1 || month > 12) return undefined;
  const ends = [month - 1, month].map((one) =>
    new Date(edge === 'last' ? Date.UTC(year, one, 0) : Date.UTC(year, one - 1, 1))
      .toISOString()
      .slice(0, 10),
  );
  return { kind: 'unsure', days: [ends[0]!, ends[1]!] };
}

function dayFrom(year: number, month: number, day: number): WrittenDay | undefined {
  const moment = new Date(Date.UTC(year, month - 1, day));
  const real = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
  return real && year >= 1949 && year <= 2199
    ? { kind: 'day', day: moment.toISOString().slice(0, 10) }
    : undefined;
}

/** A spreadsheet counts days from 1900, with a 29 February 1900 that never was. */
function dayOfSerial(serial: number): WrittenDay | undefined {
  const moment = new Date(Date.UTC(1899, 11, 30) + Math.floor(serial) * 86_400_000);
  return dayFrom(moment.getUTCFullYear(), moment.getUTCMonth() + 1, moment.getUTCDate());
}

/** 二〇二一年十二月三十一日 → 2021年12月31日. */
function westernDigits(text: string): string {
  return text
    .replace(/[零○〇]/g, '〇')
    .replace(/[〇一二三四五六七八九]{4}(?=年)/g, (year) =>
      [...year].map((one) => digits.indexOf(one)).join(''),
    )
    .replace(
      /([一二三四五六七八九]?)十([一二三四五六七八九]?)(?=[月日号])/g,
      (_, tens: string, ones: string) =>
        String((tens ? digits.indexOf(tens) : 1) * 10 + (ones ? digits.indexOf(ones) : 0)),
    )
    .replace(/[一二三四五六七八九](?=[月日号季])/g, (one) => String(digits.indexOf(one)));
}
