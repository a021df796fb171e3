// The numbers of a text: each breakdown is asked for once, whatever the text makes of it.
import type { Computed } from '../figures/actions.ts';
import { type Sums, shown, valuesOf } from '../figures/compute.ts';
import { getFigure, type Registry } from '../figures/registry.ts';
import type { Queries } from '../kit/db.ts';
import { together } from '../kit/together.ts';
import {
  type Citation,
  type CitedFigure,
  type Content,
  mapNumbers,
  numbersOf,
  type Piece,
} from './content.ts';
import type { Scene } from './scene.ts';

/** Answers about figures, each question asked of the database once. */
export type Ask = (citation: Citation) => Promise<Computed | undefined>;

/** A way to ask for numbers at the moment of a scene. A figure without a value gives nothing. Raises `figures/unknown`. */
export function asking(queries: Queries, registry: Registry, scene: Scene): Ask {
  const asked = new Map<string, Promise<Map<string | null, Computed>>>();
  const sums: Sums = new Map();
  const answer = async (citation: Citation) => {
    const definition = getFigure(registry, citation.figure);
    const question = {
      cutoff: citation.cutoff ?? scene.cutoff,
      entry_no: scene.entry_no,
      area: scene.district.code,
      by: citation.by,
    };
    const values = await valuesOf(queries, definition, question, { digests: true, sums });
    return new Map(values.map((value) => [value.key, { definition, question, value }]));
  };
  return async (citation) => {
    const name = askedOf(citation);
    const answers = asked.get(name) ?? answer(citation);
    asked.set(name, answers);
    const found = (await answers).get(citation.key ?? null);
    return found && found.value.value !== null ? found : undefined;
  };
}

/** What is asked of the database for a number; the numbers of a breakdown ask the same. */
function askedOf({ figure, by, cutoff }: Citation): string {
  return [figure, by, cutoff?.toISOString()].join('|');
}

/** So many questions are asked at once. */
const atOnce = 4;

/** A text whose numbers are known, each in the order in which it stands. */
export interface Resolved {
  draft: Content<Citation>;
  computed: Computed[];
  /** The numbers that stand in a sentence and have no value. */
  missing: Citation[];
}

/**
 * Computes each number of a text. What has no value is left out of tables (—) and charts; in a sentence it is missing, and
 * the place keeps the words of its citation.
 */
export async function resolve(ask: Ask, content: Content<Citation>): Promise<Resolved> {
  const found = new Map<Citation, Computed>();
  const questions = new Map(numbersOf(content).map((citation) => [askedOf(citation), citation] as const));
  await together([...questions.values()], atOnce, ask);
  for (const citation of numbersOf(content)) {
    const one = await ask(citation);
    if (one) found.set(citation, one);
  }
  const missing: Citation[] = [];
  const draft = withoutMissing(content, (citation) => found.has(citation), missing);
  return { draft, computed: numbersOf(draft).map((citation) => found.get(citation)!), missing };
}

function withoutMissing(
  content: Content<Citation>,
  has: (citation: Citation) => boolean,
  missing: Citation[],
): Content<Citation> {
  const line = (pieces: Piece<Citation>[]) =>
    pieces.map((piece) => {
      if (typeof piece === 'string' || has(piece)) return piece;
      missing.push(piece);
      return `[[${piece.figure}${piece.key ? ` ${piece.by}=${piece.key}` : ''}]]`;
    });
  const cells = (row: Piece<Citation>[]) =>
    row.map((cell) => (typeof cell === 'string' || has(cell) ? cell : '—'));
  return {
    title: line(content.title),
    blocks: content.blocks.map((block) => {
      switch (block.kind) {
        case 'paragraph':
          return { ...block, pieces: line(block.pieces) };
        case 'question':
          return { ...block, answer: line(block.answer) };
        case 'table':
          return { ...block, rows: keptRows(block.rows.map(cells)) };
        case 'chart':
          return { ...block, bars: block.bars.filter((bar) => has(bar.number)) };
        default:
          return block;
      }
    }),
    signature: content.signature,
  };
}

/** What stands in a table for a number that is withheld. */
const withheldSign = '＊';

/** The numbers of a text that stand in its title, its sentences and its charts: where one is withheld, nothing can be said. */
export function spoken({ draft, computed }: Resolved): Computed[] {
  const in_tables = new Set(
    draft.blocks.flatMap((block) => (block.kind === 'table' ? block.rows.flat() : [])),
  );
  const all = numbersOf(draft);
  return computed.filter((_, index) => !in_tables.has(all[index]!));
}

/** A row of a table without any number says nothing: sixty units of which two have something to show are two rows. */
function keptRows(rows: Piece<Citation>[][]): Piece<Citation>[][] {
  return rows.filter((row) => row.some((cell) => typeof cell !== 'string'));
}

/**
 * The text with each number as it is shown; `release` says which release it is of, 0 before there is one. A number of so few
 * people that it is withheld is shown as a star.
 */
export function cite(
  { draft, computed }: Resolved,
  release: (one: Computed) => number = () => 0,
  withheld: ReadonlySet<Computed> = new Set(),
): Content<CitedFigure> {
  let index = 0;
  return mapNumbers(draft, (): CitedFigure => {
    const one = computed[index++]!;
    const { definition, value } = one;
    const { code, unit } = definition;
    const text = withheld.has(one) ? withheldSign : shown(definition, value.value)!;
    return { release_id: release(one), code, text, unit: unit.zh };
  });
}
