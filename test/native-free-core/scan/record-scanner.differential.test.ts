import { expect, test } from 'vitest';
import { reasonNames } from '../../../native-free-core/reasons.js';
import { blank, RecordScanner, type RecordShape } from '../../../native-free-core/scan/record-scanner.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';
import { RandomRecords } from './random-records.js';
import { type Expected, referenceScan } from './reference-scan.js';

const shape: RecordShape = { entity: 'userId', timestampField: 'timestamp', columns: ['amount', 'price'] };
const long = process.env.MILLRACE_LONG === '1';
const mutations = long ? 1_000_000 : 50_000;
const linesPerInput = 400;
const slackBytes = 64;

interface Tally {
  lines: number;
  fitted: number;
  readonly reasons: Map<string, number>;
}

function found(scanner: RecordScanner, bytes: Uint8Array): Expected {
  if (scanner.reason === blank) return { reason: 'blank' };
  if (scanner.reason !== 0) return { reason: reasonNames[scanner.reason] };
  const key = Buffer.from(bytes.slice(scanner.keyStart, scanner.keyEnd)).toString('utf8');
  return { reason: 'accepted', key, escaped: scanner.keyEscaped, values: [...scanner.values] };
}

function same(a: Expected, b: Expected): boolean {
  if (a.reason !== b.reason || a.key !== b.key || a.escaped !== b.escaped) return false;
  const left = a.values ?? [];
  const right = b.values ?? [];
  return left.length === right.length && left.every((value, i) => Object.is(value, right[i]));
}

/** A few ordinary shapes, so that templates fit, among records of any shape; half or more of the lines mutated. */
function randomInput(random: SeededRandom): { input: Uint8Array; mutated: number } {
  const records = new RandomRecords(random);
  const shapes = [records.ordinaryShape(), records.ordinaryShape(), records.ordinaryShape()];
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let mutated = 0;
  for (let i = 0; i < linesPerInput; i++) {
    let line = encoder.encode(records.chance(4) ? records.record() : records.pick(shapes)());
    while (line.length > 0 && records.chance(2)) {
      line = records.mutate(line) as typeof line;
      mutated++;
    }
    parts.push(line, encoder.encode(records.chance(8) ? '\r\n' : '\n'));
  }
  if (records.chance(2)) parts.pop();
  return { input: Buffer.concat(parts), mutated };
}

/** Scans the whole input with one scanner, and some of its lines with a fresh one, which has no templates. */
function compare(input: Uint8Array, random: SeededRandom, tally: Tally): void {
  const end = input.length;
  const bytes = new Uint8Array(new SharedArrayBuffer(2 * end + slackBytes + 16));
  bytes.set(input);
  for (let i = end; i < bytes.length; i++) bytes[i] = '{}",0123456789e.\\\n'.charCodeAt(random.int(18));
  const scratch = end + slackBytes;
  const scanner = new RecordScanner(shape, bytes);
  for (let pos = 0; pos < end; ) {
    const lineFeed = input.indexOf(0x0a, pos);
    const lineEnd = lineFeed < 0 ? end : lineFeed;
    const expectedNext = lineFeed < 0 ? end : lineFeed + 1;
    const line = input.subarray(pos, lineEnd);
    const expected = referenceScan(line, shape);
    if (scanner.templates.match(pos, end) >= 0) tally.fitted++;
    for (const which of random.int(8) === 0 ? [scanner, new RecordScanner(shape, bytes)] : [scanner]) {
      const next = which.scan(pos, end, scratch);
      const actual = found(which, bytes);
      if (next !== expectedNext || which.lineEnd !== lineEnd || !same(actual, expected)) {
        const how = which === scanner ? 'with templates' : 'fresh';
        expect.fail(
          `${how}, line ${JSON.stringify(Buffer.from(line).toString('latin1'))} (as Latin-1): expected ` +
            `${JSON.stringify({ ...expected, next: expectedNext })}, found ${JSON.stringify({ ...actual, next })}`,
        );
      }
    }
    tally.lines++;
    tally.reasons.set(expected.reason, (tally.reasons.get(expected.reason) ?? 0) + 1);
    pos = expectedNext;
  }
}

test(`scanner agrees with JSON.parse and TextDecoder on ${mutations} mutations`, { timeout: 900_000 }, () => {
  const seed = seedOfRun();
  const tally: Tally = { lines: 0, fitted: 0, reasons: new Map() };
  for (let done = 0, part = 0; done < mutations; part++) {
    const random = seededRandom(seed + part);
    const { input, mutated } = randomInput(random);
    try {
      compare(input, random, tally);
    } catch (error) {
      throw new Error(`seed ${seed + part}: ${(error as Error).message}`, { cause: error });
    }
    done += mutated;
  }
  // The comparison must have been about something: templates that fit, and every reason that random bytes can cause.
  expect(tally.fitted / tally.lines).toBeGreaterThan(0.2);
  const met = reasonNames.filter(name => tally.reasons.has(name));
  expect(met).toEqual(
    reasonNames.slice(0, 12).filter(name => name !== 'too_deep' && name !== 'line_too_long'),
  );
  expect(tally.reasons.get('accepted') ?? 0).toBeGreaterThan(tally.lines / 5);
});
