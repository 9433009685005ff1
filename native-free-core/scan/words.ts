/**
 * Four bytes at a time: predicates over the bytes of a little-endian 32-bit word (SIMD within a register). Each
 * answers with marks: the high bit of every byte for which it holds. They are exact up to the first mark; a carry
 * may set wrong ones behind it. Words are read unaligned through a `DataView` over the same memory as the bytes, up
 * to 3 bytes past what is meant: the memory needs slack after its content, and a mark out there means nothing.
 */

/** A `DataView` of the same memory as `bytes`: the same positions, for unaligned words. */
export function wordsOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Index (0 to 3) of the first marked byte; `marks` must not be 0. */
export function firstMarked(marks: number): number {
  return (24 - Math.clz32(marks & -marks)) >> 3;
}

/** Marks the bytes that end a plain run inside a JSON string: quote, backslash, control characters, non-ASCII. */
export function endsPlainText(word: number): number {
  // XOR 2 brings the quote down to the space, and the space above it: one comparison finds quotes and controls.
  const quoteOrControl = (word ^ 0x02020202) - 0x21212121;
  const backslash = (word ^ 0x5c5c5c5c) - 0x01010101;
  return (quoteOrControl | backslash | word) & ~0x7f7f7f7f;
}

/** Position of the first byte equal to those of `repeated` (one byte, four times) in [pos, end); `end` if none. */
export function findByte(words: DataView, pos: number, end: number, repeated: number): number {
  for (let p = pos; p < end; p += 4) {
    const word = words.getInt32(p, true) ^ repeated;
    const marks = (word - 0x01010101) & ~word & ~0x7f7f7f7f;
    if (marks !== 0) {
      const at = p + firstMarked(marks);
      return at < end ? at : end;
    }
  }
  return end;
}
