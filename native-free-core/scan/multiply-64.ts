/**
 * 64-bit multiplication in 32-bit limbs, for the two number conversions. Limbs travel as int32 (two's complement):
 * an int32 is a Smi and is never boxed, which a uint32 or a double would be wherever a call is not inlined.
 */

const twoToMinus32 = 2 ** -32;

/**
 * Writes the 128-bit product of two unsigned 64-bit numbers to `product[0..3]`, least limb first.
 * `a1`, `b1` are the upper limbs; all are int32 bit patterns.
 *
 * The upper half of a product of limbs: the double product misses the true one by at most 2^10; less the (exact)
 * lower half it is the upper half x 2^32 within 2^11, so that rounding gives it exactly. This is written out four
 * times, because a helper might be left as a call, or not, depending on what else was inlined before it.
 */
export function multiply64(a1: number, a0: number, b1: number, b0: number, product: Uint32Array): void {
  const a1Unsigned = a1 >>> 0;
  const a0Unsigned = a0 >>> 0;
  const b1Unsigned = b1 >>> 0;
  const b0Unsigned = b0 >>> 0;
  const lower00 = Math.imul(a0, b0) >>> 0;
  const lower01 = Math.imul(a0, b1) >>> 0;
  const lower10 = Math.imul(a1, b0) >>> 0;
  const lower11 = Math.imul(a1, b1) >>> 0;
  const upper00 = Math.floor((a0Unsigned * b0Unsigned - lower00) * twoToMinus32 + 0.5);
  const upper01 = Math.floor((a0Unsigned * b1Unsigned - lower01) * twoToMinus32 + 0.5);
  const upper10 = Math.floor((a1Unsigned * b0Unsigned - lower10) * twoToMinus32 + 0.5);
  const upper11 = Math.floor((a1Unsigned * b1Unsigned - lower11) * twoToMinus32 + 0.5);
  // The sums of a column stay below 2^34: exact in a double, whose quotient by 2^32 is the carry.
  const column1 = upper00 + lower01 + lower10;
  const column2 = upper01 + upper10 + lower11 + Math.floor(column1 * twoToMinus32);
  product[0] = lower00;
  product[1] = column1;
  product[2] = column2;
  product[3] = upper11 + Math.floor(column2 * twoToMinus32);
}
