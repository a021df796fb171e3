// The first letters of the sounds of Chinese characters (三灶 is sz). Nobody ships a dictionary for it: the characters of the
// national standard are in the order of their sounds, so the first one of each letter says where it begins.
const firsts: readonly [letter: string, first: string][] = [...'abcdefghjklmnopqrstwxyz'].map(
  (letter, index) => [letter, [...'阿八嚓哒妸发旮哈讥咔垃妈拿哦妑七呥仨他穵夕丫帀'][index]!],
);
const order = new Intl.Collator('zh-CN-u-co-pinyin');

/** The first letters of a text's characters, with its Latin letters and digits as they are. */
export function initials(text: string): string {
  return [...text.toLowerCase()].map((one) => (/\p{Script=Han}/u.test(one) ? letterOf(one) : one)).join('');
}

function letterOf(character: string): string {
  return firsts.findLast(([, first]) => order.compare(first, character) <= 0)?.[0] ?? '';
}
