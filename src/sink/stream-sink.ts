import type { Writable } from 'node:stream';
import { MillraceError, reasonOf } from '../errors.js';
import type { Sink } from './sink.js';

/** Standard output, or any stream of bytes. A reader that has gone (`| head`) ends the run quietly. */
export class StreamSink implements Sink {
  readonly #stream: Writable;
  #isClosedByReader = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    // The stream emits what the write's callback also gets: without a listener it would end the process.
    stream.on('error', (error: NodeJS.ErrnoException) => this.#note(error));
  }

  get isClosedByReader(): boolean {
    return this.#isClosedByReader;
  }

  #note(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') this.#isClosedByReader = true;
  }

  write(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length === 0 || this.#isClosedByReader) return undefined;
    return new Promise((resolve, reject) => {
      this.#stream.write(bytes, error => {
        if (error) this.#note(error);
        if (!error || this.#isClosedByReader) resolve();
        else
          reject(
            new MillraceError('sink_unwritable', `cannot write to standard output: ${reasonOf(error)}`, {
              domain: 'output',
              cause: error,
            }),
          );
      });
    });
  }

  close(): void {}
}
