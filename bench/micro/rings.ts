import { Worker } from 'node:worker_threads';
import { runWordsBytes, stopDrain } from '../../native-free-core/layout/run-words.js';
import { chunkSlots } from '../../native-free-core/limits.js';
import { distance, following, SlotRing } from '../../native-free-core/ring/slot-ring.js';
import { MainBell } from '../../src/main-bell.js';
import type { RingTask } from './ring-worker.js';

/** Stages that each chunk passes: decode, aggregate, encode. Each adds one to the slot's mark. */
export const stagesPerChunk = 3;

function check(what: string, found: number, expected: number): void {
  if (found !== expected) throw new Error(`rings: ${what} is ${found}, expected ${expected}`);
}

/** Hands chunks through all stages of a ring in one thread: what the words themselves cost. */
export class RingInOneThread {
  readonly #ring = new SlotRing(
    new Int32Array(new SharedArrayBuffer(runWordsBytes(chunkSlots))),
    chunkSlots,
    1,
  );
  #sequence = 0;

  run(chunks: number): void {
    const ring = this.#ring;
    for (let i = 0; i < chunks; i++) {
      const sequence = this.#sequence;
      ring.publish();
      check('to decode', ring.takeDecode(), sequence);
      ring.decoded(sequence, 0);
      check('to aggregate', ring.nextAggregate(0), sequence);
      ring.aggregated(sequence, 0);
      check('to encode', ring.takeEncode(), sequence);
      ring.encoded(sequence);
      if (!ring.isEncoded(sequence)) throw new Error(`rings: ${sequence} is not encoded`);
      ring.acked(sequence);
      this.#sequence = following(sequence);
    }
  }
}

/** Hands chunks to a real worker thread and takes them back, waiting as the pump and the worker do. */
export class RingWithWorker {
  readonly #words = new Int32Array(new SharedArrayBuffer(runWordsBytes(chunkSlots)));
  readonly #marks = new Int32Array(new SharedArrayBuffer(chunkSlots * 4));
  readonly #ring = new SlotRing(this.#words, chunkSlots, 1);
  readonly #bell = new MainBell(this.#words);
  readonly #ended: Promise<void>;
  #failure: unknown;
  #consumed = 0;
  #acked = 0;

  constructor() {
    const workerData: RingTask = { words: this.#words, marks: this.#marks };
    const worker = new Worker(new URL('ring-worker.js', import.meta.url), { workerData, execArgv: [] });
    this.#ended = new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', code => (code === 0 ? resolve() : reject(new Error(`ring worker: exit ${code}`))));
    });
    this.#ended.catch(error => {
      this.#failure = error;
      this.#bell.ring();
    });
  }

  async run(chunks: number): Promise<void> {
    const ring = this.#ring;
    const isReady = (): boolean => this.#failure !== undefined || ring.isEncoded(this.#acked);
    for (let given = 0, taken = 0; taken < chunks; ) {
      if (this.#failure !== undefined) throw this.#failure;
      if (ring.isEncoded(this.#acked)) {
        const slot = ring.slotOf(this.#acked);
        check(`mark of ${this.#acked}`, this.#marks[slot], stagesPerChunk);
        this.#marks[slot] = 0;
        ring.acked(this.#acked);
        this.#acked = following(this.#acked);
        taken++;
      } else if (given < chunks && distance(this.#consumed, this.#acked) < ring.slots) {
        ring.publish();
        this.#consumed = following(this.#consumed);
        given++;
      } else {
        await this.#bell.wait(isReady);
      }
    }
  }

  async close(): Promise<void> {
    this.#ring.requestStop(stopDrain);
    await this.#ended;
  }
}
