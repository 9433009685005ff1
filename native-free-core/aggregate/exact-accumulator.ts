/**
 * Exact sums of doubles, and of their squares: a fixed-point number wide enough for every bit that they can have
 * (Kulisch's long accumulator; Neal, "Fast exact summation using small and large superaccumulators", 2015).
 *
 *     limb i, a double that holds a signed integer, weighs 2^(32 i - 2304), 0 <= i < 144; the last word counts
 *     the additions since the limbs were last normalised (each adds less than 2^33 to a limb, 2^19 may pile up)
 *
 * The limbs lie wherever the caller says, at `base` of a Float64Array. Nothing here allocates; doubles come and
 * go through memory, since V8 boxes a double that crosses a call.
 */
export const accumulatorDoubles = 145;
const limbs = accumulatorDoubles - 1;
const bias = 2304;
const radix = 2 ** 32;
const pendingMax = 2 ** 19;

const pun = new Float64Array(1);
const punned = new Int32Array(pun.buffer);
/** Powers of two with an exponent of -1022..1023, at exponent + 1022. */
const powerOfTwo = new Float64Array(2046);
for (let i = 0, x = 2 ** -1022; i < powerOfTwo.length; i++, x *= 2) powerOfTwo[i] = x;
const work = new Float64Array(limbs);

export function clearAccumulator(f64: Float64Array, base: number): void {
  f64.fill(0, base, base + accumulatorDoubles);
}

/** Makes all limbs but the last lie in [0, 2^32); the last keeps the sign. */
function normalize(f64: Float64Array, base: number): void {
  let carry = 0;
  for (let i = base; i < base + limbs - 1; i++) {
    const value = f64[i] + carry;
    carry = Math.floor(value / radix);
    f64[i] = value - carry * radix;
  }
  f64[base + limbs - 1] += carry;
}

/** Adds sign * pun[0] * 2^shift. */
function addPunned(f64: Float64Array, base: number, shift: number, sign: number): void {
  const high = punned[1];
  const exponent = (high >>> 20) & 0x7ff;
  const top = exponent === 0 ? high & 0xfffff : (high & 0xfffff) | 0x100000;
  const direction = high < 0 ? -sign : sign;
  const position = (exponent === 0 ? 1 : exponent) - 1075 + shift + bias;
  const limb = base + (position >> 5);
  const scale = powerOfTwo[(position & 31) + 1022];
  const low = (punned[0] >>> 0) * scale;
  const lowCarry = Math.floor(low / radix);
  const upper = top * scale;
  const upperCarry = Math.floor(upper / radix);
  f64[limb] += direction * (low - lowCarry * radix);
  f64[limb + 1] += direction * (lowCarry + (upper - upperCarry * radix));
  f64[limb + 2] += direction * upperCarry;
  const count = base + limbs;
  if (++f64[count] >= pendingMax) {
    normalize(f64, base);
    f64[count] = 0;
  }
}

/**
 * Adds `sign` times the values at from, from + step, ... (n of them, finite) of `source`.
 * @param sign 1 or -1
 */
export function addValues(
  f64: Float64Array,
  base: number,
  source: Float64Array,
  from: number,
  n: number,
  step: number,
  sign: number,
): void {
  for (let i = 0, at = from; i < n; i++, at += step) {
    pun[0] = source[at];
    addPunned(f64, base, 0, sign);
  }
}

