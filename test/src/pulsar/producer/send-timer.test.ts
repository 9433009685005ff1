import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PendingFrames } from '../../../../src/pulsar/producer/pending-frames.js';
import { settingsOf } from '../../../../src/pulsar/producer/producer-settings.js';
import { SendSegments } from '../../../../src/pulsar/producer/send-segment.js';
import { SendTimer } from '../../../../src/pulsar/producer/send-timer.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function timed({ sendTimeoutMs = 100, delayMs = 5 } = {}) {
  const pending = new PendingFrames();
  const segment = new SendSegments(10).reserve(1);
  const owner = { pending, sendBatch: vi.fn() };
  const timeouts: number[] = [];
  const settings = settingsOf({ topic: 't', sendTimeoutMs, batching: { delayMs } });
  const timer = new SendTimer(
    owner,
    settings,
    () => Date.now(),
    () => {
      timeouts.push(Date.now());
      while (pending.count > 0) pending.shift();
    },
  );
  const push = (): void => {
    pending.push(segment, 0, 1, 0, 0, 1, 1, Date.now(), 0);
    timer.framesPending();
  };
  return { owner, pending, timeouts, timer, push };
}

it('sends a batch after its delay, once for all that came in it', () => {
  const { owner, timer } = timed();
  timer.batchBegun();
  vi.advanceTimersByTime(4);
  timer.batchBegun();
  expect(owner.sendBatch).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  expect(owner.sendBatch).toHaveBeenCalledTimes(1);
  timer.batchBegun();
  vi.advanceTimersByTime(5);
  expect(owner.sendBatch).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(100);
  expect(owner.sendBatch).toHaveBeenCalledTimes(2);
});

it('sends a batch without a delay at the end of the turn', () => {
  const { owner, timer } = timed({ delayMs: 0 });
  timer.batchBegun();
  expect(owner.sendBatch).toHaveBeenCalledTimes(0);
  vi.runOnlyPendingTimers();
  expect(owner.sendBatch).toHaveBeenCalledTimes(1);
});

it('times the oldest of several frames', () => {
  const { timeouts, push } = timed();
  push();
  vi.advanceTimersByTime(60);
  push();
  vi.advanceTimersByTime(39);
  expect(timeouts).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(timeouts).toHaveLength(1);
});

it('times the oldest frame, not the first one that was ever sent', () => {
  const { timeouts, pending, push } = timed();
  push();
  vi.advanceTimersByTime(60);
  push();
  pending.shift();
  vi.advanceTimersByTime(99);
  expect(timeouts).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(timeouts).toHaveLength(1);
  vi.advanceTimersByTime(1000);
  push();
  vi.advanceTimersByTime(99);
  expect(timeouts).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(timeouts).toHaveLength(2);
});

it('runs no timer without a time-out, nor for what is confirmed, nor after its end', () => {
  const never = timed({ sendTimeoutMs: 0 });
  never.push();
  expect(vi.getTimerCount()).toBe(0);
  const stopped = timed();
  stopped.push();
  stopped.timer.batchBegun();
  expect(vi.getTimerCount()).toBe(2);
  stopped.timer.stop();
  expect(vi.getTimerCount()).toBe(0);
  stopped.push();
  stopped.timer.batchBegun();
  expect(vi.getTimerCount()).toBe(0);
  const confirmed = timed();
  confirmed.push();
  confirmed.pending.shift();
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
  expect(confirmed.timeouts).toEqual([]);
});
