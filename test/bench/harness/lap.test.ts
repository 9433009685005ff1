import { describe, expect, it } from 'vitest';
import { checkLap, lapAnswer, makeLap } from '../../../bench/harness/lap.js';

const lap = makeLap({ users: 5, skew: 'zipf', events: 60, perWindow: 10, seed: 3 });

/** By looking at all earlier events of the lap repeated, for each event of the last one. */
function slowly(): { c: number; s: number } {
  const events = Buffer.from(lap.lines)
    .toString()
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { userId: string; amount: number; timestamp: number });
  const repeated = Array.from({ length: lap.lapsToFill + 1 }, (_, i) =>
    events.map(event => ({ ...event, timestamp: event.timestamp + i * lap.lapMs })),
  ).flat();
  const answer = { c: 0, s: 0 };
  for (let i = repeated.length - events.length; i < repeated.length; i++) {
    const { userId, timestamp } = repeated[i];
    const window = repeated
      .slice(0, i + 1)
      .filter(event => event.userId === userId && event.timestamp > timestamp - 600_000);
    answer.c += window.length;
    answer.s += window.reduce((sum, event) => sum + event.amount, 0);
  }
  return answer;
}

describe('the answer for a lap', () => {
  it('is that of its endless repetition', () => {
    const [found, expected] = [lapAnswer(lap), slowly()];
    expect(found.c).toBe(expected.c);
    expect(found.s).toBeCloseTo(expected.s, 6);
  });

  it('is compared in full', () => {
    const right = { rows: lap.events, ...lapAnswer(lap) };
    expect(() => checkLap(right, lap)).not.toThrow();
    for (const wrong of [{ rows: lap.events - 1 }, { c: right.c + 1 }, { s: right.s + 0.01 }]) {
      expect(() => checkLap({ ...right, ...wrong }, lap)).toThrow(/^a lap of 60 events: expected c/);
    }
  });
});
