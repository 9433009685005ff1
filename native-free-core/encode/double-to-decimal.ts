import { writeDigits2, writeDigits6, writeHeadAndTail, writeInteger } from './integer-digits.js';
import { quickDecimal } from './quick-decimal.js';
import { decimalExponent, decimalHead, decimalTail, shortestDecimal } from './shortest-decimal.js';

/** Longest result: '-0.0000012345678901234567'. */
export const doubleBytesMax = 25;

const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const zero = 0x30;
const letterE = 0x65;

const twoTo31 = 2 ** 31;
const twoTo53 = 2 ** 53;
const tailRange = 1e8;
/** Every decimal of up to 15 digits survives the way to a double and back. */
const shortDecimalRange = 1e15;
/** Decimal exponents (of the digits read as 0.ddd) within which JavaScript writes no exponent: ECMA-262, 6.1.6.1.20. */
const plainExponentMax = 21;
const plainExponentMin = -5;

const decimal = new Int32Array(3);

/**
 * Writes `cells[at]` at `bytes[pos]` exactly as JavaScript's `String(x)` does (shortest digits that round-trip, of
 * these the closest), and `null` for NaN and the infinities, which JSON has not. Returns the position after it.
 * At most `doubleBytesMax` bytes are written; up to there, bytes after the result may have been used too.
 */
export function writeDouble(bytes: Uint8Array, pos: number, cells: Float64Array, at: number): number {
  let x = cells[at];
  let p = pos;
  if (x < 0) {
    bytes[p++] = minus;
    x = -x;
  }
  const integer = x | 0;
  if (integer === x) return writeInteger(bytes, p, integer);
  // NaN fails every comparison from here on.
  if (!(x < Infinity)) return writeNull(bytes, pos);
  if (x >= twoTo53) return writeShortest(bytes, p, cells, at);
  const whole = Math.floor(x);
  // Arguments are made int32 everywhere: a double would be boxed where the call is not inlined.
  const head = whole < twoTo31 ? 0 : (whole / tailRange) | 0;
  const tail = (whole - head * tailRange) | 0;
  if (whole === x) return writeWhole(bytes, p, head, tail);
  // A decimal r / 100 of up to 15 digits that rounds to x is the only one of up to 15 digits that does, for these lie
  // further apart than doubles; so it is the shortest, once the zero at its end is gone. (The quotient of two exact
  // numbers is correctly rounded, so comparing it is parsing the decimal.) Likewise r / 10^6.
  const hundredths = Math.floor(x * 100 + 0.5);
  if (hundredths / 100 === x && hundredths < shortDecimalRange) {
    p = writeWhole(bytes, p, head, tail);
    return writeHundredths(bytes, p, (hundredths - whole * 100) | 0);
  }
  const millionths = Math.floor(x * 1e6 + 0.5);
  if (millionths / 1e6 === x && millionths < shortDecimalRange) {
    // Below 10^9 here, so `whole` is an int32.
    p = writeInteger(bytes, p, whole | 0);
    bytes[p] = dot;
    return withoutZeros(bytes, writeDigits6(bytes, p + 1, (millionths - whole * 1e6) | 0));
  }
  return writeShortest(bytes, p, cells, at);
}

/** Writes head x 10^8 + tail; the tail may exceed 10^8 where the head is 0, the head may be one too great. */
function writeWhole(bytes: Uint8Array, pos: number, head: number, tail: number): number {
  if (head === 0) return writeInteger(bytes, pos, tail);
  // The quotient that gave the head was rounded, perhaps up to the next integer.
  return tail < 0
    ? writeHeadAndTail(bytes, pos, head - 1, tail + tailRange)
    : writeHeadAndTail(bytes, pos, head, tail);
}

/** Writes a fraction of 1 to 99 hundredths, dot included. */
function writeHundredths(bytes: Uint8Array, pos: number, value: number): number {
  bytes[pos] = dot;
  writeDigits2(bytes, pos + 1, value);
  return bytes[pos + 2] === zero ? pos + 2 : pos + 3;
}

function writeNull(bytes: Uint8Array, pos: number): number {
  bytes[pos] = 0x6e;
  bytes[pos + 1] = 0x75;
  bytes[pos + 2] = 0x6c;
  bytes[pos + 3] = 0x6c;
  return pos + 4;
}

/** `pos` moved back over the zeros before it; some other digit must stand before them. */
function withoutZeros(bytes: Uint8Array, pos: number): number {
  let p = pos;
  while (bytes[p - 1] === zero) p--;
  return p;
}

/** The general way: the shortest digits, laid out by ECMA-262, Number::toString. Writes |cells[at]|. */
function writeShortest(bytes: Uint8Array, pos: number, cells: Float64Array, at: number): number {
  if (quickDecimal(cells, at, decimal) === 0) shortestDecimal(cells, at, decimal);
  const head = decimal[decimalHead];
  const tail = decimal[decimalTail];
  // One byte to the right, so that only the digits before the dot have to move.
  const first = pos + 1;
  const last = writeHeadAndTail(bytes, first, head, tail);
  const point = last - first + decimal[decimalExponent];
  const digits = withoutZeros(bytes, last) - first;
  if (point < plainExponentMin || point > plainExponentMax) return layExponent(bytes, pos, digits, point - 1);
  if (point <= 0) return layFraction(bytes, pos, digits, point);
  const whole = point < digits ? point : digits;
  for (let p = pos; p < pos + whole; p++) bytes[p] = bytes[p + 1];
  if (point < digits) {
    bytes[pos + point] = dot;
    return pos + digits + 1;
  }
  for (let p = pos + digits; p < pos + point; p++) bytes[p] = zero;
  return pos + point;
}

/** The digits stand at pos + 1; makes them 0.000ddd, with -point zeros after the dot. */
function layFraction(bytes: Uint8Array, pos: number, digits: number, point: number): number {
  const begin = pos + 2 - point;
  for (let i = digits - 1; i >= 0; i--) bytes[begin + i] = bytes[pos + 1 + i];
  for (let p = pos; p < begin; p++) bytes[p] = zero;
  bytes[pos + 1] = dot;
  return begin + digits;
}

/** The digits stand at pos + 1; makes them d.ddde+x. */
function layExponent(bytes: Uint8Array, pos: number, digits: number, exponent: number): number {
  bytes[pos] = bytes[pos + 1];
  bytes[pos + 1] = dot;
  let p = digits === 1 ? pos + 1 : pos + 1 + digits;
  bytes[p++] = letterE;
  bytes[p++] = exponent < 0 ? minus : plus;
  return writeInteger(bytes, p, exponent < 0 ? -exponent : exponent);
}
