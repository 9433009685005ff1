import { expect, it, vi } from 'vitest';
import { bellWord, mainThread, parkedWord, runWordsBytes } from '../../native-free-core/layout/run-words.js';
import { SlotRing } from '../../native-free-core/ring/slot-ring.js';
import { IdleStrategy } from '../../workers/idle-strategy.js';

function idleWorker() {
  const words = new Int32Array(new SharedArrayBuffer(runWordsBytes(8)));
  const ring = new SlotRing(words, 8, 1);
  const wait = vi.spyOn(Atomics, 'wait').mockReturnValue('ok');
  return { words, ring, idle: new IdleStrategy(words, ring, 0), wait };
}

it('wakes a sleeping main at the first idle turn: what was encoded must not wait for company', () => {
  const { words, idle } = idleWorker();
  words[parkedWord(mainThread)] = 1;
  idle.idle();
  expect(words[bellWord(mainThread)]).toBe(1);
  idle.idle();
  expect(words[bellWord(mainThread)]).toBe(1);
  // After work it does so again, however soon.
  idle.reset();
  idle.idle();
  expect(words[bellWord(mainThread)]).toBe(2);
});

it('spins, then parks with its flag up and a bound', () => {
  const { words, idle, wait } = idleWorker();
  let flag = 0;
  wait.mockImplementation(() => {
    flag = words[parkedWord(1)];
    return 'timed-out';
  });
  for (let turn = 0; turn < 200; turn++) idle.idle();
  expect(wait).not.toHaveBeenCalled();
  idle.idle();
  expect(wait).toHaveBeenCalledExactlyOnceWith(words, bellWord(1), 0, 1000);
  expect([flag, words[parkedWord(1)]]).toEqual([1, 0]);
});

it('does not park if work came while it raised its flag', () => {
  const { ring, idle, wait } = idleWorker();
  wait.mockClear();
  ring.publish();
  for (let turn = 0; turn < 300; turn++) idle.idle();
  expect(wait).not.toHaveBeenCalled();
});
