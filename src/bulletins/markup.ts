// The markup in which bulletins are written, made for a plain text field: every line is a paragraph unless it begins with
// one of a few signs, and a figure stands in double brackets. `/console/bulletins/writing` tells writers the same.
//
//   # 一级标题            ## 二级标题            问：…    答：…    附件：…    落款：…
//   [[ledger.total]]      [[完成项目数 领域=基础教育]]      [[vaccination.doses dose=1 cutoff=2021-09-01]]
//   [[cutoff]]            [[cutoff 2021-09-01]]             [[picture 1]]
//   [[table ledger.total, ledger.completed by=area caption=分镇完成情况 heads=梳理（个）、完成（个）]]
//   [[chart ledger.completed by=field caption=分领域完成项目]]
import { blockCommand, type Fault, fault, numberOf, type Reading } from './commands.ts';
import type { Block, Citation, Content, Piece } from './content.ts';
import type { Scene } from './scene.ts';

/** A text understood as far as it goes. Where something is wrong the words stay as they were typed. */
export interface Parsed {
  content: Content<Citation>;
  faults: Fault[];
}

/** Reads a title and a text in the markup. Never raises; what is wrong is in `faults`. */
export function parseText(title: string, text: string, scene: Scene): Parsed {
  const reading: Reading = { scene, faults: [], line: 0 };
  const content: Content<Citation> = { title: inline(title.trim(), reading), blocks: [], signature: [] };
  for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const line = raw.trim();
    reading.line = index + 1;
    if (line === '') continue;
    const signed = /^落款[：:](.*)$/.exec(line);
    if (signed) {
      content.signature.push(signed[1]!.trim());
      continue;
    }
    const answer = /^答[：:](.*)$/.exec(line);
    if (answer) {
      giveAnswer(content.blocks.at(-1), answer[1]!.trim(), reading);
      continue;
    }
    content.blocks.push(blockOf(line, reading));
  }
  return { content, faults: reading.faults };
}

/** A typed line in parts: words as they are, and what stands in double brackets. */
export function partsOf(line: string): { text: string; command: boolean }[] {
  return line
    .split(/(\[\[[^[\]]*\]\])/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('[[') && part.endsWith(']]')
        ? { text: part.slice(2, -2).trim(), command: true }
        : { text: part, command: false },
    );
}

function blockOf(line: string, reading: Reading): Block<Citation> {
  const heading = /^(#{1,2})\s*(.+)$/.exec(line);
  if (heading) {
    return {
      kind: 'heading',
      ...(heading[1] === '##' && { level: 2 as const }),
      text: words(heading[2]!, reading),
    };
  }
  const annex = /^附件[：:](.+)$/.exec(line);
  if (annex) return { kind: 'annex', title: words(annex[1]!.trim(), reading) };
  const question = /^问[：:](.+)$/.exec(line);
  if (question) return { kind: 'question', question: words(question[1]!.trim(), reading), answer: [] };
  const [only, ...more] = partsOf(line);
  const block = only!.command && more.length === 0 ? blockCommand(only!.text, reading) : undefined;
  return block ?? { kind: 'paragraph', pieces: inline(line, reading) };
}

function giveAnswer(last: Block<Citation> | undefined, text: string, reading: Reading): void {
  const pieces = inline(text, reading);
  if (last?.kind === 'question') {
    last.answer.push(...(last.answer.length > 0 ? ['\n'] : []), ...pieces);
  } else {
    fault(
      reading,
      '“答：”前面没有“问：”。请先写一行“问：……”。',
      'An answer (答：) follows a question (问：); write one first.',
    );
  }
}

/** A line that may hold no figure: a heading, a question, the name of an annex. The cut-off may stand in it. */
function words(text: string, reading: Reading): string {
  return inline(text, reading)
    .map((piece) => {
      if (typeof piece === 'string') return piece;
      fault(
        reading,
        '标题、问题和附件名里不能放指标，请移到正文里。',
        'A heading, a question or the name of an annex holds no figure; move it into the text.',
      );
      return `[[${piece.figure}]]`;
    })
    .join('');
}

function inline(line: string, reading: Reading): Piece<Citation>[] {
  const pieces: Piece<Citation>[] = [];
  for (const part of partsOf(line)) {
    const piece = part.command ? (numberOf(part.text, reading) ?? `[[${part.text}]]`) : part.text;
    const last = pieces.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') pieces[pieces.length - 1] = last + piece;
    else pieces.push(piece);
  }
  if (/\[\[|\]\]/.test(line.replace(/\[\[[^[\]]*\]\]/g, ''))) {
    fault(
      reading,
      '方括号不成对：指标写成 [[ledger.total]]，前后各两个方括号。',
      'Brackets do not match: a figure is written [[ledger.total]], two on each side.',
    );
  }
  return pieces;
}
