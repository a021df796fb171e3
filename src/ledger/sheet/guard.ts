// A cell of CSV that begins like a formula is guarded by an apostrophe (OWASP: CSV Injection). What begins with such a guard
// of its own gets one more, in CSV and in workbooks, so that reading takes one away from all and each is as it was.

const formula = /^[=+\-@＝＋－＠\t\r]/;
const guard = /^'+[=+\-@＝＋－＠\t\r]/;

/** A text as a cell of CSV that no program takes for a formula, full-width twins included. */
export function guarded(text: string): string {
  return formula.test(text) ? `'${text}` : guardKept(text);
}

/** A text as a cell of a workbook, whose format keeps it from becoming a formula. */
export function guardKept(text: string): string {
  return guard.test(text) ? `'${text}` : text;
}

/** What stands after the guard. */
export function unguarded(text: string): string {
  return guard.test(text) ? text.slice(1) : text;
}
