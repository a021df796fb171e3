// The markup in which bulletins are written, made for a plain text field: every line is a paragraph unless it begins with
// one of a few signs, and a figure stands in double brackets. `/console/bulletins/writing` tells writers the same.
//
//   # 一级标题            ## 二级标题            问：…    答：…    附件：…    落款：…
//   [[ledger.total]]      [[完成项目数 领域=基础教育]]      [[vaccination.doses dose=1 cutoff=2021-09-01]]
//   [[cutoff]]            [[cutoff 2021-09-01]]             [[picture 1]]
//   [[table ledger.total, ledger.completed by=area caption=分镇完成情况 heads=梳理（个）、完成（个）]]
//   [[chart ledger.completed by=field caption=分领域完成项目]]
import type { Dimension } from '../figures/definition.ts';
import { cutoffOf, cutoffText } from '../kit/clock.ts';
import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import type { Block, Citation, Content, Piece } from './content.ts';
import type { Scene } from './scene.ts';

/** What is wrong in a text: in which line (from 1; 0 is the title), and what to do about it. */
export interface Fault {
  line: number;
  message: Message;
}

/** A text understood as far as it goes. Where something is wrong the words stay as they were typed. */
export interface Parsed {
  content: Content<Citation>;
  faults: Fault[];
  /** The line that each block begins in. */
  lines: number[];
}

/** Reads a title and a text in the markup. Never raises; what is wrong is in `faults`. */
export function parseText(title: string, text: string, scene: Scene): Parsed {
  const reading: Reading = { scene, faults: [], line: 0 };
  const content: Content<Citation> = { title: inline(title.trim(), reading), blocks: [], signature: [] };
  const lines: number[] = [];
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
    lines.push(index + 1);
  }
  return { content, faults: reading.faults, lines };
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

interface Reading {
  scene: Scene;
  faults: Fault[];
  line: number;
}

