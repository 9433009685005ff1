import { expect, it } from 'vitest';
import { quickDecimal } from '../../../native-free-core/encode/quick-decimal.js';
import {
  decimalExponent,
  decimalHead,
  decimalTail,
  shortestDecimal,
} from '../../../native-free-core/encode/shortest-decimal.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
const rounds = process.env.MILLRACE_LONG === '1' ? 10_000_000 : 400_000;
const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

/** The decimal without the zeros at its end: both ways may leave a different number of them. */
function digitsOf(decimal: Int32Array): string {
  const digits = BigInt(decimal[decimalHead]) * 100_000_000n + BigInt(decimal[decimalTail]);
  const [, significant, zeros] = /^(\d*?)(0*)$/.exec(digits.toString()) as RegExpExecArray;
  return `${significant}e${decimal[decimalExponent] + zeros.length}`;
}

const kinds: Readonly<Record<string, (random: SeededRandom) => void>> = {
  'means of cents': random => {
    cell[0] = random.int(1e8) / 100 / (1 + random.int(300));
  },
  'cents with the last bits off': random => {
    cell[0] = random.int(1e8) / 100;
    words[0] += 1 + random.int(3);
  },
  'any bits from 2^-30 to 2^60': random => {
    words[0] = random.uint32();
    words[1] = ((1023 - 30 + random.int(90)) << 20) | random.int(1 << 20);
  },
  'few bits': random => {
    words[0] = random.int(4) << 30;
    words[1] = ((1023 - 30 + random.int(90)) << 20) | (random.int(64) << 14);
  },
};

it.each(Object.keys(kinds))('gives the digits of the general way, or none: %s', kind => {
  const random = seededRandom(seed);
  const quick = new Int32Array(3);
  const general = new Int32Array(3);
  let taken = 0;
  for (let i = 0; i < rounds; i++) {
    kinds[kind](random);
    if (cell[0] === 0 || quickDecimal(cell, 0, quick) === 0) continue;
    taken++;
    shortestDecimal(cell, 0, general);
    if (digitsOf(quick) !== digitsOf(general))
      throw new Error(`seed ${seed}: ${cell[0]}, ${digitsOf(quick)}`);
  }
  expect(taken / rounds).toBeGreaterThan(kind === 'few bits' ? 0.2 : 0.75);
});

it('leaves what it cannot be sure of', () => {
  const untouched = Int32Array.of(7, 7, 7);
  for (const x of [1, 2 ** 52, 2 ** -1074, 1e-300, 1e300, 5e-8, Number.MAX_VALUE]) {
    cell[0] = x;
    const decimal = Int32Array.from(untouched);
    expect(quickDecimal(cell, 0, decimal), String(x)).toBe(0);
    expect(decimal).toEqual(untouched);
  }
});
