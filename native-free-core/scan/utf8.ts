/**
 * Length of the UTF-8 sequence that begins at `pos` with a byte >= 0x80: 2, 3 or 4; 0 if it is not well-formed
 * (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut off by `end`).
 */
export function utf8Length(bytes: Uint8Array, pos: number, end: number): number {
  const lead = bytes[pos];
  if (lead < 0xc2 || lead > 0xf4 || pos + 1 >= end) return 0;
  const second = bytes[pos + 1];
  if (lead < 0xe0) return (second & 0xc0) === 0x80 ? 2 : 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const greatest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > greatest) return 0;
  if (pos + 2 >= end || (bytes[pos + 2] & 0xc0) !== 0x80) return 0;
  if (lead < 0xf0) return 3;
  return pos + 3 < end && (bytes[pos + 3] & 0xc0) === 0x80 ? 4 : 0;
}

/** Position of the first sequence in [pos, end) that is not well-formed UTF-8; -1 if there is none. */
export function invalidUtf8At(bytes: Uint8Array, pos: number, end: number): number {
  let p = pos;
  while (p < end) {
    if (bytes[p] < 0x80) {
      p++;
      continue;
    }
    const length = utf8Length(bytes, p, end);
    if (length === 0) return p;
    p += length;
  }
  return -1;
}
