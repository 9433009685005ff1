import { stopNow } from '../native-free-core/layout/run-words.js';
import { DutyCycle } from './duty-cycle.js';
import { IdleStrategy } from './idle-strategy.js';
import type { WorkerTask } from './worker-task.js';

/** A worker's one long task: turns until the ring is drained and main has said stop. */
export default function runShardWorker(task: WorkerTask): void {
  const cycle = new DutyCycle(task);
  const idle = new IdleStrategy(cycle.words, cycle.ring, task.worker);
  cycle.ring.begun();
  for (;;) {
    if (cycle.turn()) {
      idle.reset();
      continue;
    }
    const stop = cycle.ring.stop;
    if (stop === stopNow || (stop !== 0 && cycle.ring.isDrained())) return;
    idle.idle();
  }
}
