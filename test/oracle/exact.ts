/**
 * Exact arithmetic on doubles: every double is an integer times a power of two, so sums, means and variances are
 * BigInt rationals, rounded once, at the end. Slow and plain on purpose.
 */

/** `numerator / denominator`, exactly; the denominator is positive. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const view = new DataView(new ArrayBuffer(8));

/** The finite double `value` as `integer * 2^exponent`. */
function decompose(value: number): { integer: bigint; exponent: number } {
  if (!Number.isFinite(value)) throw new RangeError(`not a finite double: ${value}`);
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { integer: value < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

/** The doubles as integers over one shared power of two. */
function align(values: readonly number[]): { integers: bigint[]; exponent: number } {
  const parts = values.map(decompose);
  const exponent = parts.reduce((least, part) => Math.min(least, part.exponent), 971);
  return { integers: parts.map(part => part.integer << BigInt(part.exponent - exponent)), exponent };
}

function total(integers: readonly bigint[]): bigint {
  return integers.reduce((sum, integer) => sum + integer, 0n);
}

/** `numerator / denominator * 2^exponent`. */
function scaled(numerator: bigint, denominator: bigint, exponent: number): Rational {
  return exponent >= 0
    ? { numerator: numerator << BigInt(exponent), denominator }
    : { numerator, denominator: denominator << BigInt(-exponent) };
}

function bitLength(positive: bigint): number {
  const hex = positive.toString(16);
  return 4 * (hex.length - 1) + (32 - Math.clz32(Number.parseInt(hex[0], 16)));
}

/** The double nearest to the rational, halves to even; +-Infinity past the greatest double; never -0. */
export function roundToDouble({ numerator, denominator }: Rational): number {
  if (numerator === 0n) return 0;
  const magnitude = numerator < 0n ? -numerator : numerator;
  // The value lies in [2^(leading - 1), 2^(leading + 1)); `lastPlace` keeps 53 or 54 bits of it, or reaches the
  // place of the least subnormal.
  const leading = bitLength(magnitude) - bitLength(denominator);
  let lastPlace = Math.max(leading - 53, -1074);
  if (quotient(magnitude, denominator, lastPlace) >= 1n << 53n) lastPlace += 1;
  const places = roundHalfEven(magnitude, denominator, lastPlace);
  const rounded = Number(places) * 2 ** lastPlace;
  return numerator < 0n && rounded !== 0 ? -rounded : rounded;
}

function quotient(magnitude: bigint, denominator: bigint, lastPlace: number): bigint {
  const value = scaled(magnitude, denominator, -lastPlace);
  return value.numerator / value.denominator;
}

function roundHalfEven(magnitude: bigint, denominator: bigint, lastPlace: number): bigint {
  const value = scaled(magnitude, denominator, -lastPlace);
  const floor = value.numerator / value.denominator;
  const twiceRest = 2n * (value.numerator - floor * value.denominator);
  const up = twiceRest > value.denominator || (twiceRest === value.denominator && (floor & 1n) === 1n);
  return up ? floor + 1n : floor;
}

/** The double, as a rational. */
export function toRational(value: number): Rational {
  const { integer, exponent } = decompose(value);
  return scaled(integer, 1n, exponent);
}

export function add(a: Rational, b: Rational): Rational {
  return {
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  };
}

export function multiply(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

export function negate(a: Rational): Rational {
  return { numerator: -a.numerator, denominator: a.denominator };
}

/** Whether `a < b`. */
export function isLess(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator < b.numerator * a.denominator;
}

/** The population variance of at least one double, exactly: `(n * sum of squares - square of sum) / n^2`. */
export function varianceOf(values: readonly number[]): Rational {
  const { integers, exponent } = align(values);
  const count = BigInt(values.length);
  const sum = total(integers);
  const squares = total(integers.map(integer => integer * integer));
  return scaled(count * squares - sum * sum, count * count, 2 * exponent);
}

/** The exact sum, correctly rounded. Of no values: 0. */
export function exactSum(values: readonly number[]): number {
  const { integers, exponent } = align(values);
  return roundToDouble(scaled(total(integers), 1n, exponent));
}

/** The exact mean of at least one double, correctly rounded; finite also where the sum is not. */
export function exactMean(values: readonly number[]): number {
  const { integers, exponent } = align(values);
  return roundToDouble(scaled(total(integers), BigInt(values.length), exponent));
}

/** The exact population variance of at least one double, correctly rounded. */
export function exactVariance(values: readonly number[]): number {
  return roundToDouble(varianceOf(values));
}

/** The double nearest to `numerator / denominator`; the denominator is positive. */
export function exactRoundedRatio(numerator: bigint, denominator: bigint): number {
  return roundToDouble({ numerator, denominator });
}

/** How many doubles lie from `a` to `b`: 0 for the same one (0 and -0 are the same). Both must be finite. */
export function ulpsBetween(a: number, b: number): number {
  return Math.abs(Number(ordinal(a) - ordinal(b)));
}

/** The place of a double among all doubles; 0 for zero. */
function ordinal(value: number): bigint {
  view.setFloat64(0, Math.abs(value));
  return value < 0 ? -view.getBigUint64(0) : view.getBigUint64(0);
}
