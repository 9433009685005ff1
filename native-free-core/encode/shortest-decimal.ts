import { multiply64 } from '../scan/multiply-64.js';
import { powerMin, powersOfFive } from '../scan/powers-of-five.js';

/** Slots of a decimal: (head x 10^8 + tail) x 10^exponent. Zeros may end it. */
export const decimalHead = 0;
export const decimalTail = 1;
export const decimalExponent = 2;

const tailRange = 100_000_000;
const tailRangeInverse = 1e-8;
const twoTo32 = 2 ** 32;

/** The double's bits: both views lie over the same eight bytes. */
const bitsDouble = new Float64Array(1);
const bits = new Int32Array(bitsDouble.buffer);
// Every machine that Node runs on but IBM Z stores the lower half first; asking costs nothing.
bitsDouble[0] = 1;
const lowHalf = bits[1] === 0 ? 1 : 0;
const highHalf = 1 - lowHalf;

const upperProduct = new Uint32Array(4);
const lowerProduct = new Uint32Array(4);

/** Limbs, least first, of the value times the power of ten (`centre`), and of half a unit times it (`half`). */
const centre = new Int32Array(6);
const half = new Int32Array(5);

/**
 * Writes the shortest decimal that rounds to `cells[at]`, and of these the closest, to `decimal[0..2]`. The double
 * must be finite and positive. At most 17 digits, so `head` < 10^9.
 *
 * Schubfach: Raffaele Giulietti, "The Schubfach way to render doubles", 2020-2022; in the form with 128-bit powers
 * of Alexander Bolz (Drachennest). Ours differs in taking the two borders' products as sum and difference of one
 * product and half a unit, instead of multiplying three times: the 192 bits are exact, so the results are equal.
 */
export function shortestDecimal(cells: Float64Array, at: number, decimal: Int32Array): void {
  bitsDouble[0] = cells[at];
  const fieldHigh = bits[highHalf] & 0xf_ffff;
  const low = bits[lowHalf];
  const field = (bits[highHalf] >>> 20) & 0x7ff;
  const high = field === 0 ? fieldHigh : fieldHigh | 0x10_0000;
  const binary = field === 0 ? -1074 : field - 1075;
  // At a power of two the doubles below are twice as dense: the lower border is half as far.
  const irregular = fieldHigh === 0 && low === 0 && field > 1 ? 1 : 0;
  // floor(log10(2^binary)), or of 3/4 of it: the greatest power of ten that is no wider than the rounding interval.
  const exponent = (Math.imul(binary, 1_262_611) - (irregular === 0 ? 0 : 524_031)) >> 22;
  // Not -exponent: the negative of 0 is -0, a boxed double.
  const power = 0 - exponent;
  const shift = binary + (Math.imul(power, 1_741_647) >> 19) + 1;
  multiplyPower(high, low, power, shift);
  choose(low & 1, irregular, decimal);
  decimal[decimalExponent] = exponent;
}

/** centre = 4 c x 2^shift x 10^power, half = 2 x 2^shift x 10^power, both scaled; c = (high, low), 1 <= shift <= 4. */
function multiplyPower(high: number, low: number, power: number, shift: number): void {
  const entry = 4 * (power - powerMin);
  const g3 = powersOfFive[entry];
  const g2 = powersOfFive[entry + 1];
  const g1 = powersOfFive[entry + 2];
  // Schubfach wants every inexact power rounded up. (That no carry leaves the limb is a test's matter.)
  const g0 = powersOfFive[entry + 3] + (power < -27 || power > 55 ? 1 : 0);
  const up = shift + 2;
  const c1 = (high << up) | (low >>> (32 - up));
  const c0 = low << up;
  multiply64(c1, c0, g1 | 0, g0 | 0, lowerProduct);
  multiply64(c1, c0, g3 | 0, g2 | 0, upperProduct);
  // Limbs 0 and 1 of the upper product fall on limbs 2 and 3 of the lower; carries as in `lowerBorder`.
  const l2 = lowerProduct[2] | 0;
  const l3 = lowerProduct[3] | 0;
  const u0 = upperProduct[0] | 0;
  const u1 = upperProduct[1] | 0;
  const u2 = upperProduct[2] | 0;
  const limb2 = (l2 + u0) | 0;
  const limb3 = (l3 + u1 + (((l2 & u0) | ((l2 | u0) & ~limb2)) >>> 31)) | 0;
  const limb4 = (u2 + (((l3 & u1) | ((l3 | u1) & ~limb3)) >>> 31)) | 0;
  centre[0] = lowerProduct[0];
  centre[1] = lowerProduct[1];
  centre[2] = limb2;
  centre[3] = limb3;
  centre[4] = limb4;
  centre[5] = upperProduct[3] + ((u2 & ~limb4) >>> 31);
  const left = shift + 1;
  half[0] = g0 << left;
  half[1] = (g1 << left) | (g0 >>> (32 - left));
  half[2] = (g2 << left) | (g1 >>> (32 - left));
  half[3] = (g3 << left) | (g2 >>> (32 - left));
  half[4] = g3 >>> (32 - left);
}

