import { EventGenerator, type GeneratorOptions } from './generator.js';
import type { Source } from './source.js';

/** The shortest wait for more events of a paced generator: each chunk wakes every thread, which costs half a millisecond. */
const pauseMs = 20;

/** The built-in stream of transactions, at its rate by the wall clock, or as fast as it is taken (rate 0). */
export class GeneratorSource implements Source {
  readonly #generator: EventGenerator;
  readonly #ratePerSecond: number;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #restsUntil = 0;

  /** The generator stamps its own records: none is ahead of its publish time. */
  readonly publishTimeMs = Number.POSITIVE_INFINITY;

  constructor(options: GeneratorOptions, ratePerSecond: number) {
    this.#generator = new EventGenerator(options);
    this.#ratePerSecond = ratePerSecond;
  }

  read(target: Uint8Array): number | Promise<number> {
    if (this.#isClosed || this.#generator.done) return 0;
    const due = this.#due();
    return due > 0 ? this.#fill(target, due) : this.#wait(target);
  }

  /** Events that the wall clock asks for; none while the source rests. */
  #due(): number {
    if (this.#ratePerSecond === 0) return Number.MAX_SAFE_INTEGER;
    const now = performance.now();
    if (now < this.#restsUntil) return 0;
    return Math.floor(((now - this.#startedAt) * this.#ratePerSecond) / 1000) - this.#generator.produced;
  }

  #fill(target: Uint8Array, due: number): number {
    const before = this.#generator.produced;
    const filled = this.#generator.fill(target, 0, target.length, due);
    // Who has caught up rests, or else a chunk of one event would follow at once.
    if (this.#generator.produced - before === due) this.#restsUntil = performance.now() + pauseMs;
    return filled;
  }

  async #wait(target: Uint8Array): Promise<number> {
    for (let due = 0; due <= 0; due = this.#due()) {
      if (this.#isClosed) return 0;
      const restMs = Math.ceil(this.#restsUntil - performance.now());
      const waitMs = Math.max(1, restMs, 1000 / this.#ratePerSecond);
      await new Promise<void>(resolve => {
        this.#timer = setTimeout(resolve, Math.min(waitMs, 1000));
      });
    }
    return this.#isClosed ? 0 : this.#fill(target, this.#due());
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
