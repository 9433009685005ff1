import { expect, it } from 'vitest';
import { Fifo } from '../../../../src/pulsar/producer/fifo.js';
import { seededRandom, seedOfRun } from '../../../seeded-random.js';

it('gives back in the order of giving, whatever comes between', () => {
  const seed = seedOfRun();
  const random = seededRandom(seed);
  const fifo = new Fifo<number>();
  const model: number[] = [];
  const wrong = (step: number): never => expect.unreachable(`seed ${seed}, step ${step}`);
  for (let step = 0; step < 40_000; step++) {
    // Growing for a while, then shrinking, past the sizes at which it moves what is left.
    const isPush = random.next() < (Math.floor(step / 5000) % 2 === 0 ? 0.9 : 0.15);
    if (isPush) {
      fifo.push(step);
      model.push(step);
    } else if (model.length > 0 && fifo.shift() !== model.shift()) wrong(step);
    if (fifo.length !== model.length) wrong(step);
    if (model.length > 0 && (fifo.first() !== model[0] || fifo.last() !== model.at(-1))) wrong(step);
  }
});

it('says when it is empty', () => {
  const fifo = new Fifo<string>();
  expect(() => fifo.first()).toThrow('empty');
  expect(() => fifo.last()).toThrow('empty');
  fifo.push('a');
  expect(fifo.shift()).toBe('a');
  expect(() => fifo.shift()).toThrow('empty');
});
