/**
 * Small fast counting generator (sfc32, C. Doty-Humphrey, PractRand): 128 bits of state, in 32-bit integers.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;

  /** @param seed any integer up to 2^53 - 1 in magnitude; each gives another stream */
  constructor(seed: number) {
    // The two halves are spread by the finaliser of MurmurHash3, so that near seeds give far states.
    const low = seed >>> 0;
    const high = Math.floor(seed / 2 ** 32) | 0;
    this.a = spread(low ^ 0x9e3779b9);
    this.b = spread(high ^ 0x85ebca6b);
    this.c = spread((low + Math.imul(high, 0x27d4eb2f)) ^ 0xc2b2ae35);
    for (let round = 0; round < 15; round++) this.next();
  }

  /** The next 32 random bits, as an unsigned integer. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
}

function spread(bits: number): number {
  let mixed = bits | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
