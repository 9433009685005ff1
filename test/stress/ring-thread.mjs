// A worker over the ring whose stages only stamp and check a slot's words. Runs what was built, on a real thread.
import { workerData } from 'node:worker_threads';
import { stopNow } from '../../dist/native-free-core/layout/run-words.js';
import { SlotRing } from '../../dist/native-free-core/ring/slot-ring.js';
import { IdleStrategy } from '../../dist/workers/idle-strategy.js';

const { words: memory, content, faults, slots, worker, workers, start, parks, loops, isMute } = workerData;

/** The positive control: it never wakes main. */
class MuteRing extends SlotRing {
  wake(thread) {
    if (thread !== 0) super.wake(thread);
  }
}

const words = new Int32Array(memory);
const ring = new (isMute ? MuteRing : SlotRing)(words, slots, workers);
const idle = new IdleStrategy(words, ring, worker);
const slotWords = content.byteLength / 4 / slots;
const stamps = new Int32Array(content);
const faultWords = new Int32Array(faults);

// Words of a slot: 0 who is in it (atomic), 1 filled, 2 decoded, 3 encoded, 8 + w aggregated. Stamps are plain
// stores: the ring's words alone must order them.
const exclusive = 1;
const shared = 256;

function fault(kind, sequence) {
  if (Atomics.compareExchange(faultWords, 0, 0, kind) === 0) Atomics.store(faultWords, 1, sequence);
}

function enter(at, how, sequence) {
  const before = Atomics.add(stamps, at, how);
  if (how === exclusive ? before !== 0 : (before & 0xff) !== 0) fault(1, sequence);
}

let noise = worker + 1;
function work() {
  noise = (Math.imul(noise, 1664525) + 1013904223) | 0;
  for (let i = (noise >>> 16) % (loops + 1); i > 0; i--) noise ^= i;
}

function decode(sequence) {
  const at = ring.slotOf(sequence) * slotWords;
  enter(at, exclusive, sequence);
  if (stamps[at + 1] !== sequence) fault(2, sequence);
  work();
  stamps[at + 2] = sequence;
  Atomics.sub(stamps, at, exclusive);
  ring.decoded(sequence, worker);
}

let expected = start;
function aggregate(sequence) {
  const at = ring.slotOf(sequence) * slotWords;
  enter(at, shared, sequence);
  if (sequence !== expected) fault(3, sequence);
  expected = (sequence + 1) & 0x7fffffff;
  if (stamps[at + 2] !== sequence) fault(4, sequence);
  work();
  stamps[at + 8 + worker] = sequence;
  Atomics.sub(stamps, at, shared);
  ring.aggregated(sequence, worker);
}

function encode(sequence) {
  const at = ring.slotOf(sequence) * slotWords;
  enter(at, exclusive, sequence);
  for (let w = 0; w < workers; w++) if (stamps[at + 8 + w] !== sequence) fault(5, sequence);
  work();
  stamps[at + 3] = sequence;
  Atomics.add(stamps, at + 4, 1); // times encoded
  Atomics.sub(stamps, at, exclusive);
  ring.encoded(sequence);
}

function turn() {
  const toEncode = ring.takeEncode();
  if (toEncode !== -1) {
    encode(toEncode);
    return true;
  }
  const next = ring.nextAggregate(worker);
  if (next !== -1) {
    aggregate(next);
    return true;
  }
  const toDecode = ring.takeDecode();
  if (toDecode === -1) return false;
  decode(toDecode);
  return true;
}

for (;;) {
  if (turn()) {
    idle.reset();
    continue;
  }
  const { stop } = ring;
  if (stop === stopNow || (stop !== 0 && ring.isDrained())) break;
  if (parks) idle.idle();
  else ring.wakeMain();
}
