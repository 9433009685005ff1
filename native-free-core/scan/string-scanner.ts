import { utf8Length } from './utf8.js';
import { endsPlainText, firstMarked } from './words.js';

const quote = 0x22;
const backslash = 0x5c;

/** Result of `unescapeText`: a `\u` escape of half a surrogate pair. */
export const unpaired = -1;
/** Result of `unescapeText`: more bytes than there is room. */
export const noRoom = -2;

/**
 * Scans the rest of a JSON string from `pos` (behind its opening quote, or anywhere between two characters).
 * Returns the position of the closing quote, or `~at` where `at` is the first byte that cannot stand there.
 */
export function scanString(bytes: Uint8Array, words: DataView, pos: number, end: number): number {
  let p = pos;
  while (p < end) {
    const marks = endsPlainText(words.getInt32(p, true));
    if (marks === 0) {
      p += 4;
      continue;
    }
    p += firstMarked(marks);
    if (p >= end) break;
    const c = bytes[p];
    if (c === quote) return p;
    if (c === backslash) {
      p = escapeEnd(bytes, p, end);
      if (p < 0) return p;
    } else {
      const length = c < 0x80 ? 0 : utf8Length(bytes, p, end);
      if (length === 0) return ~p;
      p += length;
    }
  }
  return ~end;
}

/** Returns the position after the escape that begins at `pos`, or `~at` of the first byte that cannot stand there. */
function escapeEnd(bytes: Uint8Array, pos: number, end: number): number {
  const at = pos + 1;
  if (at >= end) return ~end;
  const c = bytes[at];
  if (c === 0x75 /* u */) {
    for (let p = at + 1; p < at + 5; p++) {
      if (p >= end) return ~end;
      if (hexValue(bytes[p]) < 0) return ~p;
    }
    return at + 5;
  }
  return simpleEscape(c) < 0 ? ~at : at + 1;
}

/** The character that a one-letter escape stands for; -1 if it is none. */
function simpleEscape(letter: number): number {
  switch (letter) {
    case 0x22 /* " */:
    case 0x5c /* \ */:
    case 0x2f /* / */:
      return letter;
    case 0x62 /* b */:
      return 0x08;
    case 0x66 /* f */:
      return 0x0c;
    case 0x6e /* n */:
      return 0x0a;
    case 0x72 /* r */:
      return 0x0d;
    case 0x74 /* t */:
      return 0x09;
    default:
      return -1;
  }
}

function hexValue(c: number): number {
  if (c >= 0x30 && c <= 0x39) return c - 0x30;
  const letter = c | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function hex4(bytes: Uint8Array, pos: number): number {
  return (
    (hexValue(bytes[pos]) << 12) |
    (hexValue(bytes[pos + 1]) << 8) |
    (hexValue(bytes[pos + 2]) << 4) |
    hexValue(bytes[pos + 3])
  );
}

/**
 * Writes the text of [pos, end), which `scanString` has accepted, to `out` from `at` on, without its escapes, as
 * UTF-8. Never more bytes than the escaped form has. Returns the position after the last byte written, `unpaired`,
 * or `noRoom` if it would pass `limit`.
 */
export function unescapeText(
  bytes: Uint8Array,
  pos: number,
  end: number,
  out: Uint8Array,
  at: number,
  limit: number,
): number {
  let p = pos;
  let to = at;
  while (p < end) {
    if (to >= limit) return noRoom;
    const c = bytes[p];
    if (c !== backslash) {
      out[to++] = c;
      p++;
    } else if (bytes[p + 1] !== 0x75 /* u */) {
      out[to++] = simpleEscape(bytes[p + 1]);
      p += 2;
    } else {
      let codePoint = hex4(bytes, p + 2);
      p += 6;
      if ((codePoint & 0xf800) === 0xd800) {
        if (codePoint >= 0xdc00 || p + 6 > end || bytes[p] !== backslash || bytes[p + 1] !== 0x75)
          return unpaired;
        const low = hex4(bytes, p + 2);
        if ((low & 0xfc00) !== 0xdc00) return unpaired;
        codePoint = 0x10000 + ((codePoint & 0x3ff) << 10) + (low & 0x3ff);
        p += 6;
      }
      to = putCodePoint(out, to, limit, codePoint);
      if (to < 0) return to;
    }
  }
  return to;
}

function putCodePoint(out: Uint8Array, at: number, limit: number, codePoint: number): number {
  let to = at;
  const length = codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  if (to + length > limit) return noRoom;
  if (length === 1) {
    out[to++] = codePoint;
    return to;
  }
  // 0xc0, 0xe0 or 0xf0 with the topmost bits, then six bits a byte.
  let shift = 6 * (length - 1);
  out[to++] = ((0xf00 >> length) & 0xff) | (codePoint >> shift);
  while (shift > 0) {
    shift -= 6;
    out[to++] = 0x80 | ((codePoint >> shift) & 0x3f);
  }
  return to;
}
