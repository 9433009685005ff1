/**
 * Snappy's raw format (github.com/google/snappy, format_description.txt). Written here because the pure package
 * that exists (snappyjs 0.7.0) takes a stream for good whose content is shorter or longer than it declares.
 *
 * A varint of the whole length, then elements, the kind in the low two bits of the first byte: 0 literal, 1 copy of
 * 4 to 11 bytes up to 2^11 back, 2 copy of 1 to 64 bytes up to 2^16 back, 3 the same up to 2^32 back.
 */
import { copyMatch, sameFour } from './lz4-block.js';

const hashBits = 14;
/** Copies reach back this far: what two bytes of offset hold. */
const offsetMax = 0xffff;
/** Longest literal that is written as one. */
const literalMax = 0x1_0000;

/** @returns bytes written to `target`; -1 if the block is bad, or is not of `target`'s length */
export function decompressSnappy(source: Uint8Array, target: Uint8Array): number {
  const sourceEnd = source.length;
  const targetEnd = target.length;
  let at = lengthEnd(source, targetEnd);
  if (at < 0) return -1;
  let to = 0;
  while (at < sourceEnd) {
    const tag = source[at++];
    const kind = tag & 3;
    const extra = kind === 0 ? literalExtra(tag) : kind === 3 ? 4 : kind;
    if (extra > sourceEnd - at) return -1;
    let value = 0;
    for (let i = extra - 1; i >= 0; i--) value = value * 256 + source[at + i];
    at += extra;
    if (kind === 0) {
      const length = (extra === 0 ? tag >>> 2 : value) + 1;
      if (length > sourceEnd - at || length > targetEnd - to) return -1;
      if (length > 32) target.set(source.subarray(at, at + length), to);
      else for (let i = 0; i < length; i++) target[to + i] = source[at + i];
      at += length;
      to += length;
      continue;
    }
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const offset = kind === 1 ? value | ((tag >>> 5) << 8) : value;
    if (offset === 0 || offset > to || length > targetEnd - to) return -1;
    to = copyMatch(target, to, offset, length);
  }
  return to === targetEnd ? to : -1;
}

/** Length bytes of a literal whose tag says 60 to 63. */
function literalExtra(tag: number): number {
  return Math.max(0, (tag >>> 2) - 59);
}

/** Where the length ends, if it is `expected`; else -1. */
function lengthEnd(source: Uint8Array, expected: number): number {
  let value = 0;
  for (let at = 0; at < 5 && at < source.length; at++) {
    value += (source[at] & 0x7f) * 2 ** (7 * at);
    if (source[at] < 0x80) return value === expected ? at + 1 : -1;
  }
  return -1;
}

/** Greedy, one candidate for each hash of four bytes. */
export function compressSnappy(source: Uint8Array): Uint8Array {
  const end = source.length;
  const target = new Uint8Array(end + Math.ceil(end / 6) + 32);
  const last = new Int32Array(1 << hashBits).fill(-1);
  let to = writeLength(target, end);
  let anchor = 0;
  let at = 0;
  let misses = 0;
  while (at + 4 <= end) {
    const word = source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24);
    const hash = Math.imul(word, 0x1e35_a7bd) >>> (32 - hashBits);
    const candidate = last[hash];
    last[hash] = at;
    if (candidate < 0 || at - candidate > offsetMax || !sameFour(source, candidate, at)) {
      at += 1 + (misses++ >>> 5);
      continue;
    }
    misses = 0;
    let matchEnd = at + 4;
    while (matchEnd < end && source[matchEnd] === source[matchEnd - at + candidate]) matchEnd++;
    to = writeLiterals(source, anchor, at, target, to);
    to = writeCopies(target, to, at - candidate, matchEnd - at);
    anchor = at = matchEnd;
  }
  return target.subarray(0, writeLiterals(source, anchor, end, target, to));
}

function writeLength(target: Uint8Array, length: number): number {
  let to = 0;
  let rest = length;
  for (; rest > 0x7f; rest >>>= 7) target[to++] = (rest & 0x7f) | 0x80;
  target[to++] = rest;
  return to;
}

function writeLiterals(
  source: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  from: number,
): number {
  let to = from;
  for (let at = start; at < end; at += literalMax) {
    const length = Math.min(literalMax, end - at);
    if (length <= 60) target[to++] = (length - 1) << 2;
    else if (length <= 0x100) {
      target[to++] = 60 << 2;
      target[to++] = length - 1;
    } else {
      target[to++] = 61 << 2;
      target[to++] = (length - 1) & 0xff;
      target[to++] = (length - 1) >>> 8;
    }
    target.set(source.subarray(at, at + length), to);
    to += length;
  }
  return to;
}

function writeCopies(target: Uint8Array, from: number, offset: number, length: number): number {
  let to = from;
  for (let rest = length; rest > 0; ) {
    const part = Math.min(rest, 64);
    target[to++] = ((part - 1) << 2) | 2;
    target[to++] = offset & 0xff;
    target[to++] = offset >>> 8;
    rest -= part;
  }
  return to;
}
