import { describe, expect, it } from 'vitest';
import { doubleBytesMax, writeDouble } from '../../../native-free-core/encode/double-to-decimal.js';
import { seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
const rounds = process.env.MILLRACE_LONG === '1' ? 4_000_000 : 200_000;

const margin = 3;
const buffer = new Uint8Array(margin + doubleBytesMax + margin);
const cell = new Float64Array(2);
const words = new Uint32Array(cell.buffer);
const guard = 0xee;

/** What `writeDouble` writes for x; it must leave everything but its 25 bytes alone. */
function print(x: number): string {
  buffer.fill(guard);
  cell[1] = x;
  const end = writeDouble(buffer, margin, cell, 1);
  for (let i = 0; i < margin; i++) {
    if (buffer[i] !== guard || buffer[margin + doubleBytesMax + i] !== guard) return 'wrote beyond its bytes';
  }
  let text = '';
  for (let i = margin; i < end; i++) text += String.fromCharCode(buffer[i]);
  return text;
}

/** Not `expect`: it would take most of the time of a case. */
function same(x: number): void {
  const found = print(x);
  const expected = Number.isFinite(x) ? String(x) : 'null';
  if (found !== expected) throw new Error(`MILLRACE_SEED=${seed}: ${expected} was written ${found}`);
}

function neighbours(x: number): void {
  cell[0] = x;
  const low = words[0];
  const high = words[1];
  for (let step = -2; step <= 2; step++) {
    words[0] = low + step;
    words[1] = high + Math.floor((low + step) / 2 ** 32);
    same(cell[0]);
  }
}

describe('writeDouble against String(x)', () => {
  it('random bit patterns', () => {
    const random = seededRandom(seed);
    for (let i = 0; i < rounds; i++) {
      words[0] = random.uint32();
      words[1] = random.uint32();
      same(cell[0]);
    }
  });

  it('short decimals and their neighbours, sums of them', () => {
    const random = seededRandom(seed + 1);
    let sum = 0;
    for (let i = 0; i < rounds / 10; i++) {
      const amount = random.int(10 ** (1 + random.int(15))) / 10 ** random.int(16);
      neighbours(amount);
      sum += random.int(1e6) / 100;
      if (i % 7 === 0) sum -= random.int(4e6) / 100;
      same(sum);
      same(sum / (i + 1));
      same(-amount);
    }
  });

  it('parsed decimals of 1 to 17 digits over all exponents', () => {
    const random = seededRandom(seed + 2);
    for (let i = 0; i < rounds; i++) {
      same(Number(`${random.int(10 ** (1 + random.int(16)))}e${random.int(660) - 345}`));
    }
  });

  it('integers of every length', () => {
    const random = seededRandom(seed + 3);
    for (let i = 0; i < rounds; i++) same(Math.floor(random.next() * 2 ** random.int(75)));
    for (let exponent = 0; exponent <= 23; exponent++) {
      for (const factor of [1, 2, 5, 9.99999999999999]) neighbours(factor * 10 ** exponent);
    }
    // Quotients by 10^8 that round up to the next integer.
    for (let i = 0; i < rounds / 10; i++) {
      same((random.int(90_071_992) + 1) * 1e8 - 1);
      same((random.int(90_071_992) + 1) * 1e8);
      same((random.int(90_071) + 1) * 1e8 - 0.01);
    }
  });

  it('denormals', () => {
    const random = seededRandom(seed + 4);
    for (let i = 0; i < 3000; i++) same(i * Number.MIN_VALUE);
    for (let i = 0; i < rounds / 4; i++) {
      words[0] = random.uint32();
      words[1] = random.int(1 << random.int(21));
      same(cell[0]);
    }
  });

  it('powers of two and ten and their neighbours', () => {
    for (let exponent = -1073; exponent < 1024; exponent++) neighbours(2 ** exponent);
    for (let exponent = -323; exponent <= 308; exponent++) neighbours(Number(`1e${exponent}`));
  });
});

describe('writeDouble, known cases', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [-1, '-1'],
    [Number.NaN, 'null'],
    [Infinity, 'null'],
    [-Infinity, 'null'],
    [313.37, '313.37'],
    [313.37000000000006, '313.37000000000006'],
    [0.1, '0.1'],
    [1.5, '1.5'],
    [-2_147_483_648, '-2147483648'],
    [4_294_967_296, '4294967296'],
    [9_007_199_254_740_991, '9007199254740991'],
    [1e21, '1e+21'],
    [123456789012345680000, '123456789012345680000'],
    [1e-6, '0.000001'],
    [1e-7, '1e-7'],
    [1.25e-7, '1.25e-7'],
    [9.5367431640625e-7, '9.5367431640625e-7'],
    [5e-324, '5e-324'],
    [9.5e-322, '9.5e-322'],
    [2.2250738585072014e-308, '2.2250738585072014e-308'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    [2e-44, '2e-44'],
    [9.007199254740994e22, '9.007199254740994e+22'],
    [5.764607523034235e39, '5.764607523034235e+39'],
    [1.2345678901234567e-6, '0.0000012345678901234567'],
    [-1.2345678901234567e-6, '-0.0000012345678901234567'],
  ])('%d', (x, text) => {
    expect(print(x)).toBe(text);
    expect(text === 'null' || text.length <= doubleBytesMax).toBe(true);
  });

  it('the greatest length is reached, so the bound is tight', () => {
    expect(print(-0.0000012345678901234567)).toHaveLength(doubleBytesMax);
  });
});