/** As `addValues`, with the squares of the values: each is scaled to [1, 2), so that its square is two doubles. */
export function addSquares(
  f64: Float64Array,
  base: number,
  source: Float64Array,
  from: number,
  n: number,
  step: number,
  sign: number,
): void {
  for (let i = 0, at = from; i < n; i++, at += step) {
    pun[0] = source[at];
    if (pun[0] === 0) continue;
    let shift = 0;
    if (((punned[1] >>> 20) & 0x7ff) === 0) {
      pun[0] *= 2 ** 54;
      shift = -54;
    }
    shift += ((punned[1] >>> 20) & 0x7ff) - 1023;
    punned[1] = (punned[1] & ~0x7ff00000) | 0x3ff00000;
    const x = pun[0];
    const square = x * x;
    const big = 134217729 * x;
    const head = big - (big - x);
    const rest = x - head;
    const error = head * head - square + 2 * head * rest + rest * rest;
    pun[0] = square;
    addPunned(f64, base, 2 * shift, sign);
    if (error === 0) continue;
    pun[0] = error;
    addPunned(f64, base, 2 * shift, sign);
  }
}

/** Puts the normalised magnitude into `work`. @returns the index of the highest limb that is not 0, or -1 */
function magnitude(f64: Float64Array, base: number): number {
  for (let i = 0; i < limbs; i++) work[i] = f64[base + i];
  normalize(work, 0);
  if (work[limbs - 1] < 0) {
    for (let i = 0; i < limbs; i++) work[i] = -work[i];
    normalize(work, 0);
  }
  let highest = limbs - 1;
  while (highest >= 0 && work[highest] === 0) highest--;
  return highest;
}

/** The sign of a sum, once `magnitude` has run: of its highest limb after normalising. */
function isNegative(f64: Float64Array, base: number): boolean {
  let carry = 0;
  for (let i = base; i < base + limbs; i++) carry = Math.floor((f64[i] + carry) / radix);
  return carry < 0;
}

/** @returns the exponent of the sum's highest bit (the sum lies in [2^e, 2^(e+1))), or -4000 for 0 */
export function sumExponent(f64: Float64Array, base: number): number {
  const highest = magnitude(f64, base);
  if (highest < 0) return -4000;
  return highest * 32 + 31 - Math.clz32(work[highest]) - bias;
}

/**
 * Writes the sum times 2^-scale, rounded once, to nearest, ties to even, to out[at]; +-Infinity past the greatest
 * double.
 */
export function roundSum(
  f64: Float64Array,
  base: number,
  scale: number,
  out: Float64Array,
  at: number,
): void {
  const highest = magnitude(f64, base);
  if (highest < 0) {
    out[at] = 0;
    return;
  }
  const topBit = highest * 32 + 31 - Math.clz32(work[highest]);
  const lowBit = Math.max(topBit - 52, bias - 1074 + scale);
  const limb = lowBit >> 5;
  const offset = lowBit & 31;
  let mantissa = 0;
  for (let i = highest; i > limb; i--) mantissa += work[i] * powerOfTwo[32 * (i - limb) - offset + 1022];
  const bits = limb < limbs ? work[limb] : 0;
  const kept = Math.floor(bits / powerOfTwo[offset + 1022]);
  mantissa += kept;
  // What is cut off, as a fraction of the last kept bit: from this limb, or from the next if it is kept whole.
  const cut =
    offset === 0 ? (limb > 0 ? work[limb - 1] / radix : 0) : bits / powerOfTwo[offset + 1022] - kept;
  if (cut > 0.5 || (cut === 0.5 && (mantissa % 2 === 1 || isAnyBelow(offset === 0 ? limb - 1 : limb)))) {
    mantissa += 1;
  }
  writeScaled(mantissa, lowBit - bias - scale, isNegative(f64, base), out, at);
}

function isAnyBelow(limb: number): boolean {
  for (let i = 0; i < limb; i++) if (work[i] !== 0) return true;
  return false;
}

function writeScaled(
  mantissa: number,
  exponent: number,
  negative: boolean,
  out: Float64Array,
  at: number,
): void {
  let value = mantissa;
  if (exponent > 971) value = mantissa === 0 ? 0 : Number.POSITIVE_INFINITY;
  else if (exponent >= -1022) value *= powerOfTwo[exponent + 1022];
  else value = value * powerOfTwo[0] * powerOfTwo[exponent + 1022 + 1022];
  out[at] = negative ? -value : value;
}
