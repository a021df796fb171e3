// A password is long, of several kinds of characters (GB/T 22239-2019 8.1.4.1 asks for complexity) and not one that is
// tried first: common ones, keyboard walks, or the person's own name and login (ASVS 5.0 6.2.4, 6.2.11).
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { Problem } from '../kit/problem.ts';

/** The fewest characters of a password. */
const shortest = 10;
/** The most: enough for any sentence, and a bound on the work of hashing. */
const longest = 128;
/** How many of capitals, small letters, digits and signs it needs. */
const classes = 3;
/** zxcvbn's grades run from 0 to 4; 3 withstands guessing at our pace many times over. */
const leastGrade = 3;

let grader: Promise<ZxcvbnFactory> | undefined;

/** Forty thousand common passwords take a moment to unpack: at the first password, not at every start. */
async function loadGrader(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { dictionary, adjacencyGraphs }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
}

/**
 * A Problem when a password is too short, too simple or among those tried first; nothing otherwise.
 * `about` are words that others know of the person: login, name, unit.
 */
export async function checkPassword(
  password: string,
  about: readonly string[],
): Promise<Problem | undefined> {
  if (password.length < shortest) {
    return refused(`口令至少 ${shortest} 位。`, `A password has at least ${shortest} characters.`);
  }
  if (password.length > longest) {
    return refused(`口令最多 ${longest} 位。`, `A password has at most ${longest} characters.`);
  }
  const kinds = [/\p{Lu}/u, /\p{Ll}|\p{Lo}/u, /\p{N}/u, /[^\p{L}\p{N}]/u];
  if (kinds.filter((kind) => kind.test(password)).length < classes) {
    return refused(
      '口令要包含大写字母、小写字母（或汉字）、数字、符号中的三类。',
      'Use three of: capitals, small letters, digits, signs.',
    );
  }
  const own = about.filter((word) => word.length >= 3);
  if (own.some((word) => password.toLowerCase().includes(word.toLowerCase()))) {
    return refused(
      '口令里不能含有登录名、姓名或单位名称。',
      'A password may not contain your login, name or unit.',
    );
  }
  grader ??= loadGrader();
  if ((await grader).check(password, [...about]).score >= leastGrade) return undefined;
  return refused(
    '这个口令太常见，容易被猜到。换成几个不相干的词连起来，会好记又安全。',
    'This password is too common. A few unrelated words in a row are easy to keep and hard to guess.',
  );
}

function refused(zh: string, en: string): Problem {
  return new Problem('identity/password', 'invalid', { zh, en }, { password: { zh, en } });
}
