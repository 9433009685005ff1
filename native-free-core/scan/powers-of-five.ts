/**
 * The upper 128 bits of the powers of five, as both number conversions need them. Built once, when the module is
 * loaded; about a millisecond.
 *
 * Entry `q` is 5^q scaled by a power of two into [2^127, 2^128), in four limbs, the most significant first:
 *
 *     powersOfFive[4 * (q - powerMin) + 0 .. 3]
 *
 * Exact for 0 <= q <= 55. Above, truncated. For -27 <= q < 0 rounded up; below, truncated. These are the roundings
 * for which Eisel-Lemire is proved (Lemire, "Number Parsing at a Gigabyte per Second", 2021).
 */

/** Least exponent in the table: 10^19 x 10^-343 already rounds to zero. */
export const powerMin = -342;
/** Greatest exponent in the table: printing the least denormal needs 10^324; parsing needs up to 10^308. */
export const powerMax = 324;

export const powersOfFive: Uint32Array = buildPowersOfFive();

function buildPowersOfFive(): Uint32Array {
  const table = new Uint32Array(4 * (powerMax - powerMin + 1));
  for (let q = powerMin; q <= powerMax; q++) {
    let power = q >= 0 ? 5n ** BigInt(q) : reciprocal(5n ** BigInt(-q), q);
    const excess = bitLength(power) - 128;
    power = excess >= 0 ? power >> BigInt(excess) : power << BigInt(-excess);
    for (let limb = 0; limb < 4; limb++) {
      table[4 * (q - powerMin) + limb] = Number((power >> BigInt(96 - 32 * limb)) & 0xffff_ffffn);
    }
  }
  return table;
}

/** 1 / power, scaled: to exactly 128 bits, rounded up, down to 5^-27; with bits to spare (cut off later) below. */
function reciprocal(power: bigint, q: number): bigint {
  const bits = BigInt(bitLength(power));
  return (1n << (q >= -27 ? bits + 127n : 2n * bits + 128n)) / power + 1n;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
