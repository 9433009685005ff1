import { bellWord, mainThread, parkedWord } from '../native-free-core/layout/run-words.js';

/** Where the main thread waits for workers, sinks and sources without blocking its event loop. */
export class MainBell {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Wakes the waiter from this thread. */
  ring(): void {
    Atomics.add(this.#words, bellWord(mainThread), 1);
    Atomics.notify(this.#words, bellWord(mainThread));
  }

  /**
   * Waits until the bell rings.
   * @param isReady asked once more after the flag is up: what became ready before must not be slept through
   */
  async wait(isReady: () => boolean): Promise<void> {
    const words = this.#words;
    const heard = Atomics.load(words, bellWord(mainThread));
    Atomics.store(words, parkedWord(mainThread), 1);
    if (!isReady()) {
      const waited = Atomics.waitAsync(words, bellWord(mainThread), heard);
      if (waited.async) await waited.value;
    }
    Atomics.store(words, parkedWord(mainThread), 0);
  }
}
