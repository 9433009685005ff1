import { workerData } from 'node:worker_threads';
import { chunkSlots } from '../../native-free-core/limits.js';
import { SlotRing } from '../../native-free-core/ring/slot-ring.js';
import { IdleStrategy } from '../../workers/idle-strategy.js';

export interface RingTask {
  readonly words: Int32Array;
  /** One a slot. */
  readonly marks: Int32Array;
}

/** Takes every stage of every chunk, in the order of `workers/duty-cycle.ts`; a stage marks the slot, no more. */
function turn(ring: SlotRing, marks: Int32Array): boolean {
  const toEncode = ring.takeEncode();
  if (toEncode !== -1) {
    marks[ring.slotOf(toEncode)]++;
    ring.encoded(toEncode);
    return true;
  }
  const toAggregate = ring.nextAggregate(0);
  if (toAggregate !== -1) {
    marks[ring.slotOf(toAggregate)]++;
    ring.aggregated(toAggregate, 0);
    return true;
  }
  const toDecode = ring.takeDecode();
  if (toDecode === -1) return false;
  marks[ring.slotOf(toDecode)]++;
  ring.decoded(toDecode, 0);
  return true;
}

const { words, marks } = workerData as RingTask;
const ring = new SlotRing(words, chunkSlots, 1);
const idle = new IdleStrategy(words, ring, 0);
while (ring.stop === 0 || !ring.isDrained()) {
  if (turn(ring, marks)) idle.reset();
  else idle.idle();
}
