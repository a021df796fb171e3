// What is checked before a text goes to be reviewed, and before it is issued. All of it is computed from the text.
import { cutoffText, dayClosedBy, dayText } from '../kit/clock.ts';
import type { Fault } from './commands.ts';
import type { Citation, Content, Piece } from './content.ts';
import { partsOf } from './markup.ts';
import { type DraftHead, kindOf, missingFields } from './rules.ts';
import type { Picture } from './scene.ts';
import { type Asked, placeOf, recognisablePeople, unansweredDigits } from './typed.ts';

/** An answer to something that was asked: where the number is from, or why a person may be named. */
export interface Answer {
  kind: Asked['kind'];
  place: string;
  source: string;
}

/** Something in the text that wants an answer, and the answer if there is one. */
export interface Question extends Asked {
  /** The line of the text; 0 is the title. */
  line: number;
  place: string;
  source: string | null;
}

/** One line of the check list. */
export interface Check {
  code: 'fields' | 'figures' | 'gaps' | 'cutoff' | 'digits' | 'people' | 'pictures' | 'secrecy';
  title: string;
  ok: boolean;
  /** What is wrong, or what was found to be right. */
  detail: string;
  /** What it holds back: sending the text for review, or only issuing it. */
  holds: 'submission' | 'issue';
}

/** What a text asks its writer: every typed number and recognisable person in it and in the captions that it prints,
 * with the answers given so far. */
export function questionsOf(
  title: string,
  text: string,
  answers: readonly Answer[],
  pictures: readonly Captioned[] = [],
): Question[] {
  const lines = [title, ...text.split(/\r\n|\r|\n/)];
  return lines.flatMap((line, index) =>
    partsOf(line)
      .flatMap((part) => (part.command ? typedInCommand(part.text, pictures) : [part.text]))
      .flatMap((words) => questionsIn(words, answers).map((one) => ({ ...one, line: index }))),
  );
}

/** The words that a command prints: captions and heads of tables and charts, and what is said of a picture. */
function typedInCommand(command: string, pictures: readonly Captioned[]): string[] {
  const picture = /^(?:picture|图片)\s*(\d+)/.exec(command);
  if (picture) {
    const found = pictures.find(({ position }) => position === Number(picture[1]));
    return found ? [found.alt, found.caption, found.source] : [];
  }
  return [...command.matchAll(/(?:caption|标题|heads|表头)=(.*?)(?=\s[\w\u4e00-\u9fff]+=|$)/g)].map(
    (match) => match[1]!,
  );
}

type Captioned = Pick<Picture, 'position' | 'alt' | 'caption' | 'source'>;

/** What a run of typed words asks. */
export function questionsIn(words: string, answers: readonly Answer[]): Omit<Question, 'line'>[] {
  const people = recognisablePeople(words);
  const numbers = unansweredDigits(words).filter(
    (one) => !people.some((person) => person.start < one.end && one.start < person.end),
  );
  return [...people, ...numbers]
    .sort((a, b) => a.start - b.start)
    .map((one) => {
      const place = placeOf(words, one);
      const answer = answers.find((given) => given.kind === one.kind && given.place === place);
      return { ...one, place, source: one.never ? null : (answer?.source ?? null) };
    });
}

/** What the check list looks at. */
export interface Examined {
  head: DraftHead;
  cutoff: Date;
  content: Content<object>;
  faults: readonly Fault[];
  missing: readonly Citation[];
  /** The figures of so few people that they cannot be said in public. */
  few: readonly string[];
  /** Where what was reported differs from the records and nobody said why; null where nothing does, or nothing is released. */
  gap: string | null;
  questions: readonly Question[];
  figures: number;
  pictures: readonly { position: number; alt: string; caption: string; source: string }[];
  /** By whom the text was reviewed for secrecy. */
  secrecy_reviewer: string | null;
}

/** The check list of a text. */
export function checksOf(examined: Examined): Check[] {
  return [
    fieldsCheck(examined),
    figuresCheck(examined),
    gapsCheck(examined),
    cutoffCheck(examined),
    digitsCheck(examined),
    peopleCheck(examined),
    picturesCheck(examined),
    secrecyCheck(examined),
  ];
}

function fieldsCheck({ head, content }: Examined): Check {
  const kind = kindOf(head.kind);
  const missing = missingFields(head).map(({ zh }) => zh);
  const headings = content.blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []));
  for (const part of kind.parts ?? []) {
    if (!headings.some((heading) => heading.includes(part))) missing.push(`请写“# ${part}”一节。`);
  }
  if (kind.questions && !content.blocks.some((block) => block.kind === 'question')) {
    missing.push('请写问题和回答：“问：……”“答：……”。');
  }
  if (content.blocks.length === 0) missing.push('正文还是空的。');
  return {
    code: 'fields',
    title: '要素齐全',
    ok: missing.length === 0,
    detail: missing.join('') || `${kind.zh}需要的内容都有`,
    holds: 'submission',
  };
}

