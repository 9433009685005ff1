import { decimalExponent, decimalHead, decimalTail } from './shortest-decimal.js';

const tailRange = 100_000_000;
/** Ten to these powers are doubles exactly. */
const powerMax = 22;
const powersOfTen = Float64Array.from({ length: powerMax + 1 }, (_, i) => Number(`1e${i}`));
/** Nearer to a border than this nothing is decided here. What is computed below is off by less than 10^-7. */
const doubt = 1e-5;
/** 2^27 + 1 cuts a double into halves of 26 bits (Dekker). */
const splitter = 134217729;

const bitsDouble = new Float64Array(1);
const bits = new Int32Array(bitsDouble.buffer);
bitsDouble[0] = 1;
const highHalf = bits[1] === 0 ? 0 : 1;

/**
 * As `shortestDecimal`, where the digits are certain in double arithmetic: which is nearly always, for values from
 * about 10^-6 to 10^17. It is Schubfach's choice (Giulietti 2020, figure 4): with the greatest power of ten that is
 * not wider than the rounding interval, that interval holds one multiple of ten units at most, and a unit at least.
 * The scaled value is the exact sum of two doubles (Dekker's product).
 * @returns 1, or 0: `decimal` is untouched, and the general way must be taken
 */
export function quickDecimal(cells: Float64Array, at: number, decimal: Int32Array): number {
  const x = Math.abs(cells[at]);
  bitsDouble[0] = x;
  const upperBits = bits[highHalf];
  // At a power of two the double below is only half as far away.
  if ((upperBits & 0xf_ffff) === 0) return 0;
  const binary = (upperBits >>> 20) - 1075;
  // floor(log10(2^binary)): the interval is as wide as the distance of two doubles, 2^binary.
  const power = (0 - (Math.imul(binary, 1_262_611) >> 22)) | 0;
  if (power < 0 || power > powerMax) return 0;
  const scale = powersOfTen[power];
  const high = x * scale;
  const big = splitter * x;
  const head = big - (big - x);
  const rest = x - head;
  const bigScale = splitter * scale;
  const scaleHead = bigScale - (bigScale - scale);
  const scaleRest = scale - scaleHead;
  const low = head * scaleHead - high + head * scaleRest + rest * scaleHead + rest * scaleRest;
  // Both are below 2^53 in units of 2^8, so the product is exact.
  const upper = Math.floor(high / tailRange);
  const t = high - upper * tailRange + low;
  // Half the distance of two doubles, in units: from 1/2 to 5.
  bitsDouble[0] = 0;
  bits[highHalf] = (binary + 1022) << 20;
  const reach = bitsDouble[0] * scale;
  const ten = Math.floor(t * 0.1 + 0.5) * 10;
  const toTen = Math.abs(t - ten);
  let tail = ten;
  if (!(toTen < reach - doubt)) {
    if (toTen < reach + doubt) return 0;
    tail = Math.floor(t + 0.5);
    const off = Math.abs(t - tail);
    if (off > 0.5 - doubt || off > reach - doubt) return 0;
  }
  let whole = upper | 0;
  if (tail < 0) {
    whole--;
    tail += tailRange;
  } else if (tail >= tailRange) {
    whole++;
    tail -= tailRange;
  }
  decimal[decimalHead] = whole;
  decimal[decimalTail] = tail | 0;
  decimal[decimalExponent] = 0 - power;
  return 1;
}
