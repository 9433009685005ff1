import { setTimeout as pause } from 'node:timers/promises';
import { Piscina } from 'piscina';
import type { WorkerTask } from '../workers/worker-task.js';
import { MillraceError, reasonOf } from './errors.js';

/** The workers, reached by their file's URL only. */
const workerFile = new URL('../workers/shard-worker.js', import.meta.url).href;

/** Workers that were told to stop get this long to return before they are ended by force. */
const leaveMsMax = 5000;

/** The tasks on their way. */
export interface RunningWorkers {
  /** Settles when all have returned, or rejects with the first failure (`worker_failed`). */
  readonly done: Promise<void>;
  /**
   * Ends the threads, once all have returned. Not earlier if it can be helped: Node 20 aborts the whole process if a
   * thread is terminated while it loads its modules.
   */
  destroy(): Promise<void>;
}

/** Runs one long task on each of as many threads as there are tasks, and no more. */
export function runWorkers(tasks: readonly WorkerTask[]): RunningWorkers {
  const pool = new Piscina({
    filename: workerFile,
    minThreads: tasks.length,
    maxThreads: tasks.length,
    concurrentTasksPerWorker: 1,
    idleTimeout: Number.POSITIVE_INFINITY,
    atomics: 'disabled',
  });
  const runs = tasks.map(task => pool.run(task) as Promise<void>);
  const done = Promise.all(runs).then(() => undefined, fail);
  const haveLeft = Promise.allSettled(runs);
  return {
    done,
    destroy: async () => {
      const patience = new AbortController();
      await Promise.race([haveLeft, pause(leaveMsMax, undefined, patience).catch(() => undefined)]);
      patience.abort();
      await pool.destroy();
    },
  };
}

function fail(cause: unknown): never {
  throw new MillraceError('worker_failed', `a worker failed: ${reasonOf(cause)}`, {
    domain: 'engine',
    hint: 'MILLRACE_DEBUG=1 shows where it happened',
    cause,
  });
}
