import { multiply64 } from './multiply-64.js';
import { powerMin, powersOfFive } from './powers-of-five.js';

/** 2^-1074 (the least denormal) to 2^971 (the unit of the greatest doubles). */
const powersOfTwo = Float64Array.from({ length: 971 + 1074 + 1 }, (_, i) => 2 ** (i - 1074));
const exponentOfLeastPower = -1074;

const tenPowerMax = 308;
const product = new Uint32Array(4);
const refinement = new Uint32Array(4);

/**
 * Writes w x 10^exponent, correctly rounded (to nearest, ties to even), to `out[at]`; w is the unsigned 64-bit
 * number with the int32 halves `high` and `low`, the exponent any int32. Too great gives Infinity, too small 0.
 *
 * Eisel-Lemire: Lemire, "Number Parsing at a Gigabyte per Second", Software: Practice and Experience 51 (2021).
 * That it needs no fallback is proved in Mushtak and Lemire, "Fast Number Parsing Without Fallback", same journal,
 * 53 (2023).
 */
export function eiselLemire(
  high: number,
  low: number,
  exponent: number,
  out: Float64Array,
  at: number,
): void {
  if ((high | low) === 0 || exponent < powerMin) {
    out[at] = 0;
    return;
  }
  if (exponent > tenPowerMax) {
    out[at] = Infinity;
    return;
  }
  // w moves up until its highest bit is set. (A shift by 32 is none in JavaScript, hence the shift in two steps.)
  const leading = high === 0 ? 32 : 0;
  const upper = high === 0 ? low : high;
  const lower = high === 0 ? 0 : low;
  const shift = Math.clz32(upper);
  scaledProduct((upper << shift) | ((lower >>> 1) >>> (31 - shift)), lower << shift, exponent);
  // floor(exponent * log2(10)), good over the whole table; 63 because w has 64 bits.
  const binary = ((217_706 * exponent) >> 16) + 63 - leading - shift;
  roundProduct(binary, exponent, out, at);
}

/** product = w x 5^exponent, scaled; the table's lower half is multiplied in only where it can matter. */
function scaledProduct(w1: number, w0: number, exponent: number): void {
  const entry = 4 * (exponent - powerMin);
  multiply64(w1, w0, powersOfFive[entry] | 0, powersOfFive[entry + 1] | 0, product);
  // 9 bits below the 55 that decide; unless all are ones, no carry from below can reach the 55.
  if ((product[2] & 0x1ff) !== 0x1ff) return;
  multiply64(w1, w0, powersOfFive[entry + 2] | 0, powersOfFive[entry + 3] | 0, refinement);
  const sum0 = product[0] + refinement[2];
  const sum1 = product[1] + refinement[3] + (sum0 > 0xffff_ffff ? 1 : 0);
  product[0] = sum0;
  product[1] = sum1;
  if (sum1 > 0xffff_ffff) {
    product[2] = product[2] + 1;
    if (product[2] === 0) product[3] = product[3] + 1;
  }
}

/** Rounds the product's upper 54 or so bits to the 53 (a denormal: fewer) of a double and scales them. */
function roundProduct(binary: number, exponent: number, out: Float64Array, at: number): void {
  const upper = product[3] | 0;
  const lower = product[2] | 0;
  const topBit = upper >>> 31;
  const shift = topBit + 9;
  // The 54 bits that are kept: 53 of the significand, and the one that decides the rounding.
  let kept1 = upper >>> shift;
  let kept0 = (lower >>> shift) | (upper << (32 - shift));
  let power = binary + topBit - 52;
  if (power < exponentOfLeastPower) {
    const excess = exponentOfLeastPower - power;
    if (excess > 53) {
      out[at] = 0;
      return;
    }
    // Exact halves do not occur here: they would need a longer w. So the bits that fall off do not matter.
    kept0 = excess >= 32 ? kept1 >>> (excess - 32) : (kept0 >>> excess) | ((kept1 << 1) << (31 - excess));
    kept1 = excess >= 32 ? 0 : kept1 >>> excess;
    power = exponentOfLeastPower;
  } else if (power > 971) {
    out[at] = Infinity;
    return;
  }
  let roundUp = kept0 & 1;
  // An exact half above an even significand stays down; only these exponents can give an exact half.
  if (
    product[0] <= 1 &&
    product[1] === 0 &&
    exponent >= -4 &&
    exponent <= 23 &&
    (kept0 & 3) === 1 &&
    (lower & ((1 << shift) - 1)) === 0
  ) {
    roundUp = 0;
  }
  // At most 2^53, so exact; 2^53 x 2^971 overflows to Infinity by itself.
  out[at] = (kept1 * 2 ** 31 + (kept0 >>> 1) + roundUp) * powersOfTwo[power - exponentOfLeastPower];
}
