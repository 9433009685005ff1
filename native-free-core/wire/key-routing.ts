/**
 * The hashes by which producers choose a key's partition, over the key as it is in `partition_key` (UTF-8; the
 * base64 of a binary key). Both as the Java client computes them, without the sign: `partitionOf(hash, n)` then
 * agrees with its routing.
 */

/**
 * `JavaStringHash`, the Java client's default: s[0] * 31^(n-1) + ... + s[n-1] over the UTF-16 code units of the key.
 * Bytes that are not UTF-8 give some hash, and always the same.
 */
export function javaStringHash(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0;
  let at = start;
  while (at < end) {
    const first = bytes[at++];
    if (first < 0x80) {
      hash = (Math.imul(hash, 31) + first) | 0;
      continue;
    }
    let unit = first & 0x3f;
    if (first < 0xe0) unit = ((first & 0x1f) << 6) | follower(bytes, at++, end);
    else if (first < 0xf0) {
      unit = ((first & 0x0f) << 12) | (follower(bytes, at, end) << 6) | follower(bytes, at + 1, end);
      at += 2;
    } else {
      const point =
        ((first & 0x07) << 18) |
        (follower(bytes, at, end) << 12) |
        (follower(bytes, at + 1, end) << 6) |
        follower(bytes, at + 2, end);
      at += 3;
      hash = (Math.imul(hash, 31) + (0xd800 | ((point - 0x10000) >>> 10))) | 0;
      unit = 0xdc00 | (point & 0x3ff);
    }
    hash = (Math.imul(hash, 31) + unit) | 0;
  }
  return hash & 0x7fff_ffff;
}

function follower(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? bytes[at] & 0x3f : 0;
}

/** `Murmur3_32Hash`: MurmurHash3_x86_32 (Appleby, public domain) with seed 0 over the bytes. */
export function murmur3Hash(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const wordsEnd = start + (length & ~3);
  let hash = 0;
  for (let at = start; at < wordsEnd; at += 4) {
    const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
    hash ^= mixed(word);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe654_6b64) | 0;
  }
  let tail = 0;
  for (let at = end - 1; at >= wordsEnd; at--) tail = (tail << 8) | bytes[at];
  if (wordsEnd < end) hash ^= mixed(tail);
  hash ^= length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) & 0x7fff_ffff;
}

function mixed(word: number): number {
  const product = Math.imul(word, 0xcc9e_2d51);
  return Math.imul((product << 15) | (product >>> 17), 0x1b87_3593);
}

/** @param hash of `javaStringHash` or `murmur3Hash` */
export function partitionOf(hash: number, partitions: number): number {
  return hash % partitions;
}
