const quote = 0x22;
const backslash = 0x5c;
const lowerU = 0x75;
const hexDigits = Uint8Array.from('0123456789abcdef', c => c.charCodeAt(0));
/** Second byte of the two-byte escape of a control character, or 0: it takes the six-byte form. */
const shortEscape = new Uint8Array(32);
for (const [code, letter] of [
  [8, 'b'],
  [9, 't'],
  [10, 'n'],
  [12, 'f'],
  [13, 'r'],
] as const) {
  shortEscape[code] = letter.charCodeAt(0);
}

/**
 * Writes UTF-8 bytes [from, to) of `source` as the inside of a JSON string, escaping only what must be: so it is
 * never longer than any JSON text that it was read from.
 * @returns the position after it
 */
export function writeEscaped(
  source: Uint8Array,
  from: number,
  to: number,
  bytes: Uint8Array,
  at: number,
): number {
  let p = at;
  for (let i = from; i < to; i++) {
    const byte = source[i];
    if (byte >= 0x20 && byte !== quote && byte !== backslash) {
      bytes[p++] = byte;
      continue;
    }
    bytes[p++] = backslash;
    if (byte >= 0x20) bytes[p++] = byte;
    else if (shortEscape[byte] !== 0) bytes[p++] = shortEscape[byte];
    else {
      bytes[p++] = lowerU;
      bytes[p++] = 0x30;
      bytes[p++] = 0x30;
      bytes[p++] = hexDigits[byte >> 4];
      bytes[p++] = hexDigits[byte & 15];
    }
  }
  return p;
}

/** Whether the bytes hold a control character that has no two-byte escape. */
export function hasLongEscape(source: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (source[i] < 0x20 && shortEscape[source[i]] === 0) return true;
  return false;
}

const base64Digits = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', c =>
  c.charCodeAt(0),
);
const padding = 0x3d;

/** Writes bytes [from, to) of `source` in base64 (RFC 4648, section 4). @returns the position after it */
export function writeBase64(
  source: Uint8Array,
  from: number,
  to: number,
  bytes: Uint8Array,
  at: number,
): number {
  let p = at;
  for (let i = from; i < to; i += 3) {
    const left = to - i;
    const bits = (source[i] << 16) | (left > 1 ? source[i + 1] << 8 : 0) | (left > 2 ? source[i + 2] : 0);
    bytes[p++] = base64Digits[bits >> 18];
    bytes[p++] = base64Digits[(bits >> 12) & 63];
    bytes[p++] = left > 1 ? base64Digits[(bits >> 6) & 63] : padding;
    bytes[p++] = left > 2 ? base64Digits[bits & 63] : padding;
  }
  return p;
}
