import { doubleBytesMax, writeDouble } from '../../native-free-core/encode/double-to-decimal.js';
import { parseNumber } from '../../native-free-core/scan/decimal-to-double.js';

/** One micro benchmark: `checked` throws if the answers are wrong; `run(n)` does the work n times. */
export interface NumberBenchmark {
  name: string;
  checked: () => void;
  run: (n: number) => void;
}

/** A power of two, so that a round picks its next value with a mask. */
const samples = 1024;

/** Parsing and printing of money (two decimals) and of sums of money with their rounding errors (17 digits). */
export function numberBenchmarks(): NumberBenchmark[] {
  const money = Float64Array.from({ length: samples }, (_, i) => ((i * 7919 + 31_337) % 1_000_000) / 100);
  const sums = Float64Array.from({ length: samples }, (_, i) => longSum(i));
  return [
    printing('print a short decimal', money),
    printing('print 17 digits', sums),
    parsing('parse a short decimal', money),
    parsing('parse 17 digits', sums),
  ];
}

/** The first double above 100 + i / 4 + 0.37 that needs 17 digits. */
function longSum(i: number): number {
  let sum = 100 + i / 4 + 0.37;
  // The step is the unit of the last place up to 512, where the sums end.
  while (String(sum).length < 18) sum += 2 ** -44;
  return sum;
}

function printing(name: string, values: Float64Array): NumberBenchmark {
  const bytes = new Uint8Array(doubleBytesMax);
  const checked = (): void => {
    for (let i = 0; i < samples; i++) {
      const end = writeDouble(bytes, 0, values, i);
      check(name, String.fromCharCode(...bytes.subarray(0, end)), String(values[i]));
    }
  };
  const run = (n: number): void => {
    for (let i = 0; i < n; i++) writeDouble(bytes, 0, values, i & (samples - 1));
  };
  return { name, checked, run };
}

function parsing(name: string, values: Float64Array): NumberBenchmark {
  const texts = Array.from(values, String);
  const bytes = Uint8Array.from(texts.join(','), character => character.charCodeAt(0));
  const out = new Float64Array(1);
  const checked = (): void => {
    let pos = 0;
    for (const text of texts) {
      const end = parseNumber(bytes, pos, bytes.length, out, 0);
      check(name, `${end - pos}: ${out[0]}`, `${text.length}: ${text}`);
      pos = end + 1;
    }
  };
  const run = (n: number): void => {
    let pos = 0;
    for (let i = 0; i < n; i++) {
      pos = parseNumber(bytes, pos, bytes.length, out, 0) + 1;
      if (pos >= bytes.length) pos = 0;
    }
  };
  return { name, checked, run };
}

function check(name: string, found: string, expected: string): void {
  if (found !== expected) throw new Error(`${name}: expected ${expected}, found ${found}`);
}
