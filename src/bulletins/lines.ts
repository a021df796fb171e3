// What changed between two texts, line by line: the longest common run of lines stays, the others went or came.

/** A line of a comparison. */
export interface ComparedLine {
  text: string;
  change: 'same' | 'gone' | 'new';
}

/** Two texts compared line by line, in the order of reading. */
export function compareLines(before: string, after: string): ComparedLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  // common[i][j]: how many lines the rest of a from i and of b from j have in common, in order.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i]![j] =
        a[i] === b[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: ComparedLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ text: a[i++]!, change: 'same' });
      j++;
    } else if (j === b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ text: a[i++]!, change: 'gone' });
    } else lines.push({ text: b[j++]!, change: 'new' });
  }
  return lines;
}
