const zero = 0x30;

/** '00' to '99', two bytes each. */
const digitPairs = Uint8Array.from({ length: 200 }, (_, i) =>
  i % 2 === 0 ? zero + Math.floor(i / 20) : zero + (Math.floor(i / 2) % 10),
);

/** Decimal digits of an int32 >= 0; 1 for 0. */
function digitCount(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 10_000) return value < 1000 ? 3 : 4;
    return 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  if (value < 1_000_000_000) return value < 100_000_000 ? 8 : 9;
  return 10;
}

/** Writes an int32 >= 0 in decimal at `bytes[pos]`; returns the position after it. */
export function writeInteger(bytes: Uint8Array, pos: number, value: number): number {
  const next = pos + digitCount(value);
  let rest = value;
  let p = next;
  while (rest >= 100) {
    const quotient = (rest / 100) | 0;
    const pair = (rest - quotient * 100) << 1;
    bytes[--p] = digitPairs[pair + 1];
    bytes[--p] = digitPairs[pair];
    rest = quotient;
  }
  if (rest >= 10) {
    bytes[--p] = digitPairs[(rest << 1) + 1];
    bytes[--p] = digitPairs[rest << 1];
  } else bytes[--p] = zero + rest;
  return next;
}

/** Writes two digits, with leading zeros: 0 <= value < 100. */
export function writeDigits2(bytes: Uint8Array, pos: number, value: number): number {
  bytes[pos] = digitPairs[value << 1];
  bytes[pos + 1] = digitPairs[(value << 1) + 1];
  return pos + 2;
}

/** Writes six digits, with leading zeros: 0 <= value < 10^6. */
export function writeDigits6(bytes: Uint8Array, pos: number, value: number): number {
  const upper = (value / 10_000) | 0;
  return writeDigits4(bytes, writeDigits2(bytes, pos, upper), value - upper * 10_000);
}

/** Writes head x 10^8 + tail in decimal: int32, head >= 0 and 0 <= tail < 10^8. */
export function writeHeadAndTail(bytes: Uint8Array, pos: number, head: number, tail: number): number {
  if (head === 0) return writeInteger(bytes, pos, tail);
  const upper = (tail / 10_000) | 0;
  const p = writeDigits4(bytes, writeInteger(bytes, pos, head), upper);
  return writeDigits4(bytes, p, tail - upper * 10_000);
}

function writeDigits4(bytes: Uint8Array, pos: number, value: number): number {
  const upper = (value / 100) | 0;
  return writeDigits2(bytes, writeDigits2(bytes, pos, upper), value - upper * 100);
}
