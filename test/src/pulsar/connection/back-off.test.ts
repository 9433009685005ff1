import { describe, expect, it } from 'vitest';
import { BackOff, delay } from '../../../../src/pulsar/connection/back-off.js';
import { seededRandom, seedOfRun } from '../../../seeded-random.js';

describe('BackOff', () => {
  it('grows from the first delay to the greatest, and begins anew after a success', () => {
    const backOff = new BackOff({ firstMs: 100, maxMs: 1000, random: () => 1 });
    expect(Array.from({ length: 4 }, () => backOff.nextMs())).toEqual([300, 900, 1000, 1000]);
    expect(backOff.attempts).toBe(4);
    backOff.reset();
    expect(backOff.nextMs()).toBe(300);
  });

  it('stays within its bounds, spread out', () => {
    const seed = seedOfRun();
    const backOff = new BackOff({ firstMs: 100, maxMs: 5000, random: seededRandom(seed).next });
    const delays = Array.from({ length: 200 }, () => backOff.nextMs());
    expect(Math.min(...delays), `seed ${seed}`).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delays), `seed ${seed}`).toBeLessThanOrEqual(5000);
    expect(new Set(delays.map(Math.round)).size).toBeGreaterThan(50);
  });
});

describe('delay', () => {
  it('ends with its signal', async () => {
    const aborting = new AbortController();
    const waiting = delay(60_000, aborting.signal);
    aborting.abort(new Error('closed'));
    await expect(waiting).rejects.toThrow('closed');
    await expect(delay(1, aborting.signal)).rejects.toThrow('closed');
  });
});
