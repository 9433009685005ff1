import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { distance, following } from '../../native-free-core/ring/slot-ring.js';
import { seededRandom, seedOfRun } from '../seeded-random.js';
import { type RingShape, StampedRing } from './stamped-ring.js';

/*
 * Permitted: chunks are decoded and encoded by whichever worker, encoded out of order, aggregated by the workers at
 * different times, collected late. Not permitted, and looked for here: a chunk lost, doubled, or collected out of
 * order; a worker that aggregates out of order; a slot with two stages in it at once; a stage that sees less than
 * all that the stages before it wrote; a sleeper that nobody wakes.
 */
const isLong = process.env.MILLRACE_LONG === '1';
const seed = seedOfRun();
const nearWrap = 0x7fffffff - 700;

async function stream(shape: RingShape, chunks: number): Promise<StampedRing> {
  const stamped = new StampedRing(shape);
  let published = 0;
  for (let collected = 0; collected < chunks; ) {
    if (published < chunks && stamped.publish()) published++;
    else if (stamped.collect()) collected++;
    else await stamped.sleep(500);
    if ((published + collected) % 64 === 0) await nextTurn();
    if (stamped.fault !== 'none') break;
  }
  expect(await stamped.stop()).toBe('none');
  expect(stamped.lostWakeUps).toBe(0);
  return stamped;
}

describe('chunks are neither lost, doubled nor reordered, and no slot has two stages in it', () => {
  const shapes: RingShape[] = [
    { workers: 1, slots: 2, start: 0, parks: true, loops: 0 },
    { workers: 2, slots: 8, start: nearWrap, parks: true, loops: 0 },
    { workers: 2, slots: 8, start: nearWrap, parks: false, loops: 200 },
    { workers: 3, slots: 4, start: nearWrap, parks: true, loops: 2000 },
    { workers: 5, slots: 16, start: 0x7fffffff, parks: true, loops: 500 },
    { workers: 3, slots: 1, start: 0x7ffffff0, parks: true, loops: 50 },
  ];
  it.each(
    shapes,
  )('$workers workers, $slots slots from $start, parking $parks, up to $loops loops', async shape => {
    await stream(shape, isLong ? 100_000 : 3000);
  });
});

describe('wake-ups', () => {
  /** Bursts of less than half a ring, so that only a worker that becomes idle can wake main; then all sleep. */
  async function bursts(shape: RingShape, rounds: number, watchdogMs: number): Promise<StampedRing> {
    const random = seededRandom(seed);
    const stamped = new StampedRing(shape);
    for (let round = 0; round < rounds; round++) {
      const chunks = 1 + random.int(Math.max(1, shape.slots / 2 - 1));
      for (let i = 0; i < chunks; i++) {
        stamped.publish();
        if (random.int(3) === 0) await nextTurn();
      }
      while (stamped.inFlight > 0) if (!stamped.collect()) await stamped.sleep(watchdogMs);
      if (random.int(2) === 0) await pause(random.int(4));
    }
    expect(await stamped.stop()).toBe('none');
    return stamped;
  }

  it.each([
    { workers: 1, slots: 8, start: 0, parks: true, loops: 0 },
    { workers: 2, slots: 8, start: nearWrap, parks: true, loops: 20_000 },
    { workers: 4, slots: 16, start: 0, parks: true, loops: 5000 },
  ])(`reach sleepers on both sides: $workers workers, up to $loops loops (seed ${seed})`, async shape => {
    const stamped = await bursts(shape, isLong ? 5000 : 400, 400);
    expect(stamped.lostWakeUps).toBe(0);
    // A worker looks around by itself after a second: nothing may have waited for that.
    expect(stamped.slowestWaitMs).toBeLessThan(800);
  });

  it('are missed by this test if nobody sends them', async () => {
    const shape = { workers: 2, slots: 8, start: 0, parks: true, loops: 0, isMute: true };
    expect((await bursts(shape, 3, 100)).lostWakeUps).toBeGreaterThan(0);
  });
});

describe('sequences', () => {
  it('wrap at 2^31', () => {
    expect(following(0x7fffffff)).toBe(0);
    expect(distance(0, 0x7fffffff)).toBe(1);
    expect(distance(0x7ffffffe, 3)).toBe(-5);
    expect(distance(3, 0x7ffffffe)).toBe(5);
    expect(distance(7, 7)).toBe(0);
  });
});
