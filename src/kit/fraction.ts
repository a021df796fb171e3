/** An exact fraction in lowest terms; its denominator is above 0. */
export interface Fraction {
  n: bigint;
  d: bigint;
}

/** Nothing. */
export const zero: Fraction = { n: 0n, d: 1n };

/** A fraction in lowest terms. Raises a RangeError over 0. */
export function fraction(n: bigint, d: bigint): Fraction {
  if (d === 0n) throw new RangeError('a fraction over 0');
  const divisor = gcd(n, d) * (d < 0n ? -1n : 1n);
  return { n: n / divisor, d: d / divisor };
}

/** A decimal as a database writes it, exactly. */
export function fractionOf(decimal: string): Fraction {
  const [whole = '0', digits = ''] = decimal.split('.');
  return fraction(BigInt(whole + digits), 10n ** BigInt(digits.length));
}

/** The sum of fractions. */
export function plus(...fractions: readonly Fraction[]): Fraction {
  return fractions.reduce((a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d), zero);
}

/** One fraction less another. */
export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { n: -b.n, d: b.d });
}

/** One fraction over another; nothing over 0. */
export function over(a: Fraction, b: Fraction): Fraction | null {
  return b.n === 0n ? null : fraction(a.n * b.d, a.d * b.n);
}

/** A fraction as text that says it exactly: `467`, `-3`, `9340/99`. */
export function exactText({ n, d }: Fraction): string {
  return d === 1n ? String(n) : `${n}/${d}`;
}

/** A fraction as a decimal of so many places, rounded half away from 0. */
export function decimalText({ n, d }: Fraction, places: number): string {
  const scaled = (n < 0n ? -n : n) * 10n ** BigInt(places);
  const rounded = String((scaled * 2n + d) / (d * 2n)).padStart(places + 1, '0');
  const text = places === 0 ? rounded : `${rounded.slice(0, -places)}.${rounded.slice(-places)}`;
  return n < 0n && /[1-9]/.test(text) ? `-${text}` : text;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}
