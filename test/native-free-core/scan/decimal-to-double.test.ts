import { describe, expect, it } from 'vitest';
import { parseNumber, slowPathCount } from '../../../native-free-core/scan/decimal-to-double.js';
import { powersOfFive } from '../../../native-free-core/scan/powers-of-five.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';

const seed = seedOfRun();
const rounds = process.env.MILLRACE_LONG === '1' ? 4_000_000 : 200_000;

const buffer = new Uint8Array(1 << 14);
const out = new Float64Array(1);
const cell = new Float64Array(1);
const words = new Uint32Array(cell.buffer);

/** Parses with a byte more on both sides, a digit after the end among them, to see borders overstepped. */
function parse(text: string): number {
  buffer[0] = 0x37;
  for (let i = 0; i < text.length; i++) buffer[i + 1] = text.charCodeAt(i);
  buffer[text.length + 1] = 0x37;
  const end = parseNumber(buffer, 1, text.length + 1, out, 0);
  return end < 0 ? end : end - 1;
}

/** Not `expect`: it would take most of the time of a case. */
function same(text: string): void {
  const end = parse(text);
  const expected = Number(text) === 0 ? 0 : Number(text);
  if (end === text.length && Object.is(out[0], expected)) return;
  throw new Error(`MILLRACE_SEED=${seed}: ${text} gave ${out[0]} up to ${end}, but is ${expected}`);
}

function finite(random: SeededRandom): number {
  do {
    words[0] = random.uint32();
    words[1] = random.uint32();
  } while (!Number.isFinite(cell[0]));
  return cell[0];
}

function digits(random: SeededRandom, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += random.int(10);
  return text;
}

/** digits[.digits]e<exponent>, with `count` digits, written in one of the ways JSON allows. */
function decimal(random: SeededRandom, count: number, exponent: number): string {
  const all = (1 + random.int(9)).toString() + digits(random, count - 1);
  const dot = random.int(count) + 1;
  const shown = dot === count ? all : `${all.slice(0, dot)}.${all.slice(dot)}`;
  const sign = random.int(4) === 0 ? '-' : '';
  if (random.int(4) === 0 && exponent <= 0 && exponent > -30)
    return `${sign}0.${'0'.repeat(-exponent)}${all}`;
  return `${sign}${shown}${random.int(2) === 0 ? 'e' : 'E'}${exponent < 0 || random.int(2) ? '' : '+'}${exponent}`;
}

/** The decimal exactly between a positive double and the next, as an integer and a power of ten. */
function halfway(x: number): { integer: bigint; exponent: number } {
  cell[0] = x;
  const field = words[1] >>> 20;
  const fraction = (BigInt(words[1] & 0xf_ffff) << 32n) | BigInt(words[0]);
  const significand = field === 0 ? fraction : fraction | (1n << 52n);
  const binary = (field === 0 ? -1074 : field - 1075) - 1;
  const odd = 2n * significand + 1n;
  if (binary >= 0) return { integer: odd << BigInt(binary), exponent: 0 };
  return { integer: odd * 5n ** BigInt(-binary), exponent: binary };
}

describe('parseNumber against Number(text)', () => {
  it('random bit patterns, as printed and with 17 digits', () => {
    const random = seededRandom(seed);
    slowPathCount[0] = 0;
    for (let i = 0; i < rounds; i++) {
      const x = finite(random);
      same(String(x));
      if (i % 4 === 0) same(x.toExponential(16));
    }
    expect(slowPathCount[0]).toBe(0);
  });

  it('random decimals of 1 to 19 digits over all exponents, never by the slow path', () => {
    const random = seededRandom(seed + 1);
    slowPathCount[0] = 0;
    for (let i = 0; i < rounds; i++) same(decimal(random, 1 + random.int(19), random.int(700) - 370));
    for (let i = 0; i < rounds / 4; i++) same(decimal(random, 1 + random.int(19), random.int(50) - 25));
    expect(slowPathCount[0]).toBe(0);
  });

  it('random decimals of 20 to 45 digits, seldom by the slow path', () => {
    const random = seededRandom(seed + 2);
    slowPathCount[0] = 0;
    for (let i = 0; i < rounds / 2; i++) same(decimal(random, 20 + random.int(26), random.int(700) - 370));
    expect(slowPathCount[0]).toBeLessThan(rounds / 200);
  });

  it('integers around 2^53 and 2^64, and money', () => {
    const random = seededRandom(seed + 3);
    for (let i = 0; i < rounds / 4; i++) {
      same(((1n << 53n) + BigInt(random.int(4000) - 2000)).toString());
      same(((1n << 64n) + BigInt(random.int(40_000) - 20_000)).toString());
      same(`${random.int(1e6)}.${digits(random, 1 + random.int(2))}`);
      same(`0.${'0'.repeat(random.int(30))}${digits(random, 1 + random.int(19))}`);
    }
  });

  it('halfway cases, and a unit to either side in a far digit', () => {
    const random = seededRandom(seed + 4);
    for (let i = 0; i < rounds / 100; i++) {
      const x = i % 3 === 0 ? Math.abs(finite(random)) : random.next() * 2 ** (random.int(160) - 80);
      const { integer, exponent } = halfway(i % 50 === 0 ? random.uint32() * Number.MIN_VALUE : x);
      const far = 1 + random.int(60);
      same(`${integer}e${exponent}`);
      same(`${integer}.${'0'.repeat(far)}1e${exponent}`);
      same(`${integer * 10n ** BigInt(far) - 1n}e${exponent - far}`);
    }
  });

  it('halfway cases that fit 19 digits, never by the slow path', () => {
    const random = seededRandom(seed + 5);
    slowPathCount[0] = 0;
    for (let i = 0; i < rounds / 4; i++) {
      // (2 m + 1) x 2^k with 54 bits, and with 5^-k for a negative exponent.
      const odd = (1n << 53n) | (BigInt(random.uint32()) << 20n) | BigInt(random.int(1 << 20)) | 1n;
      same((odd << BigInt(random.int(9))).toString());
      const five = BigInt(random.int(4) + 1);
      same(`${odd * 5n ** five}e-${five}`);
      const ten = BigInt(random.int(24));
      const upper = ((1n << 53n) / 5n ** ten) | 1n;
      same(`${upper}e${ten}`);
    }
    expect(slowPathCount[0]).toBe(0);
  });

  it('powers of two and ten, their neighbours, and denormals', () => {
    const random = seededRandom(seed + 6);
    for (let exponent = -1074; exponent < 1024; exponent++) {
      cell[0] = 2 ** exponent;
      same(String(cell[0]));
      same(cell[0].toPrecision(25));
      words[0]++;
      same(String(cell[0]));
      words[0] -= 2;
      same(String(cell[0]));
    }
    for (let exponent = -400; exponent <= 400; exponent++) same(`1e${exponent}`);
    for (let i = 0; i < rounds / 4; i++) {
      words[0] = random.uint32();
      words[1] = random.int(1 << random.int(21));
      same(String(cell[0]));
      same(cell[0].toExponential(18));
    }
  });
});

