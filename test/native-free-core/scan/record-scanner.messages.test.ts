import { expect, test } from 'vitest';
import { reasonNames } from '../../../native-free-core/reasons.js';
import { RecordScanner, type RecordShape } from '../../../native-free-core/scan/record-scanner.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../seeded-random.js';
import { RandomRecords } from './random-records.js';
import { referenceScan } from './reference-scan.js';

const shape: RecordShape = { entity: 'userId', timestampField: 'timestamp', columns: ['amount', 'price'] };
const messages = process.env.MILLRACE_LONG === '1' ? 200_000 : 10_000;
const slackBytes = 64;
const lineFeed = 0x0a;

/** A record, perhaps mutated, some of its white space made line breaks. */
function randomMessage(records: RandomRecords, random: SeededRandom, usual: () => string): Buffer {
  let bytes = new TextEncoder().encode(records.chance(4) ? records.record() : usual());
  while (bytes.length > 0 && records.chance(4)) bytes = records.mutate(bytes) as typeof bytes;
  const message = Buffer.from(bytes);
  for (let i = 0; i < message.length; i++) {
    if ((message[i] === 0x20 || message[i] === 0x09) && random.int(2) === 0) message[i] = lineFeed;
  }
  return records.chance(8) ? Buffer.concat([message, Buffer.from('\n')]) : message;
}

function expected(message: Buffer): string {
  const isBlank = message.every(c => c === 0x20 || c === 0x09 || c === 0x0d || c === lineFeed);
  return JSON.stringify(isBlank ? { reason: 'invalid_json' } : referenceScan(message, shape));
}

function found(scanner: RecordScanner, bytes: Uint8Array): string {
  if (scanner.reason !== 0) return JSON.stringify({ reason: reasonNames[scanner.reason] });
  const key = Buffer.from(bytes.slice(scanner.keyStart, scanner.keyEnd)).toString('utf8');
  return JSON.stringify({
    reason: 'accepted',
    key,
    escaped: scanner.keyEscaped,
    values: [...scanner.values],
  });
}

test(`${messages} messages without a break between them are read one by one`, { timeout: 300_000 }, () => {
  const seed = seedOfRun();
  const random = seededRandom(seed);
  const records = new RandomRecords(random);
  const usual = records.ordinaryShape();
  let acceptedCount = 0;
  for (let done = 0; done < messages; done += 100) {
    const batch = Array.from({ length: 100 }, () => randomMessage(records, random, usual));
    const input = Buffer.concat(batch);
    const bytes = new Uint8Array(new SharedArrayBuffer(2 * input.length + slackBytes + 16));
    bytes.set(input);
    const scanner = new RecordScanner(shape, bytes);
    let pos = 0;
    for (const message of batch) {
      const end = pos + message.length;
      scanner.scanMessage(pos, end, input.length + slackBytes);
      expect(found(scanner, bytes), `seed ${seed}: ${JSON.stringify(message.toString('latin1'))}`).toBe(
        expected(message),
      );
      expect(scanner.lineEnd).toBe(end);
      if (scanner.reason === 0) acceptedCount++;
      pos = end;
    }
    expect(Buffer.from(bytes.slice(0, input.length)).equals(input), `seed ${seed}`).toBe(true);
  }
  expect(acceptedCount).toBeGreaterThan(messages / 5);
});
