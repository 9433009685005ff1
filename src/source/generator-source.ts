import { EventGenerator, type GeneratorOptions } from './generator.js';
import type { Source } from './source.js';

/** The shortest wait for more events of a paced generator: a chunk a hundredth of a second is quick enough. */
const pauseMs = 10;

/** The built-in stream of transactions, at its rate by the wall clock, or as fast as it is taken (rate 0). */
export class GeneratorSource implements Source {
  readonly #generator: EventGenerator;
  readonly #ratePerSecond: number;
  readonly #startedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** The generator stamps its own records: none is ahead of its publish time. */
  readonly publishTimeMs = Number.POSITIVE_INFINITY;

  constructor(options: GeneratorOptions, ratePerSecond: number) {
    this.#generator = new EventGenerator(options);
    this.#ratePerSecond = ratePerSecond;
  }

  read(target: Uint8Array): number | Promise<number> {
    const due = this.#due();
    if (due > 0 || this.#generator.done || this.#isClosed) return this.#fill(target, due);
    return this.#wait(target);
  }

  #due(): number {
    if (this.#ratePerSecond === 0) return Number.MAX_SAFE_INTEGER;
    const elapsedMs = performance.now() - this.#startedAt;
    return Math.floor((elapsedMs * this.#ratePerSecond) / 1000) - this.#generator.produced;
  }

  #fill(target: Uint8Array, events: number): number {
    if (this.#isClosed) return 0;
    return this.#generator.fill(target, 0, target.length, events);
  }

  async #wait(target: Uint8Array): Promise<number> {
    while (this.#due() <= 0 && !this.#isClosed) {
      const waitMs = Math.max(pauseMs, ((1 - this.#due()) * 1000) / this.#ratePerSecond);
      await new Promise<void>(resolve => {
        this.#timer = setTimeout(resolve, Math.min(waitMs, 1000));
      });
    }
    return this.#fill(target, this.#due());
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
