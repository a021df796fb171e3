// What kinds of texts there are and whom each is for (《政府信息公开条例》 art. 19–21 for what is public of itself). `course.ts`
// says how a text comes to be issued.
import type { Role } from '../identity/roles.ts';
import { Problem } from '../kit/problem.ts';

/** Who writes and edits texts. */
export const bulletinPublishers = ['publisher'] as const satisfies readonly Role[];
/** Who writes texts: the publisher, and the office for what goes to its leaders. */
export const bulletinWriters = ['publisher', 'coordinator'] as const satisfies readonly Role[];
/** Who may be given a part in the course of a text, and so looks at texts under way. */
export const bulletinReaders = [
  'publisher',
  'coordinator',
  'inspector',
  'district_leader',
  'unit_head',
] as const satisfies readonly Role[];
/** Who keeps templates. */
export const templateKeepers = ['publisher', 'coordinator'] as const satisfies readonly Role[];
/** Who says how many reviews there are, and who signs. */
export const courseKeepers = ['coordinator'] as const satisfies readonly Role[];
/** Who takes a text back: anybody of these alone, at once (撤稿). */
export const withdrawers = ['publisher', 'coordinator', 'district_leader'] as const satisfies readonly Role[];

/** Whom a text is for: everybody, on the portal, or staff alone. */
export type Audience = 'public' | 'staff';

/** What a text of a kind needs beside a title, a text and a cut-off. */
export type KindField = 'addressee' | 'contact' | 'term_days';

/** A kind of text. */
export interface KindOf {
  zh: string;
  en: string;
  audience: Audience;
  /** Whether the writer may choose the other audience. */
  audience_open?: true;
  needs: readonly KindField[];
  /** Before the number within the year; the public series has none: `2021-001`. */
  series: string;
  /** Headings that have to stand in the text. */
  parts?: readonly string[];
  /** Whether it is made of questions and answers. */
  questions?: true;
  template: string;
}

/** The kinds of texts. */
export const kinds = {
  press: {
    zh: '新闻稿',
    en: 'Press release',
    audience: 'public',
    needs: [],
    series: '',
    template: 'jinwan-press',
  },
  notice: {
    zh: '通报',
    en: 'Progress notice',
    audience: 'staff',
    audience_open: true,
    needs: ['addressee'],
    series: 'T',
    template: 'notice',
  },
  announcement: {
    zh: '公示',
    en: 'Public announcement',
    audience: 'public',
    needs: ['contact', 'term_days'],
    series: '',
    template: 'announcement',
  },
  monthly: {
    zh: '月报',
    en: 'Monthly report',
    audience: 'public',
    audience_open: true,
    needs: [],
    series: '',
    template: 'monthly',
  },
  report: {
    zh: '汇报材料',
    en: 'Report to superiors',
    audience: 'staff',
    needs: ['addressee'],
    series: 'H',
    template: 'report',
  },
  one_pager: {
    zh: '一页纸',
    en: 'One-pager',
    audience: 'staff',
    needs: [],
    series: 'Y',
    template: 'one-pager',
  },
  brief: { zh: '简报', en: 'Brief', audience: 'staff', needs: [], series: 'J', template: 'brief' },
  typical_case: {
    zh: '典型案例',
    en: 'Case study',
    audience: 'public',
    audience_open: true,
    needs: [],
    series: '',
    parts: ['做法', '成效', '启示'],
    template: 'typical-case',
  },
  lines: {
    zh: '发布会口径',
    en: 'Lines to take',
    audience: 'staff',
    needs: [],
    series: 'K',
    questions: true,
    template: 'lines',
  },
} as const satisfies Record<string, KindOf>;
export type Kind = keyof typeof kinds;

/** The kinds in their order. */
export const kindCodes = Object.keys(kinds) as Kind[];

/** A kind by its code. */
export function kindOf(kind: Kind): KindOf {
  return kinds[kind];
}

/** The kind of a bulletin as stored; the oldest name none and are press releases. */
export function kindOfStored(kind: string | null): Kind {
  return kind !== null && Object.hasOwn(kinds, kind) ? (kind as Kind) : 'press';
}

/** The letters before a number: a text for staff never takes a number of the public series, nor the other way round. */
export function seriesOf(kind: Kind, audience: Audience): string {
  if (audience === 'public') return '';
  return kindOf(kind).series || 'N';
}

/** What the author says of a text beside writing it. */
export interface DraftHead {
  kind: Kind;
  audience: Audience;
  title: string;
  addressee: string | null;
  contact: string | null;
  term_days: number | null;
}

/** How long objections may be raised, in working days: from a day to a month. Usually 5 or 7 [K-中]. */
export const termLimits = { least: 1, most: 30, usual: 5 } as const;

/** The field of a text that is wanting, with a sentence; none when all that its kind asks for is there. */
export function missingFields(head: DraftHead): { field: KindField | 'title'; zh: string; en: string }[] {
  const kind = kindOf(head.kind);
  const said = {
    title: ['请写标题。', 'Give it a title.'],
    addressee: ['请写主送单位或对象。', 'Say whom it is addressed to.'],
    contact: ['请写联系人和联系方式。', 'Give a contact.'],
    term_days: [
      `请写异议期（${termLimits.least}—${termLimits.most} 个工作日）。`,
      'Say for how many working days objections may be raised.',
    ],
  } as const;
  return (['title', ...kind.needs] as const)
    .filter((field) => head[field] === null || head[field] === '')
    .map((field) => ({ field, zh: said[field][0], en: said[field][1] }));
}

/** A Problem when a kind is not for an audience; nothing otherwise. */
export function checkAudience(kind: Kind, audience: Audience): Problem | undefined {
  const { audience: own, audience_open, zh, en } = kindOf(kind);
  if (audience === own || audience_open) return undefined;
  const text =
    own === 'staff'
      ? { zh: `${zh}是内部文稿，不在公众网站发布。`, en: `A ${en} is for staff and is not published.` }
      : { zh: `${zh}向社会公开，不能只发内部。`, en: `A ${en} is public and not for staff alone.` };
  return new Problem('bulletins/audience', 'invalid', text, { audience: text });
}
