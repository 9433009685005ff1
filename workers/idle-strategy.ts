import { bellWord, parkedWord } from '../native-free-core/layout/run-words.js';
import type { SlotRing } from '../native-free-core/ring/slot-ring.js';

/** Empty turns before a worker parks: about 20 us. More steals the core that the awaited thread needs. */
const spinsMax = 200;
/** A parked worker looks around by itself this often, so that a lost wake-up costs time, never a hang. */
const parkMsMax = 1000;

/** Spins a little, then parks on the worker's bell until another thread rings it. */
export class IdleStrategy {
  readonly #words: Int32Array;
  readonly #ring: SlotRing;
  readonly #worker: number;
  #spins = 0;

  constructor(words: Int32Array, ring: SlotRing, worker: number) {
    this.#words = words;
    this.#ring = ring;
    this.#worker = worker;
  }

  /** Called after a turn that did something. */
  reset(): void {
    this.#spins = 0;
  }

  /** Called after a turn that found nothing to do. */
  idle(): void {
    // Main is not woken for every chunk; now it is, since nothing else may come.
    if (this.#spins === 0) this.#ring.wakeMain();
    if (this.#spins++ < spinsMax) return;
    this.#spins = 0;
    const bell = bellWord(1 + this.#worker);
    const parked = parkedWord(1 + this.#worker);
    // The bell is read before the flag is raised: a ring in between changes it, and the wait returns at once.
    const heard = Atomics.load(this.#words, bell);
    Atomics.store(this.#words, parked, 1);
    if (!this.#ring.hasWork(this.#worker)) Atomics.wait(this.#words, bell, heard, parkMsMax);
    Atomics.store(this.#words, parked, 0);
  }
}
