import { Worker } from 'node:worker_threads';
import {
  ackedWord,
  aggregatedWord,
  decodedWord,
  decodeTicketWord,
  encodedWord,
  encodeTicketWord,
  publishedWord,
  runWordsBytes,
  stopDrain,
} from '../../native-free-core/layout/run-words.js';
import { following, SlotRing } from '../../native-free-core/ring/slot-ring.js';
import { MainBell } from '../../src/main-bell.js';

const slotWords = 128;
const faultNames = [
  'none',
  'two stages in one slot',
  'decoded before it was filled',
  'aggregated out of order',
  'aggregated before it was decoded',
  'encoded before every worker had aggregated',
  'collected before it was encoded, or out of order',
  'encoded twice, or never',
];

export interface RingShape {
  readonly workers: number;
  readonly slots: number;
  /** Sequence of the first chunk. */
  readonly start: number;
  /** False: workers spin and never sleep. */
  readonly parks: boolean;
  /** Longest stage, in loops. */
  readonly loops: number;
  /** The workers never wake main: the alarm must ring. */
  readonly isMute?: boolean;
}

/** Main's side of a ring whose workers (`ring-thread.mjs`) stamp and check. */
export class StampedRing {
  readonly ring: SlotRing;
  readonly bell: MainBell;
  /** Waits of main that only the watchdog ended. */
  lostWakeUps = 0;
  slowestWaitMs = 0;
  readonly #stamps: Int32Array;
  readonly #faults = new Int32Array(new SharedArrayBuffer(8));
  readonly #threads: Worker[];
  readonly #exits: Promise<unknown>[];
  #consumed: number;
  #acked: number;

  constructor(readonly shape: RingShape) {
    const { slots, workers, start } = shape;
    const words = new Int32Array(new SharedArrayBuffer(runWordsBytes(slots)));
    for (const word of [publishedWord, ackedWord, decodeTicketWord, encodeTicketWord]) words[word] = start;
    for (let w = 0; w < workers; w++) words[aggregatedWord(w)] = start;
    for (let slot = 0; slot < slots; slot++) {
      words[decodedWord(slot)] = -1;
      words[encodedWord(slot, slots)] = -1;
    }
    this.#consumed = start;
    this.#acked = start;
    this.ring = new SlotRing(words, slots, workers);
    this.bell = new MainBell(words);
    this.#stamps = new Int32Array(new SharedArrayBuffer(slots * slotWords * 4));
    const data = { ...shape, words: words.buffer, content: this.#stamps.buffer, faults: this.#faults.buffer };
    const file = new URL('./ring-thread.mjs', import.meta.url);
    this.#threads = Array.from({ length: workers }, (_, worker) => {
      return new Worker(file, { workerData: { ...data, worker } });
    });
    this.#exits = this.#threads.map(thread => {
      return new Promise((resolve, reject) => thread.once('exit', resolve).once('error', reject));
    });
  }

  /** Fills and publishes the next chunk; false if the ring is full. */
  publish(): boolean {
    if (this.inFlight === this.shape.slots) return false;
    const at = this.ring.slotOf(this.#consumed) * slotWords;
    if (Atomics.add(this.#stamps, at, 1) !== 0) this.#fault(1);
    this.#stamps[at + 1] = this.#consumed;
    this.#stamps[at + 4] = 0;
    Atomics.sub(this.#stamps, at, 1);
    this.#consumed = following(this.#consumed);
    this.ring.publish();
    return true;
  }

  /** Takes the next chunk, if it is encoded. */
  collect(): boolean {
    if (this.inFlight === 0 || !this.ring.isEncoded(this.#acked)) return false;
    const at = this.ring.slotOf(this.#acked) * slotWords;
    if (Atomics.add(this.#stamps, at, 1) !== 0) this.#fault(1);
    if (this.#stamps[at + 3] !== this.#acked || this.#stamps[at + 1] !== this.#acked) this.#fault(6);
    if (this.#stamps[at + 4] !== 1) this.#fault(7);
    Atomics.sub(this.#stamps, at, 1);
    this.ring.acked(this.#acked);
    this.#acked = following(this.#acked);
    return true;
  }

  get inFlight(): number {
    return (this.#consumed - this.#acked) & 0x7fffffff;
  }

  /** Sleeps until the next chunk is encoded, or the watchdog finds that nobody woke main. */
  async sleep(watchdogMs: number): Promise<void> {
    const before = performance.now();
    const watchdog = setTimeout(() => {
      // A machine that is merely slow has not encoded yet.
      if (this.ring.isEncoded(this.#acked)) this.lostWakeUps++;
      this.bell.ring();
    }, watchdogMs);
    await this.bell.wait(() => this.ring.isEncoded(this.#acked));
    clearTimeout(watchdog);
    this.slowestWaitMs = Math.max(this.slowestWaitMs, performance.now() - before);
  }

  async stop(): Promise<string> {
    this.ring.requestStop(stopDrain);
    // After a fault they might never be done.
    if (this.fault !== 'none') for (const thread of this.#threads) void thread.terminate();
    await Promise.all(this.#exits);
    return this.fault;
  }

  get fault(): string {
    const kind = Atomics.load(this.#faults, 0);
    return kind === 0 ? 'none' : `${faultNames[kind]}, at chunk ${Atomics.load(this.#faults, 1)}`;
  }

  #fault(kind: number): void {
    if (Atomics.compareExchange(this.#faults, 0, 0, kind) === 0) Atomics.store(this.#faults, 1, this.#acked);
  }
}