function figuresCheck({ faults, missing, few, figures }: Examined): Check {
  const said = [
    ...faults.map(({ line, message }) => `${line === 0 ? '标题' : `第 ${line} 行`}：${message.zh}`),
    ...missing.map(
      ({ figure, key }) =>
        `${figure}${key ? `（${key}）` : ''} 在这个截止时点没有数值，请换一个截止时点或先完成填报。`,
    ),
    ...few.map((title) => `“${title}”涉及的人太少，不能公开，请从句子里去掉或放进表里。`),
  ];
  return {
    code: 'figures',
    title: '数字都由指标给出',
    ok: said.length === 0,
    detail: said.join('') || `${figures} 个数字都算出来了`,
    holds: 'submission',
  };
}

/** The gap is explained or gone before the numbers are released; the text can be reviewed meanwhile. */
function gapsCheck({ gap }: Examined): Check {
  return {
    code: 'gaps',
    title: '报送数与记录数核对',
    ok: gap === null,
    detail: gap ?? '没有未说明的差',
    holds: 'issue',
  };
}

/** A text with figures says up to when they hold (数据截止时点必写). */
function cutoffCheck({ cutoff, content, figures }: Examined): Check {
  const moment = cutoffText(cutoff, 'zh');
  const day = dayText(dayClosedBy(cutoff), 'zh');
  const words = content.blocks.flatMap((block) => {
    if (block.kind === 'paragraph') return wordsOf(block.pieces);
    if (block.kind === 'question') return [block.question, ...wordsOf(block.answer)];
    return block.kind === 'table' || block.kind === 'chart' ? [block.caption] : [];
  });
  const stated = words.some((text) => text.includes(moment) || text.includes(day));
  return {
    code: 'cutoff',
    title: '写明截止时点',
    ok: stated || figures === 0,
    detail: stated
      ? `正文写明截至${moment}`
      : figures === 0
        ? '正文没有指标，不需要'
        : `请在正文里写明“截至${moment}”，可以插入 [[cutoff]]。`,
    holds: 'submission',
  };
}

function wordsOf(pieces: readonly Piece<object>[]): string[] {
  return pieces.filter((piece) => typeof piece === 'string');
}

function digitsCheck({ questions }: Examined): Check {
  const asked = questions.filter((one) => one.kind === 'digits');
  const open = asked.filter((one) => one.source === null);
  return {
    code: 'digits',
    title: '手打的数字都有出处',
    ok: open.length === 0,
    detail: open.length
      ? `还有 ${open.length} 处没有回答：${open.map((one) => one.text).join('、')}`
      : asked.length
        ? `${asked.length} 处已注明出处`
        : '没有手打的数字',
    holds: 'submission',
  };
}

function peopleCheck({ questions }: Examined): Check {
  const asked = questions.filter((one) => one.kind === 'person');
  const open = asked.filter((one) => one.source === null);
  return {
    code: 'people',
    title: '个人信息已隐去',
    ok: open.length === 0,
    // What was found is not repeated here: the place in the text is enough.
    detail: open.length
      ? `还有 ${open.length} 处要隐去或说明：${open.map((one) => `第 ${one.line} 行的${one.what}`).join('、')}`
      : asked.length
        ? `${asked.length} 处已说明`
        : '没有发现可以识别个人的内容',
    holds: 'submission',
  };
}

function picturesCheck({ pictures, content }: Examined): Check {
  const used = content.blocks.filter((block) => block.kind === 'picture').length;
  const wanting = pictures.filter((one) => !one.alt || !one.caption || !one.source);
  return {
    code: 'pictures',
    title: '图片有说明、来源和替代文字',
    ok: wanting.length === 0,
    detail: wanting.length
      ? `请补全：${wanting.map((one) => `图 ${one.position}`).join('、')}`
      : used
        ? `${used} 张图片齐全`
        : '没有图片',
    holds: 'submission',
  };
}

function secrecyCheck({ secrecy_reviewer }: Examined): Check {
  return {
    code: 'secrecy',
    title: '保密审查',
    ok: secrecy_reviewer !== null,
    detail: secrecy_reviewer
      ? `${secrecy_reviewer} 审查通过`
      : '签发前须由起草人以外的人审查，并点“保密审查通过”。',
    holds: 'issue',
  };
}
