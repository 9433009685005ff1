import { expect, it } from 'vitest';
import { stopDrain, stopNow } from '../../native-free-core/layout/run-words.js';
import { SlotRing } from '../../native-free-core/ring/slot-ring.js';
import { reserveMemory } from '../../src/engine-memory.js';
import { defaultFeatureView } from '../../src/view/default-feature-view.js';
import { built } from '../built.js';

const { runWorkers } = await built('src/worker-pool.js');
const sizes = { shardBytes: 1 << 20 };

function engine(workers: number) {
  const memory = reserveMemory(defaultFeatureView, workers, 4, sizes);
  return { memory, ring: new SlotRing(new Int32Array(memory.words), memory.slots, workers) };
}

it.each([stopDrain, stopNow])('returns from all workers when they are told to stop (%i)', async how => {
  const { memory, ring } = engine(3);
  const workers = runWorkers(memory.tasks);
  ring.requestStop(how);
  await workers.done;
  await workers.destroy();
});

it('fails with the first worker that fails, and says why', async () => {
  const { memory, ring } = engine(2);
  const broken = { ...memory.tasks[1], shards: [] };
  const workers = runWorkers([memory.tasks[0], broken]);
  await expect(workers.done).rejects.toMatchObject({
    code: 'worker_failed',
    domain: 'engine',
    message: expect.stringMatching(/^a worker failed: .*undefined/),
    cause: expect.any(Error),
  });
  ring.requestStop(stopNow);
  await workers.destroy();
});

it('regression: stopping while the threads still load does not abort the process', async () => {
  // Node 20: "FATAL ERROR: v8::Module::IsGraphAsync must be used on an instantiated module".
  for (let round = 0; round < 5; round++) {
    const { memory, ring } = engine(2);
    const workers = runWorkers(memory.tasks);
    ring.requestStop(stopNow);
    await workers.destroy();
    await workers.done;
  }
});

it('ends a worker that does not return by force', async () => {
  const { memory } = engine(1);
  const workers = runWorkers(memory.tasks);
  const failed = expect(workers.done).rejects.toMatchObject({ code: 'worker_failed' });
  await workers.destroy();
  await failed;
}, 20_000);
