import { expect } from 'vitest';
import { type ReasonName, reasonNames } from '../../../native-free-core/reasons.js';
import { blank, RecordScanner, type RecordShape } from '../../../native-free-core/scan/record-scanner.js';

export const shape: RecordShape = { entity: 'userId', timestampField: 'timestamp', columns: ['amount'] };
export const slackBytes = 64;

export interface Scanned {
  readonly reason: ReasonName | 'blank';
  readonly key?: string;
  readonly escaped?: number;
  readonly values?: readonly number[];
}

export type Input = string | readonly number[];

export function bytesOf(input: Input): Uint8Array {
  return typeof input === 'string' ? new TextEncoder().encode(input) : Uint8Array.from(input);
}

/** Scans every line of the input with one scanner, with a hostile continuation behind the end. */
export function scanLines(input: Input, of: RecordShape = shape): Scanned[] {
  const text = bytesOf(input);
  const begin = 5;
  const end = begin + text.length;
  const bytes = new Uint8Array(new SharedArrayBuffer(end + slackBytes + text.length + 8));
  bytes.fill(0x39);
  bytes.set(text, begin);
  const scratch = end + slackBytes;
  const scanner = new RecordScanner(of, bytes);
  const found: Scanned[] = [];
  for (let pos = begin; pos < end; ) {
    const next = scanner.scan(pos, end, scratch);
    expect(next).toBeGreaterThan(pos);
    expect(scanner.lineEnd).toBe(bytes[next - 1] === 0x0a && next <= end ? next - 1 : end);
    found.push(answerOf(scanner, bytes));
    pos = next;
  }
  return found;
}

export function answerOf(scanner: RecordScanner, bytes: Uint8Array): Scanned {
  if (scanner.reason === blank) return { reason: 'blank' };
  if (scanner.reason !== 0) return { reason: reasonNames[scanner.reason] };
  const key = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
    bytes.slice(scanner.keyStart, scanner.keyEnd),
  );
  return { reason: 'accepted', key, escaped: scanner.keyEscaped, values: [...scanner.values] };
}

/** The one line alone; and again behind a line that teaches a template of the ordinary shape. */
export function scanOne(input: Input, of: RecordShape = shape): Scanned {
  const alone = scanLines(input, of);
  expect(alone).toHaveLength(1);
  const ordinary = bytesOf('{"userId":"a","timestamp":1,"amount":2}\n');
  expect(scanLines([...ordinary, ...bytesOf(input)], of)[1]).toEqual(alone[0]);
  return alone[0];
}

export const accepted = (key: string, values: number[], escaped = 0): Scanned => ({
  reason: 'accepted',
  key,
  escaped,
  values,
});

/** A record whose entity, time and column are the given JSON texts. */
export const record = (user = '"a"', time = '1', amount = '2'): string =>
  `{"userId":${user},"timestamp":${time},"amount":${amount}}`;
export const withByte = (byte: number[], text: string): number[] =>
  text.split('').flatMap(c => (c === '@' ? byte : [c.charCodeAt(0)]));
