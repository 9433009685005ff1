import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FailoverTurn } from '../../../../src/pulsar/consumer/failover-turn.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function turnOf(isTold = true) {
  const steps: string[] = [];
  const turn = new FailoverTurn(isTold, {
    grant: () => steps.push('grant'),
    remind: () => steps.push('remind'),
    withhold: () => steps.push('withhold'),
    redeliver: () => steps.push('redeliver'),
  });
  turn.begin();
  return { turn, steps };
}

describe('the turn of a Failover consumer', () => {
  it('begins with its being active: no permits before, a reminder after', () => {
    const { turn, steps } = turnOf();
    turn.open();
    turn.told(false);
    vi.advanceTimersByTime(60_000);
    expect(turn.isOurs).toBe(false);
    expect(steps).toEqual(['withhold']);
    turn.told(true);
    expect(turn.isOurs).toBe(true);
    expect(steps).toEqual(['withhold', 'grant']);
    vi.advanceTimersByTime(60_000);
    expect(steps).toEqual(['withhold', 'grant', 'remind']);
  });

  it('begins at once when the broker’s word came before the answer to SUBSCRIBE', () => {
    const { turn, steps } = turnOf();
    turn.told(true);
    expect(steps).toEqual([]);
    turn.open();
    expect(steps).toEqual(['grant']);
  });

  it('asks for everything again where permits were given before, and hands out nothing until then', () => {
    const { turn, steps } = turnOf();
    turn.open();
    turn.told(true);
    turn.told(false);
    expect(turn.isOurs).toBe(false);
    steps.length = 0;
    turn.told(true);
    expect(turn.isOurs).toBe(false);
    expect(steps).toEqual(['withhold']);
    vi.advanceTimersByTime(10_000);
    expect(turn.isOurs).toBe(true);
    expect(steps).toEqual(['withhold', 'redeliver']);
  });

  it('does not remind or ask again once another is active, or the session is over', () => {
    const { turn, steps } = turnOf();
    turn.open();
    turn.told(true);
    turn.told(false);
    turn.told(true);
    turn.told(false);
    vi.advanceTimersByTime(10_000);
    expect(steps).toEqual(['grant', 'withhold', 'withhold', 'withhold']);
    turn.told(true);
    turn.end();
    vi.advanceTimersByTime(10_000);
    expect(steps).not.toContain('redeliver');
    // A new session begins without permits, and with nothing known.
    turn.begin();
    turn.open();
    expect(turn.isOurs).toBe(false);
    turn.told(true);
    expect(steps.at(-1)).toBe('grant');
  });

  it('does not wait for ever for a broker that says nothing, nor where it says nothing by rule', () => {
    const silent = turnOf();
    silent.turn.open();
    vi.advanceTimersByTime(10_000);
    expect(silent.turn.isOurs).toBe(true);
    expect(silent.steps[0]).toBe('grant');
    const other = turnOf(false);
    expect(other.turn.isOurs).toBe(true);
    other.turn.open();
    expect(other.steps).toEqual(['grant']);
  });
});
