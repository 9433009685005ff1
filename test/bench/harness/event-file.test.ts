import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type EventShape, writeEvents } from '../../../bench/harness/event-file.js';

function bytesOf(shape: EventShape): Buffer {
  const parts: Buffer[] = [];
  writeEvents(shape, bytes => parts.push(Buffer.from(bytes)));
  return Buffer.concat(parts);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('writeEvents', () => {
  it('writes one event a line', () => {
    const text = bytesOf({ users: 3, skew: 'uniform', events: 3, perWindow: 8, seed: 42 }).toString();
    expect(text).toBe(
      '{"userId":"user-000001","amount":21.09,"timestamp":1732300033827}\n' +
        '{"userId":"user-000000","amount":41.24,"timestamp":1732300034797}\n' +
        '{"userId":"user-000002","amount":16.83,"timestamp":1732300045182}\n',
    );
  });

  // The hashes are those of the output of `gen` (Rust) with the same arguments.
  it('writes the bytes of the peers’ generator, uniform', () => {
    const bytes = bytesOf({ users: 100, skew: 'uniform', events: 2000, perWindow: 8, seed: 42 });
    expect(sha256(bytes)).toBe('5c946982547141ed5e6189eb1bbee68e3bbcbcb5a66c250d474f673d99fe7bb2');
  });

  it('writes the bytes of the peers’ generator, Zipf', () => {
    const bytes = bytesOf({ users: 1000, skew: 'zipf', events: 2000, perWindow: 8, seed: 7 });
    expect(sha256(bytes)).toBe('382bb46aac034996ee6d5539e07b083f3ee1daeeccbceeb9b2eb625c7bcc3290');
  });

  it('loses nothing where its buffer is flushed', () => {
    const lines = bytesOf({ users: 10, skew: 'uniform', events: 40_000, perWindow: 8, seed: 1 })
      .toString()
      .split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(40_000);
    const times = lines.map(line => (JSON.parse(line) as { timestamp: number }).timestamp);
    expect(times.every((time, i) => i === 0 || time >= times[i - 1])).toBe(true);
  });
});
