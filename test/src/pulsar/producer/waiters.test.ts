import { expect, it } from 'vitest';
import { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { Waiters } from '../../../../src/pulsar/producer/waiters.js';

const failure = new PulsarError('SEND_TIMEOUT', 'late');
const end = new PulsarError('CLOSED', 'over');

class Owner {
  accepted = 0;
  settled = 0;
  isFull = false;
  stoppedBecause: PulsarError | undefined;
}

/** What has become of promises so far, in the order of their ends. */
function journal() {
  const ends: string[] = [];
  const note = (name: string, promise: Promise<void>): void =>
    void promise.then(
      () => ends.push(name),
      (error: PulsarError) => ends.push(`${name} ${error.code}`),
    );
  const seen = async (): Promise<string[]> => {
    await new Promise(resolve => setImmediate(resolve));
    return ends.splice(0);
  };
  return { note, seen };
}

it('whoever waits for receipts waits for those of before, and hears the first failure among them', async () => {
  const owner = new Owner();
  const waiters = new Waiters(owner);
  const { note, seen } = journal();
  note('none', waiters.whenConfirmed());
  expect(await seen()).toEqual(['none']);
  owner.accepted = 2;
  note('two', waiters.whenConfirmed());
  owner.accepted = 3;
  note('three', waiters.whenConfirmed());
  owner.settled = 1;
  waiters.moved();
  expect(await seen()).toEqual([]);
  owner.settled = 2;
  waiters.moved();
  expect(await seen()).toEqual(['two']);
  owner.settled = 3;
  waiters.failed(failure);
  waiters.failed(end);
  waiters.moved();
  note('after', waiters.whenConfirmed());
  expect(await seen()).toEqual(expect.arrayContaining(['three SEND_TIMEOUT', 'after']));
});

it('whoever waits for room gets it, or the reason why there never will be any', async () => {
  const owner = new Owner();
  const waiters = new Waiters(owner);
  const { note, seen } = journal();
  note('free', waiters.whenWritable());
  owner.isFull = true;
  note('a', waiters.whenWritable());
  note('b', waiters.whenWritable());
  expect(await seen()).toEqual(['free']);
  owner.isFull = false;
  waiters.room();
  expect(await seen()).toEqual(['a', 'b']);
  owner.isFull = true;
  note('c', waiters.whenWritable());
  owner.stoppedBecause = end;
  waiters.stopped(end);
  note('d', waiters.whenWritable());
  expect((await seen()).sort()).toEqual(['c CLOSED', 'd CLOSED']);
});