/**
 * Picks the decimal in the rounding interval (Giulietti, figure 4) from `centre` and `half`. All quantities are in
 * quarters of 10^exponent. The borders lie within 40 quarters of the centre, so their distance to it is all that is
 * kept of them. `odd`: the significand is odd, and the borders do not round to it.
 */
function choose(odd: number, irregular: number, decimal: Int32Array): void {
  const v = centre[4] | sticky(centre[2], centre[3]);
  const toLower = (lowerBorder(irregular) - v + odd) | 0;
  const toUpper = (upperBorder() - v - odd) | 0;
  // s = v / 4, in two decimal parts. The double quotient is inexact, so `head` may be off by one: put right.
  const sLow = (centre[4] >>> 2) | (centre[5] << 30);
  let head = (((centre[5] >>> 2) * twoTo32 + (sLow >>> 0)) * tailRangeInverse) | 0;
  let tail = (sLow - Math.imul(head, tailRange)) | 0;
  if (tail < 0) {
    head--;
    tail += tailRange;
  } else if (tail >= tailRange) {
    head++;
    tail -= tailRange;
  }
  const quarters = v & 3;
  const lastDigit = tail % 10;
  // First a decimal with one digit less: the multiples of ten units below and above.
  const past = quarters + 4 * lastDigit;
  const tenBelow = toLower + past <= 0;
  const tenAbove = 40 - past <= toUpper;
  const below = toLower + quarters <= 0;
  const above = 4 - quarters <= toUpper;
  if (tenBelow !== tenAbove) tail += (tenAbove ? 10 : 0) - lastDigit;
  else if (below !== above) tail += above ? 1 : 0;
  else if (quarters > 2 || (quarters === 2 && (tail & 1) !== 0)) tail++;
  if (tail >= tailRange) {
    head++;
    tail -= tailRange;
  }
  decimal[decimalHead] = head;
  decimal[decimalTail] = tail;
}

/**
 * Limb 4 of centre - half (irregular: - half / 2), rounded to odd, as an int32. The borrows are had by logic, since
 * a branch on one would be a toss of a coin to the processor (Warren, "Hacker's Delight": double-length addition).
 */
function lowerBorder(irregular: number): number {
  const h0 = (half[0] >>> irregular) | ((half[1] << 1) << (31 - irregular));
  const h1 = (half[1] >>> irregular) | ((half[2] << 1) << (31 - irregular));
  const h2 = (half[2] >>> irregular) | ((half[3] << 1) << (31 - irregular));
  const h3 = (half[3] >>> irregular) | ((half[4] << 1) << (31 - irregular));
  const c0 = centre[0];
  const c1 = centre[1];
  const c2 = centre[2];
  const c3 = centre[3];
  const limb0 = (c0 - h0) | 0;
  const limb1 = (c1 - h1 - (((~c0 & h0) | ((~c0 | h0) & limb0)) >>> 31)) | 0;
  const limb2 = (c2 - h2 - (((~c1 & h1) | ((~c1 | h1) & limb1)) >>> 31)) | 0;
  const limb3 = (c3 - h3 - (((~c2 & h2) | ((~c2 | h2) & limb2)) >>> 31)) | 0;
  const limb4 = (centre[4] - (half[4] >>> irregular) - (((~c3 & h3) | ((~c3 | h3) & limb3)) >>> 31)) | 0;
  return limb4 | sticky(limb2, limb3);
}

/** Limb 4 of centre + half, rounded to odd, as an int32. */
function upperBorder(): number {
  const h0 = half[0];
  const h1 = half[1];
  const h2 = half[2];
  const h3 = half[3];
  const c0 = centre[0];
  const c1 = centre[1];
  const c2 = centre[2];
  const c3 = centre[3];
  const limb0 = (c0 + h0) | 0;
  const limb1 = (c1 + h1 + (((c0 & h0) | ((c0 | h0) & ~limb0)) >>> 31)) | 0;
  const limb2 = (c2 + h2 + (((c1 & h1) | ((c1 | h1) & ~limb1)) >>> 31)) | 0;
  const limb3 = (c3 + h3 + (((c2 & h2) | ((c2 | h2) & ~limb2)) >>> 31)) | 0;
  const limb4 = (centre[4] + half[4] + (((c3 & h3) | ((c3 | h3) & ~limb3)) >>> 31)) | 0;
  return limb4 | sticky(limb2, limb3);
}

/** Rounding to odd: 1 if a fraction is left. The powers' rounding may leave a 1 where nothing should be. */
function sticky(limb2: number, limb3: number): number {
  return limb3 !== 0 || (limb2 !== 0 && limb2 !== 1) ? 1 : 0;
}
