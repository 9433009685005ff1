import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventGenerator, type GeneratorOptions } from '../../../src/source/generator.js';

const base: GeneratorOptions = {
  events: 2000,
  entities: 100,
  seed: 1,
  skew: { kind: 'uniform' },
  disorderMs: 0,
  ratePerSecond: 1000,
  startMs: 1_732_300_000_000,
};

interface Transaction {
  userId: string;
  amount: number;
  timestamp: number;
}

function bytesOf(
  options: GeneratorOptions,
  slice = 1 << 16,
  eventsAtOnce = Number.POSITIVE_INFINITY,
): Buffer {
  const generator = new EventGenerator(options);
  const parts: Buffer[] = [];
  const buffer = new Uint8Array(slice + 7);
  while (!generator.done) {
    const end = generator.fill(buffer, 7, 7 + slice, eventsAtOnce);
    expect(end).toBeGreaterThan(7);
    parts.push(Buffer.from(buffer.slice(7, end)));
  }
  return Buffer.concat(parts);
}

function eventsOf(options: GeneratorOptions): Transaction[] {
  const lines = bytesOf(options).toString().split('\n');
  expect(lines.pop()).toBe('');
  return lines.map(line => JSON.parse(line) as Transaction);
}

describe('what it writes', () => {
  it('has the one shape, byte for byte', () => {
    for (const line of bytesOf(base).toString().trimEnd().split('\n')) {
      expect(line).toMatch(/^\{"userId":"user-\d{6}","amount":(0|[1-9]\d{0,3})\.\d\d,"timestamp":\d{13}\}$/);
    }
  });

  it('is the same for ever', () => {
    const even: GeneratorOptions = { ...base, events: 20_000 };
    const skewed: GeneratorOptions = { ...even, skew: { kind: 'zipf', exponent: 1.1 }, disorderMs: 60_000 };
    // A change of this hash changes what everybody generates: it needs a reason, and a note to users.
    expect(createHash('sha256').update(bytesOf(even)).digest('hex').slice(0, 16)).toBe('83d6a58e6dedf94f');
    expect(createHash('sha256').update(bytesOf(skewed)).digest('hex').slice(0, 16)).toBe('0c27698c86d08f65');
  });

  // No line of these options is longer than 68 bytes.
  it('does not depend on how fill is sliced', () => {
    const whole = bytesOf({ ...base, events: 300, disorderMs: 5000 });
    const property = fc.property(
      fc.integer({ min: 72, max: 400 }),
      fc.integer({ min: 1, max: 9 }),
      (slice, atOnce) => {
        expect(bytesOf({ ...base, events: 300, disorderMs: 5000 }, slice, atOnce).equals(whole)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it('differs by seed, also beyond 32 bits', () => {
    const seeds = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const texts = new Set(seeds.map(seed => bytesOf({ ...base, seed, events: 10 }).toString()));
    expect(texts.size).toBe(seeds.length);
  });

  it('writes whole lines only, into its range only', () => {
    const generator = new EventGenerator(base);
    const buffer = new Uint8Array(200).fill(0xaa);
    expect(generator.fill(buffer, 10, 20, 5)).toBe(10);
    const end = generator.fill(buffer, 10, 150, 5);
    expect(buffer[end - 1]).toBe(0x0a);
    expect(buffer.subarray(10, end).filter(byte => byte === 0x0a)).toHaveLength(generator.produced);
    expect(generator.produced).toBe(2);
    expect([...buffer.subarray(0, 10), ...buffer.subarray(end)].every(byte => byte === 0xaa)).toBe(true);
  });

  it('fits a line into a range of exactly its length', () => {
    const line = bytesOf({ ...base, events: 1 });
    const buffer = new Uint8Array(line.length);
    expect(new EventGenerator(base).fill(buffer, 0, line.length - 1, 1)).toBe(0);
    expect(new EventGenerator(base).fill(buffer, 0, line.length, 9)).toBe(line.length);
    expect(Buffer.from(buffer).equals(line)).toBe(true);
  });

  it('ends after the last event, and not where it is endless', () => {
    const generator = new EventGenerator({ ...base, events: 3 });
    const buffer = new Uint8Array(1000);
    const end = generator.fill(buffer, 0, 1000, Number.POSITIVE_INFINITY);
    expect([generator.produced, generator.done]).toEqual([3, true]);
    expect(generator.fill(buffer, end, 1000, 1)).toBe(end);
    const endless = new EventGenerator({ ...base, events: Number.POSITIVE_INFINITY });
    endless.fill(buffer, 0, 1000, Number.POSITIVE_INFINITY);
    expect(endless.done).toBe(false);
    expect(new EventGenerator({ ...base, events: 0 }).done).toBe(true);
  });

  it.each([
    0,
    1.5e7,
    999_999,
    9_999_999_999,
    2 ** 53 - 1e6,
  ])('writes times of any length: from %d', startMs => {
    const start = Math.floor(startMs);
    for (const { timestamp } of eventsOf({ ...base, startMs: start, events: 500 })) {
      expect(timestamp).toBeGreaterThanOrEqual(start);
      expect(timestamp).toBeLessThan(start + 5000);
    }
  });

  it('writes more than six digits of a user where there are that many', () => {
    const users = eventsOf({ ...base, entities: 1 << 24, events: 50 }).map(event => event.userId);
    expect(users.some(user => /^user-\d{8}$/.test(user))).toBe(true);
  });

  it('refuses more users than it has room for', () => {
    expect(() => new EventGenerator({ ...base, entities: 2 ** 24 + 1 })).toThrow(RangeError);
  });
});

describe('how it is distributed', () => {
  const many = eventsOf({ ...base, events: 100_000, disorderMs: 0 });

  it('keeps the rate, with gaps like an exponential distribution', () => {
    const spanMs = many[many.length - 1].timestamp - base.startMs;
    expect(spanMs / 100_000).toBeGreaterThan(0.97);
    expect(spanMs / 100_000).toBeLessThan(1.03);
    // P(no event in a millisecond at 1 event/ms) = 1/e
    const busy = new Set(many.map(event => event.timestamp)).size;
    expect(Math.abs(1 - busy / spanMs - Math.exp(-1))).toBeLessThan(0.01);
  });

  it('keeps a rate whose gaps are below the last place of a time', () => {
    const fast = eventsOf({ ...base, ratePerSecond: 50_000_000, events: 100_000 });
    expect(fast[fast.length - 1].timestamp - base.startMs).toBeGreaterThanOrEqual(1);
    expect(fast[fast.length - 1].timestamp - base.startMs).toBeLessThanOrEqual(3);
  });

  it('has amounts like a log-normal distribution, within bounds', () => {
    const amounts = many.map(event => event.amount).sort((a, b) => a - b);
    expect(amounts[0]).toBeGreaterThanOrEqual(0.01);
    expect(amounts[amounts.length - 1]).toBeLessThanOrEqual(5000);
    const quantile = (p: number) => Math.log(amounts[Math.floor(p * amounts.length)]);
    expect(quantile(0.5)).toBeCloseTo(3.5, 1);
    expect(quantile(0.8413)).toBeCloseTo(4.5, 1);
    expect(quantile(0.1587)).toBeCloseTo(2.5, 1);
  });

  it('spreads uniform users evenly', () => {
    const counts = countByUser(many);
    expect(counts.size).toBe(100);
    // chi-squared with 99 degrees of freedom: above 160 once in ten thousand
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquared).toBeLessThan(160);
  });

  it.each([100, 7919])('gives Zipf users their shares, of %d', entities => {
    const counts = countByUser(
      eventsOf({ ...base, entities, events: 100_000, skew: { kind: 'zipf', exponent: 1.1 } }),
    );
    const shares = Array.from({ length: entities }, (_, index) => (index + 1) ** -1.1);
    const total = shares.reduce((sum, share) => sum + share, 0);
    const sorted = [...counts.values()].sort((a, b) => b - a);
    for (const rank of [0, 1, 2, 9]) {
      const expected = (100_000 * shares[rank]) / total;
      expect(Math.abs(sorted[rank] - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('disorders a quarter of the events, by up to what was asked for', () => {
    const options = { ...base, events: 20_000 };
    const straight = eventsOf({ ...options });
    expect(straight.every((event, i) => i === 0 || event.timestamp >= straight[i - 1].timestamp)).toBe(true);
    const disordered = eventsOf({ ...options, disorderMs: 60_000 });
    let greatest = 0;
    let greatestLagMs = 0;
    let behind = 0;
    for (const { timestamp } of disordered) {
      greatest = Math.max(greatest, timestamp);
      greatestLagMs = Math.max(greatestLagMs, greatest - timestamp);
      if (timestamp < greatest - 100) behind++;
    }
    expect(behind / disordered.length).toBeCloseTo(0.25, 1);
    expect(greatestLagMs).toBeGreaterThan(50_000);
    expect(greatestLagMs).toBeLessThanOrEqual(60_000);
  });
});

function countByUser(events: readonly Transaction[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { userId } of events) counts.set(userId, (counts.get(userId) ?? 0) + 1);
  return counts;
}
