import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { bellWord, mainThread, parkedWord, runWordsBytes } from '../../native-free-core/layout/run-words.js';
import { MainBell } from '../../src/main-bell.js';

function bellOf() {
  const words = new Int32Array(new SharedArrayBuffer(runWordsBytes(1)));
  return { words, bell: new MainBell(words) };
}

it('does not wait for what is ready already', async () => {
  const { words, bell } = bellOf();
  let wasParked = 0;
  await bell.wait(() => {
    wasParked = words[parkedWord(mainThread)];
    return true;
  });
  // Asked with the flag up: whoever makes it ready afterwards sees a sleeper to wake.
  expect(wasParked).toBe(1);
  expect(words[parkedWord(mainThread)]).toBe(0);
});

it('hears a ring that comes between asking and waiting', async () => {
  const { bell } = bellOf();
  await bell.wait(() => {
    bell.ring();
    return false;
  });
});

it('waits until this thread rings', async () => {
  const { words, bell } = bellOf();
  let rung = false;
  setTimeout(() => {
    rung = true;
    expect(words[parkedWord(mainThread)]).toBe(1);
    bell.ring();
  }, 20);
  await bell.wait(() => false);
  expect(rung).toBe(true);
  expect(words[parkedWord(mainThread)]).toBe(0);
});

it('is rung by another thread', async () => {
  const { words, bell } = bellOf();
  const code = `const { words, at } = require('node:worker_threads').workerData;
    const w = new Int32Array(words);
    Atomics.wait(w, at, 0, 30);
    Atomics.add(w, at, 1);
    Atomics.notify(w, at);`;
  const worker = new Worker(code, {
    eval: true,
    workerData: { words: words.buffer, at: bellWord(mainThread) },
  });
  await bell.wait(() => false);
  await worker.terminate();
});
