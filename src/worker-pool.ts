import { Piscina } from 'piscina';
import type { WorkerTask } from '../workers/worker-task.js';
import { MillraceError, reasonOf } from './errors.js';

/** The workers, reached by their file's URL only. */
const workerFile = new URL('../workers/shard-worker.js', import.meta.url).href;

/**
 * Runs one long task on each of as many threads as there are tasks, and no more.
 * @returns a promise that settles when all have returned, or rejects with the first failure (`worker_failed`)
 */
export function runWorkers(tasks: readonly WorkerTask[]): {
  done: Promise<void>;
  destroy: () => Promise<void>;
} {
  const pool = new Piscina({
    filename: workerFile,
    minThreads: tasks.length,
    maxThreads: tasks.length,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'disabled',
  });
  const done = Promise.all(tasks.map(task => pool.run(task))).then(
    () => undefined,
    cause => {
      throw new MillraceError('worker_failed', `a worker failed: ${reasonOf(cause)}`, {
        domain: 'engine',
        hint: 'MILLRACE_DEBUG=1 shows where it happened',
        cause,
      });
    },
  );
  return { done, destroy: () => pool.destroy() };
}
