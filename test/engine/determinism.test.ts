import { describe, expect, it } from 'vitest';
import { randomStream, randomStreamOptions, randomView } from '../oracle/random-stream.js';
import { seededRandom, seedOfRun } from '../seeded-random.js';
import { linesOf, SingleThreadEngine } from './single-thread-engine.js';

/** DESIGN section 2, item 7: what does not change the output. Each engine has table seeds of its own. */

const seed = seedOfRun();
const effort = process.env.MILLRACE_LONG === '1' ? 20 : 1;

describe('the output', () => {
  it('is the same bytes whatever the size of chunks', () => {
    for (let round = 0; round < 15 * effort; round++) {
      const random = seededRandom(seed + round);
      const view = { ...randomView(random), eventsPerEntityMax: [5, 40, 1_048_576][random.int(3)] };
      const { events, publishTimeMs } = randomStream(random, randomStreamOptions(random, view, 1500));
      const input = linesOf(view, events);
      const lanes = [1, 3, 16][random.int(3)];
      const run = (chunkBytes: number) =>
        new SingleThreadEngine(view, { lanes, publishTimeMs, sizes: { chunkBytes } }).run(input);
      const whole = run(131_072);
      for (const chunkBytes of [256, 777, 5000]) {
        const cut = run(chunkBytes);
        expect(cut.vectors.equals(whole.vectors), `seed ${seed + round}, ${chunkBytes}`).toBe(true);
        expect(cut.deadLetters.equals(whole.deadLetters), `seed ${seed + round}, ${chunkBytes}`).toBe(true);
      }
    }
  });

  it('is the same bytes whatever the number of lanes, where no shard makes an event late', () => {
    for (let round = 0; round < 15 * effort; round++) {
      const random = seededRandom(seed + round);
      const view = { ...randomView(random), latenessMs: 1e12 };
      const { events, publishTimeMs } = randomStream(random, randomStreamOptions(random, view, 1500));
      const input = linesOf(view, events);
      const run = (lanes: number) => new SingleThreadEngine(view, { lanes, publishTimeMs }).run(input);
      const alone = run(1);
      for (const lanes of [2, 7, 16]) {
        const split = run(lanes);
        expect(split.vectors.equals(alone.vectors), `seed ${seed + round}, ${lanes} lanes`).toBe(true);
        expect(split.deadLetters.equals(alone.deadLetters), `seed ${seed + round}, ${lanes} lanes`).toBe(
          true,
        );
      }
    }
  });
});
