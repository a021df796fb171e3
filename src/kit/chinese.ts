// Chinese has no spaces: what a text is found by are its words as a dictionary cuts them, and every two characters that
// stand together, so that a word is found where the dictionary would have cut it otherwise.
import { Jieba } from '@node-rs/jieba';
import { dict } from '@node-rs/jieba/dict.js';
import { plainText } from './days.ts';

let cutter: Jieba | undefined;

/** The dictionary takes a fifth of a second and 40 MB, so it is read when the first text is cut. */
function jieba(): Jieba {
  cutter ??= Jieba.withDict(dict);
  return cutter;
}

const wordy = /[\p{Script=Han}\p{L}\p{N}]/u;

/** Everything that a text may be found by. */
export function searchWords(text: string): string[] {
  const plain = plainText(text).toLowerCase();
  const cut = jieba()
    .cutForSearch(plain, true)
    .filter((word) => wordy.test(word));
  const pairs = (plain.match(/\p{Script=Han}+/gu) ?? []).flatMap(pairsOf);
  return [...new Set([...cut, ...pairs, ...(plain.match(/\p{Script=Han}/gu) ?? [])])];
}

/** What somebody looks for: each word with what stands for it in a text, all of which must be there. */
export function askedWords(text: string): string[][] {
  const words = jieba()
    .cut(plainText(text).toLowerCase(), true)
    .filter((word) => wordy.test(word) && !stopWords.has(word));
  return words.map((word) => (/^\p{Script=Han}{2,}$/u.test(word) ? pairsOf(word) : [word]));
}

/** A text cut into its words, marks and spaces included: put together they are the text. */
export function wordsOf(text: string): string[] {
  return jieba().cut(text, true);
}

function pairsOf(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => characters[index]! + character);
}

/** Words that say nothing about what is looked for. */
const stopWords = new Set(
  [...'的了和与及在是有吗呢啊我你他'].concat(['哪里', '什么', '怎么', '怎样', '哪些', '我们', '有没有']),
);
