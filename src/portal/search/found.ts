// Search over everything that the portal shows. Projects are found by the ledger's index; all else is little and held in
// memory as it was when the newest entry was made.
import { listAreas } from '../../areas/actions.ts';
import { type Bulletin, listBulletins } from '../../bulletins/actions.ts';
import type { Piece } from '../../bulletins/content.ts';
import { askedWords } from '../../kit/chinese.ts';
import { plainText } from '../../kit/days.ts';
import type { Database } from '../../kit/db.ts';
import type { Message } from '../../kit/i18n.ts';
import { initials } from '../../kit/pinyin.ts';
import { simplified } from '../../kit/traditional.ts';
import { type FoundProject, listFields, searchPublished } from '../../ledger/actions.ts';
import { listUnits } from '../../units/actions.ts';
import { helpPages } from '../about/pages.ts';
import type { Site } from '../context.ts';
import { type Present, presentOf } from '../present.ts';

/** What is found besides projects. */
export const kinds = ['bulletins', 'figures', 'places', 'units', 'fields', 'help'] as const;
export type Kind = (typeof kinds)[number];

/** A page that may be found: what it is called, what else it says, and what it is looked up by. */
export interface Entry {
  kind: Kind;
  href: string;
  title: Message;
  text: Message;
  /** Titles and texts in small letters, and the first letters of the title's sounds. */
  key: string;
  initials: string;
}

/** Everything that was found; the kinds in which something is called just so come first. */
export interface Results {
  /** What was asked, as it was understood. */
  asked: string;
  /** The words that are marked in what was found. */
  words: string[];
  projects: { count: number; near: boolean; projects: FoundProject[] };
  others: Map<Kind, Entry[]>;
  exact: Kind[];
  present: Present;
}

/** How many projects a page of results shows. */
const shownProjects = 10;

/** What is found for a text as somebody typed it: full-width and traditional characters are as plain ones. */
export async function find(site: Site, typed: string): Promise<Results> {
  const present = await presentOf(site.db);
  const asked = simplified(plainText(typed)).toLowerCase();
  const groups = askedWords(asked);
  const words = groups.length > 0 ? wordsOf(asked) : [asked];
  const others = new Map<Kind, Entry[]>();
  for (const entry of asked ? await entriesOf(site, present) : []) {
    if (!isFound(entry, asked, groups)) continue;
    others.set(entry.kind, [...(others.get(entry.kind) ?? []), entry]);
  }
  const { published } = present;
  const projects =
    published && asked
      ? await searchPublished(site.db.queries, published.known_entry, asked, shownProjects, others.size === 0)
      : { count: 0, near: false, projects: [] };
  for (const list of others.values()) list.sort((a, b) => rank(b, asked) - rank(a, asked));
  const exact = kinds.filter((kind) =>
    others.get(kind)?.some(({ title }) => title.zh.toLowerCase() === asked),
  );
  return { asked, words, projects, others, exact, present };
}

/** The words to mark: as the dictionary cuts them, the longest first. */
function wordsOf(asked: string): string[] {
  const whole = asked.split(/\s+/).filter(Boolean);
  const cut = askedWords(asked).map(
    (pairs) =>
      pairs[0]! +
      pairs
        .slice(1)
        .map((pair) => [...pair].at(-1))
        .join(''),
  );
  return [...new Set([...whole, ...cut])].sort((a, b) => b.length - a.length);
}

function isFound(entry: Entry, asked: string, groups: readonly (readonly string[])[]): boolean {
  if (entry.key.includes(asked)) return true;
  if (/^[a-z]{2,}$/.test(asked) && entry.initials.includes(asked)) return true;
  return groups.length > 0 && groups.every((pairs) => pairs.every((word) => entry.key.includes(word)));
}

/** What is called so comes before what only says so. */
function rank({ title, initials }: Entry, asked: string): number {
  const name = `${title.zh} ${title.en}`.toLowerCase();
  if (title.zh.toLowerCase() === asked) return 3;
  if (name.includes(asked)) return 2;
  return initials.startsWith(asked) ? 1 : 0;
}

const held = new WeakMap<Database, { entry_no: number; entries: Entry[] }>();

/** What can be found besides projects, as of the newest entry. */
async function entriesOf(site: Site, { entry_no, published }: Present): Promise<Entry[]> {
  const before = held.get(site.db);
  if (before?.entry_no === entry_no) return before.entries;
  const { queries } = site.db;
  const known = published?.known_entry ?? 0;
  const entries = [
    ...(await listBulletins(queries, 200)).filter((one) => !one.withdrawn_at).map(bulletinEntry),
    ...[...site.registry.values()]
      .filter(({ code, variant }) => !variant || variant.of === code)
      .map(({ code, title, explanation }) =>
        entryOf('figures', `/figures/${code}`, title, explanation, code),
      ),
    ...(await listAreas(queries, known))
      .filter(({ level }) => level !== 'district')
      .map(({ code, name, name_en }) =>
        entryOf('places', `/projects?area=${code}`, { zh: name, en: name_en ?? name }, same(code)),
      ),
    ...(await listUnits(queries, known)).map(({ code, name, short_name }) =>
      entryOf('units', `/projects?unit=${encodeURIComponent(code)}`, same(name), same(short_name)),
    ),
    ...(await listFields(queries, known)).map(({ code, title, title_en }) =>
      entryOf('fields', `/projects?field=${code}`, { zh: title, en: title_en }, same('')),
    ),
    ...helpPages.map(({ href, title, lead, words }) => entryOf('help', href, title, lead, words)),
  ];
  held.set(site.db, { entry_no, entries });
  return entries;
}

const same = (text: string): Message => ({ zh: text, en: text });

function entryOf(kind: Kind, href: string, title: Message, text: Message, more = ''): Entry {
  const key = [title.zh, title.en, text.zh, text.en, more].join('\n').toLowerCase();
  return { kind, href, title, text, key, initials: initials(title.zh) };
}

function bulletinEntry({ number, title, content }: Bulletin): Entry {
  const text = content.blocks.map(textOf).filter(Boolean).join('\n');
  return entryOf('bulletins', `/bulletins/${number}`, same(title), same(text), number);
}

function textOf(block: Bulletin['content']['blocks'][number]): string {
  const said = (pieces: readonly Piece<{ text: string }>[]) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
  if ('pieces' in block) return said(block.pieces);
  if ('rows' in block)
    return [block.caption, ...block.rows.map((row) => row.map((cell) => said([cell])).join(' '))].join('\n');
  if ('answer' in block) return `${block.question}\n${said(block.answer)}`;
  if ('text' in block) return block.text;
  return 'caption' in block ? block.caption : block.title;
}
