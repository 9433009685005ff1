import type { Readable } from 'node:stream';
import { MillraceError, reasonOf } from '../errors.js';
import type { Source } from './source.js';

/** Standard input, or any stream of bytes: it is read no faster than the ring takes it. */
export class StreamSource implements Source {
  readonly #stream: Readable;
  #rest: Uint8Array = new Uint8Array(0);
  #hasEnded = false;
  #failure: unknown;

  constructor(
    stream: Readable,
    readonly publishTimeMs: number,
    readonly name = 'standard input',
  ) {
    this.#stream = stream;
    stream.once('end', () => {
      this.#hasEnded = true;
    });
    stream.once('close', () => {
      this.#hasEnded = true;
    });
    stream.once('error', error => {
      this.#failure = error;
    });
  }

  read(target: Uint8Array): number | Promise<number> {
    const taken = this.#take(target);
    if (taken > 0) return taken;
    return this.#wait(target);
  }

  #take(target: Uint8Array): number {
    if (this.#rest.length === 0) this.#rest = (this.#stream.read() as Buffer | null) ?? this.#rest;
    const taken = Math.min(this.#rest.length, target.length);
    target.set(this.#rest.subarray(0, taken));
    this.#rest = this.#rest.subarray(taken);
    return taken;
  }

  async #wait(target: Uint8Array): Promise<number> {
    for (;;) {
      if (this.#failure !== undefined) {
        throw new MillraceError('source_unreadable', `cannot read ${this.name}: ${reasonOf(this.#failure)}`, {
          domain: 'input',
          cause: this.#failure,
        });
      }
      const taken = this.#take(target);
      if (taken > 0) return taken;
      if (this.#hasEnded) return 0;
      await this.#change();
    }
  }

  #change(): Promise<void> {
    const stream = this.#stream;
    const events = ['readable', 'end', 'close', 'error'];
    return new Promise(resolve => {
      const done = (): void => {
        for (const event of events) stream.off(event, done);
        resolve();
      };
      for (const event of events) stream.on(event, done);
    });
  }

  close(): void {
    this.#stream.destroy();
  }
}