function fault(reading: Reading, zh: string, en: string): undefined {
  reading.faults.push({ line: reading.line, message: { zh, en } });
  return undefined;
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

/** What stands in brackets, in parts: what comes first, and what is given by name. */
interface Command {
  head: string;
  options: Map<string, string>;
}

const aliases: Record<string, string> = {
  领域: 'field',
  地区: 'area',
  单位: 'unit',
  学段: 'stage',
  针次: 'dose',
  截至: 'cutoff',
  按: 'by',
  标题: 'caption',
  表头: 'heads',
};

function commandOf(text: string): Command {
  const [head = '', ...rest] = text.split(/\s+(?=(?:[a-z]+|[\u4e00-\u9fff]{1,2})[=＝])/);
  const options = new Map<string, string>();
  for (const part of rest) {
    const at = part.search(/[=＝]/);
    const name = part.slice(0, at);
    options.set(Object.hasOwn(aliases, name) ? aliases[name]! : name, part.slice(at + 1).trim());
  }
  return { head: head.trim(), options };
}

/** A figure in a line, or the cut-off in words; nothing, and a fault, when it is neither. */
function numberOf(text: string, reading: Reading): Piece<Citation> | undefined {
  const { head, options } = commandOf(text);
  const written = /^(?:cutoff|截至)(?:\s+(\S+))?$/.exec(head);
  if (written && options.size === 0) {
    const moment = written[1] ? momentOf(written[1], reading) : reading.scene.cutoff;
    return moment && cutoffText(moment, 'zh');
  }
  if (/^(table|表格|chart|图表|picture|图片)(\s|$)/.test(head)) {
    return fault(
      reading,
      '表格、图表和图片要自己占一行，前后不要有别的字。',
      'A table, a chart or a picture stands on a line of its own.',
    );
  }
  const code = figureOf(head, reading);
  if (!code) return undefined;
  const { cutoff, ...keys } = Object.fromEntries(options);
  const moment = cutoff === undefined ? undefined : momentOf(cutoff, reading);
  if (cutoff !== undefined && !moment) return undefined;
  const [key, ...more] = Object.entries(keys);
  if (more.length > 0) {
    return fault(
      reading,
      `[[${text}]] 只能按一个维度取数，请留下一个。`,
      'A figure is taken by one dimension; leave one of them.',
    );
  }
  const at = moment && { cutoff: moment };
  if (!key) return { figure: code, ...at };
  const by = dimensionOf(key[0], [code], reading);
  if (!by) return undefined;
  const found = keyOf(by, key[1], reading);
  return found === undefined ? undefined : { figure: code, by, key: found, ...at };
}

function momentOf(text: string, reading: Reading): Date | undefined {
  try {
    const moment = cutoffOf(text);
    if (moment <= reading.scene.cutoff) return moment;
    return fault(
      reading,
      `${text} 晚于全文的截止时点，请改成更早的日期。`,
      `${text} is later than the cut-off of the text; give an earlier one.`,
    );
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return fault(reading, problem.text.zh, problem.text.en);
  }
}

/** A figure by its code or by its name. */
function figureOf(name: string, reading: Reading): string | undefined {
  const { figures } = reading.scene;
  const found = figures.get(name) ?? [...figures.values()].find((one) => one.title.zh === name);
  if (found) return found.code;
  return fault(
    reading,
    `没有叫“${name}”的指标。请用“插入指标”查找，或改成指标代码，例如 ledger.total。`,
    `There is no figure named “${name}”. Search for it, or write its code, such as ledger.total.`,
  );
}

function dimensionOf(name: string, codes: readonly string[], reading: Reading): Dimension | undefined {
  const known = (Object.hasOwn(aliases, name) ? aliases[name]! : name) as Dimension;
  for (const code of codes) {
    const { title, dimensions } = reading.scene.figures.get(code)!;
    if (dimensions.includes(known)) continue;
    const can = dimensions.map((one) => `${dimensionNames[one]}（${one}）`).join('、');
    return fault(
      reading,
      `“${title.zh}”不能按“${name}”取数，可以按：${can || '（无）'}。`,
      `“${title.en}” cannot be broken down by “${name}”; it can by: ${dimensions.join(', ')}.`,
    );
  }
  return known;
}

/** What dimensions are called. */
export const dimensionNames: Record<Dimension, string> = {
  field: '领域',
  area: '地区',
  unit: '单位',
  stage: '学段',
  dose: '针次',
  level: '失能等级',
  day: '日期',
};

/** A key by its code or by its name. */
function keyOf(by: Dimension, text: string, reading: Reading): string | undefined {
  if (by === 'day' && /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const names = reading.scene.names.get(by)!;
  const found = names.has(text) ? text : [...names].find(([, name]) => name === text)?.[0];
  if (found !== undefined) return found;
  const few = [...names.values()].slice(0, 8).join('、');
  return fault(
    reading,
    `${dimensionNames[by]}里没有“${text}”。可以写：${few}${names.size > 8 ? '……' : ''}。`,
    `There is no “${text}” among: ${few}${names.size > 8 ? ', …' : ''}.`,
  );
}

/** A block that stands on a line of its own; nothing when what is in the brackets is a figure of a paragraph. */
function blockCommand(text: string, reading: Reading): Block<Citation> | undefined {
  const { head, options } = commandOf(text);
  const picture = /^(?:picture|图片)\s*(\d{1,3})$/.exec(head);
  if (picture) return pictureOf(Number(picture[1]), reading);
  const drawn = /^(table|表格|chart|图表)\s+(.+)$/.exec(head);
  if (!drawn) return undefined;
  const codes = drawn[2]!.split(/[,，、]\s*/).map((name) => figureOf(name.trim(), reading));
  if (codes.some((code) => code === undefined)) return undefined;
  const asked = options.get('by');
  if (!asked) {
    return fault(
      reading,
      '请写明按什么列出，例如 by=field（领域）或 by=area（地区）。',
      'Say what it is broken down by, such as by=field or by=area.',
    );
  }
  const by = dimensionOf(asked, codes as string[], reading);
  if (!by) return undefined;
  const caption = options.get('caption') ?? '';
  if (!caption) fault(reading, '请给它一个标题：caption=……。', 'Give it a caption: caption=….');
  return drawn[1] === 'table' || drawn[1] === '表格'
    ? tableOf(codes as string[], by, caption, options.get('heads'), reading)
    : chartOf(codes as string[], by, caption, reading);
}

function tableOf(
  codes: string[],
  by: Dimension,
  caption: string,
  heads: string | undefined,
  reading: Reading,
): Block<Citation> {
  const { figures, names } = reading.scene;
  const own = codes.map((code) => `${figures.get(code)!.title.zh}（${figures.get(code)!.unit.zh}）`);
  const given = heads?.split(/[|｜、]/).map((one) => one.trim());
  if (given && given.length !== codes.length) {
    fault(
      reading,
      `表头有 ${given.length} 个，指标有 ${codes.length} 个，请对齐（用“、”分开）。`,
      `There are ${given.length} heads for ${codes.length} figures.`,
    );
  }
  return {
    kind: 'table',
    caption,
    head: [dimensionNames[by], ...(given?.length === codes.length ? given : own)],
    rows: [...names.get(by)!].map(([key, name]) => [
      name,
      ...codes.map((figure): Citation => ({ figure, by, key })),
    ]),
  };
}

function chartOf(codes: string[], by: Dimension, caption: string, reading: Reading): Block<Citation> {
  const [figure, ...more] = codes;
  if (more.length > 0)
    fault(
      reading,
      '一张图表画一个指标，请分成几行写。',
      'A chart draws one figure; write one line for each.',
    );
  const { figures, names } = reading.scene;
  return {
    kind: 'chart',
    caption,
    unit: figures.get(figure!)!.unit.zh,
    bars: [...names.get(by)!].map(([key, label]) => ({ label, number: { figure: figure!, by, key } })),
  };
}

function pictureOf(position: number, reading: Reading): Block<Citation> | undefined {
  const { pictures } = reading.scene;
  const found = pictures.find((one) => one.position === position);
  if (found) {
    const { file_digest, alt, caption, source, width, height } = found;
    return { kind: 'picture', file: file_digest, alt, caption, source, width, height };
  }
  return fault(
    reading,
    `没有第 ${position} 张图片。请先上传，或改成已有的编号。`,
    `There is no picture ${position}; send it first, or use the number of one that is there.`,
  );
}