describe('parseNumber, known cases', () => {
  it.each([
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.7976931348623159e308',
    '179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207096330286416692887910946555547851940402630657488671505820681908902000708383676273854845817711531764475730270069855571366959622842914819860834936475292719074168444365510704342711559699508093042880',
    '4.9406564584124654e-324',
    '2.4703282292062327e-324',
    '2.4703282292062328e-324',
    '2.47032822920623272088284396434110686182e-324',
    '2.2250738585072011e-308',
    '2.2250738585072012e-308',
    '2.2250738585072014e-308',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '9007199254740993.0',
    '9007199254740993.00000000000000000000000000000000000001',
    '9007199254740994',
    '9007199254740995',
    '18446744073709551615',
    '18446744073709551616',
    '9999999999999999999',
    '99999999999999999999',
    '0.1',
    '0.30000000000000004',
    '313.37000000000006',
    '8.988465674311579e307',
    '6.631236846766476e-316',
    '3.2378839133029012895883524125015321748630094e-319',
    '1.0020284025808569e-134',
    '0.000000000000000000000000000000000000000000000000000000000000000000000000000001e78',
    '7.2057594037927933e16',
    '7.2057594037927933e+16',
    '6929495644600919.5',
    '3.7455744005952583e15',
    '1090544144181609348671888949248',
    '10652788942113978e-27',
    '123456789012345678901234567890e-400',
    '0e999999999999999999999',
    '1e999999999999999999999',
    '-1e999999999999999999999',
    '1e-999999999999999999999',
    '-1e-999999999999999999999',
    '1e0000000000000000000000005',
    '-0',
    '-0.0e-5',
    '0',
  ])('%s', text => same(text));

  it('thousands of digits', () => {
    same(`0.${'0'.repeat(5000)}1e5001`);
    same(`1${'0'.repeat(5000)}e-5000`);
    same(`9007199254740993.${'0'.repeat(5000)}1`);
    same(`9007199254740993.${'0'.repeat(5000)}`);
    same('1234567890'.repeat(1000));
  });
});

describe('parseNumber, borders and malformed input', () => {
  it.each([
    ['', -1],
    ['-', -1],
    ['+1', -1],
    ['.5', -1],
    ['-.5', -1],
    ['1.', -1],
    ['1.e5', -1],
    ['1e', -1],
    ['1E+', -1],
    ['1e-', -1],
    ['1e+-5', -1],
    ['--1', -1],
    ['x', -1],
    ['NaN', -1],
    ['Infinity', -1],
    ['/', -1],
    [':', -1],
    ['1./', -1],
    ['1e:', -1],
    ['01', 1],
    ['-01', 2],
    ['00', 1],
    ['0x10', 1],
    ['1x', 1],
    ['1,2', 1],
    ['1.5.5', 3],
    ['1e5e5', 3],
    ['1e5.5', 3],
    ['1-1', 1],
    ['12 ', 2],
    ['1_000', 1],
  ])('%j ends at %i', (text, end) => {
    out[0] = 42;
    expect(parse(text)).toBe(end);
    if (end < 0) expect(out[0]).toBe(42);
    else expect(out[0]).toBe(0 + Number(/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/.exec(text)?.[0]));
  });

  it('the powers of five may be rounded up in their last limb alone', () => {
    // `shortestDecimal` adds one to the last limb and would lose a carry.
    expect(powersOfFive.every((limb, i) => i % 4 !== 3 || limb !== 0xffff_ffff)).toBe(true);
  });
});
