/**
 * SplitMix64 (Steele, Lea and Flood, 2014) over 32-bit halves: the generator of the data files, whose bytes must be
 * those of the Rust program that made the published checksums.
 */
export class SplitMix64 {
  #stateHigh: number;
  #stateLow: number;
  /** The last draw, as two unsigned halves. */
  high = 0;
  low = 0;

  /** `seed`: an integer from 0 to 2^53 - 1. */
  constructor(seed: number) {
    this.#stateHigh = Math.floor(seed / 2 ** 32);
    this.#stateLow = seed >>> 0;
  }

  #draw(): void {
    const low = this.#stateLow + 0x7f4a_7c15;
    this.#stateLow = low >>> 0;
    this.#stateHigh = (this.#stateHigh + 0x9e37_79b9 + (low >= 2 ** 32 ? 1 : 0)) >>> 0;
    this.high = this.#stateHigh;
    this.low = this.#stateLow;
    this.#xorShift(30);
    this.#multiply(0xbf58_476d, 0x1ce4_e5b9);
    this.#xorShift(27);
    this.#multiply(0x94d0_49bb, 0x1331_11eb);
    this.#xorShift(31);
  }

  /** `z ^= z >> bits`, for 1 to 31 bits. */
  #xorShift(bits: number): void {
    this.low = (this.low ^ ((this.low >>> bits) | (this.high << (32 - bits)))) >>> 0;
    this.high = (this.high ^ (this.high >>> bits)) >>> 0;
  }

  /** `z *= factor`, modulo 2^64. */
  #multiply(factorHigh: number, factorLow: number): void {
    const carried = highHalf(this.low, factorLow);
    this.high = (carried + Math.imul(this.high, factorLow) + Math.imul(this.low, factorHigh)) >>> 0;
    this.low = Math.imul(this.low, factorLow) >>> 0;
  }

  /** Uniform in [0, 1): the upper 53 bits of a draw. */
  fraction(): number {
    this.#draw();
    return (this.high * 2 ** 21 + (this.low >>> 11)) * 2 ** -53;
  }

  /** A draw modulo `divisor`, which is at most 2^21 so that the arithmetic is exact. */
  remainder(divisor: number): number {
    this.#draw();
    return ((this.high % divisor) * 2 ** 32 + this.low) % divisor;
  }
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function highHalf(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const rest = aLow * bHigh + (middle % 2 ** 16);
  return (aHigh * bHigh + Math.floor(middle / 2 ** 16) + Math.floor(rest / 2 ** 16)) >>> 0;
}
