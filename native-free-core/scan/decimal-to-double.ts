import { eiselLemire } from './eisel-lemire.js';
import { parseLongNumber } from './long-decimal.js';

export { slowPathCount } from './long-decimal.js';

const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const letterE = 0x65;

/** 10^0 to 10^22: the powers of ten that are doubles. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const powerOfTenExactMax = 22;
const twoTo32 = 2 ** 32;
const twoTo53 = 2 ** 53;

/** Digits that fit two int32 of nine digits each. */
const shortDigitsMax = 18;
/** An exponent stops growing here: far beyond what any mantissa (shorter than 10^8 digits) could make up for. */
const exponentStop = 100_000_000;
/** Where `parseExponent` leaves the exponent: it returns a position already. */
const exponentCell = new Int32Array(1);

/**
 * Parses the JSON number (RFC 8259, section 6) that begins at `bytes[pos]` and ends before `end`, and writes the
 * correctly rounded double to `out[at]`: overflow gives an infinity, underflow a denormal or zero; -0 becomes +0.
 * Returns the position after the number, or -1 if there is none; what follows it is the caller's matter. Nothing is
 * written on -1.
 *
 * Up to 2^53 with a power of ten that is a double: one exact operand each, one rounding (Clinger, "How to read
 * floating point numbers accurately", PLDI 1990). Beyond: `eiselLemire`. Over 18 digits: `parseLongNumber`.
 * Nothing is allocated, except for some numbers of more than 19 digits (see `slowPathCount`).
 */
export function parseNumber(
  bytes: Uint8Array,
  pos: number,
  end: number,
  out: Float64Array,
  at: number,
): number {
  let p = pos;
  if (p >= end) return -1;
  const negative = bytes[p] === minus ? 1 : 0;
  p += negative;
  const begin = p;
  // The first nine digits and the next nine: int32 chains are half as long as one of doubles.
  let head = 0;
  let tail = 0;
  let digits = 0;
  if (p < end && bytes[p] === zero) {
    p++;
  } else {
    for (; p < end; p++) {
      const digit = bytes[p] - zero;
      if (digit < 0 || digit > 9) break;
      if (digits < 9) head = (Math.imul(head, 10) + digit) | 0;
      else if (digits < shortDigitsMax) tail = (Math.imul(tail, 10) + digit) | 0;
      digits++;
    }
    if (digits === 0) return -1;
  }
  let exponent = 0;
  if (p < end && bytes[p] === dot) {
    const fraction = ++p;
    for (; p < end; p++) {
      const digit = bytes[p] - zero;
      if (digit < 0 || digit > 9) break;
      if (digits < 9) head = (Math.imul(head, 10) + digit) | 0;
      else if (digits < shortDigitsMax) tail = (Math.imul(tail, 10) + digit) | 0;
      digits++;
    }
    if (p === fraction) return -1;
    exponent = fraction - p;
  }
  if (p < end && (bytes[p] | 0x20) === letterE) {
    p = parseExponent(bytes, p + 1, end);
    if (p < 0) return -1;
    exponent = (exponent + exponentCell[0]) | 0;
  }
  if (digits > shortDigitsMax) parseLongNumber(bytes, begin, p, exponent, out, at);
  else {
    const mantissa = digits <= 9 ? head : head * powersOfTen[digits - 9] + tail;
    if (mantissa < twoTo53 && exponent >= -powerOfTenExactMax && exponent <= powerOfTenExactMax) {
      out[at] = exponent < 0 ? mantissa / powersOfTen[-exponent] : mantissa * powersOfTen[exponent];
    } else scaleShortMantissa(head, tail, digits, exponent, out, at);
  }
  // 0 - 0 is +0, where -0 would be a second zero to tell apart.
  if (negative !== 0) out[at] = 0 - out[at];
  return p;
}

/** Reads `[+-]?\d+` into `exponentCell`; returns the position after it, or -1. */
function parseExponent(bytes: Uint8Array, pos: number, end: number): number {
  let p = pos;
  const negative = p < end && bytes[p] === minus;
  if (p < end && (negative || bytes[p] === plus)) p++;
  const first = p;
  let exponent = 0;
  for (; p < end; p++) {
    const digit = bytes[p] - zero;
    if (digit < 0 || digit > 9) break;
    if (exponent < exponentStop) exponent = exponent * 10 + digit;
  }
  exponentCell[0] = negative ? 0 - exponent : exponent;
  return p === first ? -1 : p;
}

/** (head x 10^(digits - 9) + tail) x 10^exponent, for up to 18 digits. */
function scaleShortMantissa(
  head: number,
  tail: number,
  digits: number,
  exponent: number,
  out: Float64Array,
  at: number,
): void {
  const scale = digits <= 9 ? 1 : powersOfTen[digits - 9];
  // Both factors are below 2^30. The rounded product less its exact lower half gives the upper half.
  const lower = Math.imul(head, scale) >>> 0;
  const upper = (head * scale - lower) / twoTo32;
  const sum = lower + tail;
  eiselLemire((Math.floor(upper + 0.5) + (sum >= twoTo32 ? 1 : 0)) | 0, sum | 0, exponent, out, at);
}
