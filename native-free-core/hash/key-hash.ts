/**
 * The two hashes of a key, in one walk over its bytes.
 *
 * - *Lane hash*: MurmurHash3_x86_32 with seed 0 (Appleby, public domain). Fixed for ever: a key's lane is
 *   `(hash >>> 0) mod lanes`, and a checkpoint depends on it.
 * - *Table hash*: HalfSipHash-1-3 with a random key of 64 bits (Aumasson and Bernstein, "SipHash: a fast
 *   short-input PRF"; the half width variant of its reference code). Keys are an attacker's choice, and Murmur
 *   has collisions that hold for every seed.
 */

function rotl(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Where `hashKey` leaves its results. */
export const laneHash = 0;
export const tableHash = 1;

/**
 * @param data the arena
 * @param start,length the key's bytes
 * @param k0,k1 the table's secret, int32 each
 * @param out receives the two hashes as int32, at `laneHash` and `tableHash`
 */
export function hashKey(
  data: DataView,
  start: number,
  length: number,
  k0: number,
  k1: number,
  out: Int32Array,
): void {
  let m = 0;
  let v0 = k0;
  let v1 = k1;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const wordsEnd = start + (length & ~3);
  for (let at = start; at <= wordsEnd; at += 4) {
    let word = 0;
    let sip = 0;
    if (at < wordsEnd) {
      word = sip = data.getInt32(at, true);
      m ^= Math.imul(rotl(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
      m = (Math.imul(rotl(m, 13), 5) + 0xe6546b64) | 0;
    } else {
      const tail = length & 3;
      // The bytes past the key are within the arena's slack, and masked away.
      if (tail !== 0) word = data.getInt32(at, true) & ((1 << (tail * 8)) - 1);
      sip = word | (length << 24);
      m ^= Math.imul(rotl(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    }
    v3 ^= sip;
    v0 = (v0 + v1) | 0;
    v1 = rotl(v1, 5) ^ v0;
    v0 = rotl(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotl(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotl(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotl(v1, 13) ^ v2;
    v2 = rotl(v2, 16);
    v0 ^= sip;
  }
  m ^= length;
  m = Math.imul(m ^ (m >>> 16), 0x85ebca6b);
  m = Math.imul(m ^ (m >>> 13), 0xc2b2ae35);
  out[laneHash] = m ^ (m >>> 16);

  v2 ^= 0xff;
  for (let round = 0; round < 3; round++) {
    v0 = (v0 + v1) | 0;
    v1 = rotl(v1, 5) ^ v0;
    v0 = rotl(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotl(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotl(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotl(v1, 13) ^ v2;
    v2 = rotl(v2, 16);
  }
  out[tableHash] = v1 ^ v3;
}

/** The lane of a lane hash. */
export function laneOf(hash: number, lanes: number): number {
  return (lanes & (lanes - 1)) === 0 ? hash & (lanes - 1) : (hash >>> 0) % lanes;
}
