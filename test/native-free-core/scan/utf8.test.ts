import { expect, test } from 'vitest';
import { invalidUtf8At, utf8Length } from '../../../native-free-core/scan/utf8.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** None of the sequences below is that of the replacement character itself. */
function isWellFormed(bytes: Uint8Array): boolean {
  return !decoder.decode(bytes).includes('\ufffd');
}

/** Continuations around every border of Unicode's table 3-7. */
const borders = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

test('sequences of every lead byte and every border are told apart as TextDecoder does', () => {
  const wrong: string[] = [];
  const compare = (...sequence: number[]): void => {
    const bytes = Uint8Array.from(sequence);
    const length = utf8Length(bytes, 0, bytes.length);
    const expected = isWellFormed(bytes) ? sequence.length : 0;
    // A shorter sequence with something behind it is well-formed as far as it goes.
    if (
      length !== expected &&
      !(length > 0 && length < sequence.length && isWellFormed(bytes.subarray(0, length)))
    ) {
      wrong.push(`${sequence.map(c => c.toString(16))}: ${length}`);
    }
  };
  for (let lead = 0x80; lead <= 0xff; lead++) {
    compare(lead);
    for (let second = 0; second <= 0xff; second++) compare(lead, second);
    if (lead < 0xe0) continue;
    for (let second = 0x70; second <= 0xcf; second++) {
      for (const third of borders) {
        compare(lead, second, third);
        if (lead >= 0xf0) for (const fourth of borders) compare(lead, second, third, fourth);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('bytes behind the end do not complete a sequence', () => {
  const bytes = new TextEncoder().encode('🦊');
  expect([1, 2, 3, 4].map(end => utf8Length(bytes, 0, end))).toEqual([0, 0, 0, 4]);
});

test('the first fault of a range', () => {
  const bytes = Uint8Array.from([0x61, 0xc3, 0xa9, 0xff, 0x61, 0xe2, 0x82]);
  expect(invalidUtf8At(bytes, 0, 3)).toBe(-1);
  expect(invalidUtf8At(bytes, 0, 7)).toBe(3);
  expect(invalidUtf8At(bytes, 4, 7)).toBe(5);
  expect(invalidUtf8At(bytes, 2, 3)).toBe(2);
});
