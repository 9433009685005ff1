const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const zero = 0x30;

/** Where the text at `pos`, which is not a JSON number, stops being the beginning of one. */
export function numberFaultAt(bytes: Uint8Array, pos: number, end: number): number {
  let p = pos;
  if (p < end && bytes[p] === minus) p++;
  if (p >= end || !isDigit(bytes[p])) return p;
  if (bytes[p] === zero) p++;
  else p = digitsEnd(bytes, p, end);
  if (p < end && bytes[p] === point) {
    p++;
    if (p >= end || !isDigit(bytes[p])) return p;
    p = digitsEnd(bytes, p, end);
  }
  if (p < end && (bytes[p] | 0x20) === 0x65 /* e, E */) {
    p++;
    if (p < end && (bytes[p] === plus || bytes[p] === minus)) p++;
    if (p >= end || !isDigit(bytes[p])) return p;
    p = digitsEnd(bytes, p, end);
  }
  return p;
}

function digitsEnd(bytes: Uint8Array, pos: number, end: number): number {
  let p = pos;
  while (p < end && isDigit(bytes[p])) p++;
  return p;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}
