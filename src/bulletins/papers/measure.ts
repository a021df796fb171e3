// How much room a text takes, without a font: a Chinese character is as wide as it is high, a Latin one half of that.

/** The width of a text in ems. Latin capitals and % are counted wide, so that what fits here fits in any usual font. */
export function ems(text: string): number {
  let width = 0;
  for (const character of text) width += emsOf(character);
  return width;
}

function emsOf(character: string): number {
  if (/[ilI.,:;'|! ]/.test(character)) return 0.35;
  if (/[MW%@]/.test(character)) return 0.9;
  if (/[\u2014\u2026\u2018-\u201d\u00b7]/.test(character)) return 1;
  return character.charCodeAt(0) < 0x2e80 ? 0.58 : 1;
}

/** How many lines a text takes where a line holds so many ems; a number is never broken. */
export function linesOf(text: string, width: number): number {
  let lines = 1;
  let used = 0;
  for (const unit of text.match(/[!-~]+|./gsu) ?? []) {
    const taken = ems(unit);
    if (used + taken > width && used > 0) {
      lines++;
      used = 0;
    }
    // What is wider than a line is broken after all.
    lines += Math.max(0, Math.ceil(taken / width) - 1);
    used = taken > width ? taken % width : used + taken;
  }
  return lines;
}
