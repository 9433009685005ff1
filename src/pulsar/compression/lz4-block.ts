/**
 * LZ4's block format (github.com/lz4/lz4, doc/lz4_Block_format.md), which Pulsar uses bare: no frame, no size before
 * it. Written here because no kept package offers the bare block within bounds.
 *
 * A block is a row of sequences: token (literal length << 4 | match length - 4), more length bytes after a nibble of
 * 15, the literals, a u16 offset (little-endian), more length bytes of the match. The last one has literals only.
 */

const matchMin = 4;
/** The last match begins this far from the end at least, and the last five bytes are literals. */
const lastMatchDistance = 12;
const lastLiterals = 5;
const hashBits = 14;
const offsetMax = 0xffff;

/** @returns bytes written to `target`; -1 if the block is bad or does not fit */
export function decompressLz4(source: Uint8Array, target: Uint8Array): number {
  const sourceEnd = source.length;
  const targetEnd = target.length;
  let at = 0;
  let to = 0;
  while (at < sourceEnd) {
    const token = source[at++];
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255) {
        if (at >= sourceEnd) return -1;
        more = source[at++];
        literals += more;
      }
    }
    if (literals > sourceEnd - at || literals > targetEnd - to) return -1;
    if (literals > 32) target.set(source.subarray(at, at + literals), to);
    else for (let i = 0; i < literals; i++) target[to + i] = source[at + i];
    at += literals;
    to += literals;
    if (at === sourceEnd) return (token & 15) === 0 ? to : -1;
    if (sourceEnd - at < 2) return -1;
    const offset = source[at] | (source[at + 1] << 8);
    at += 2;
    let match = (token & 15) + matchMin;
    if (match === 15 + matchMin) {
      let more = 255;
      while (more === 255) {
        if (at >= sourceEnd) return -1;
        more = source[at++];
        match += more;
      }
    }
    if (offset === 0 || offset > to || match > targetEnd - to) return -1;
    to = copyMatch(target, to, offset, match);
  }
  return -1;
}

/** Copies `length` bytes that lie `offset` back; they may overlap what is written. @returns the end */
export function copyMatch(target: Uint8Array, to: number, offset: number, length: number): number {
  const end = to + length;
  if (offset >= length && length > 32) target.copyWithin(to, to - offset, to - offset + length);
  else for (let i = to; i < end; i++) target[i] = target[i - offset];
  return end;
}

/** Greedy, one candidate for each hash of four bytes. */
export function compressLz4(source: Uint8Array): Uint8Array {
  const end = source.length;
  const target = new Uint8Array(end + Math.ceil(end / 255) + 16);
  const last = new Int32Array(1 << hashBits).fill(-1);
  const matchStartMax = end - lastMatchDistance;
  const matchEndMax = end - lastLiterals;
  let to = 0;
  let anchor = 0;
  let at = 0;
  let misses = 0;
  while (at <= matchStartMax) {
    const hash = hashAt(source, at);
    const candidate = last[hash];
    last[hash] = at;
    if (candidate < 0 || at - candidate > offsetMax || !sameFour(source, candidate, at)) {
      // Steps grow where nothing repeats, so that bytes that do not compress cost little.
      at += 1 + (misses++ >>> 6);
      continue;
    }
    misses = 0;
    let matchEnd = at + matchMin;
    while (matchEnd < matchEndMax && source[matchEnd] === source[matchEnd - at + candidate]) matchEnd++;
    to = writeSequence(source, anchor, at, target, to, matchEnd - at - matchMin);
    target[to++] = (at - candidate) & 0xff;
    target[to++] = (at - candidate) >>> 8;
    if (matchEnd - at - matchMin >= 15) to = writeRest(target, to, matchEnd - at - matchMin - 15);
    anchor = at = matchEnd;
  }
  to = writeSequence(source, anchor, end, target, to, 0);
  return target.subarray(0, to);
}

/** Token, length and bytes of the literals. */
function writeSequence(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  to: number,
  match: number,
): number {
  const literals = end - start;
  target[to++] = (Math.min(literals, 15) << 4) | Math.min(match, 15);
  if (literals >= 15) to = writeRest(target, to, literals - 15);
  target.set(source.subarray(start, end), to);
  return to + literals;
}

function writeRest(target: Uint8Array, to: number, length: number): number {
  let rest = length;
  for (; rest >= 255; rest -= 255) target[to++] = 255;
  target[to++] = rest;
  return to;
}

function hashAt(source: Uint8Array, at: number): number {
  const word = source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24);
  return Math.imul(word, 0x9e37_79b1) >>> (32 - hashBits);
}

/** Whether the four bytes at two places are the same. */
export function sameFour(source: Uint8Array, a: number, b: number): boolean {
  return (
    source[a] === source[b] &&
    source[a + 1] === source[b + 1] &&
    source[a + 2] === source[b + 2] &&
    source[a + 3] === source[b + 3]
  );
}
