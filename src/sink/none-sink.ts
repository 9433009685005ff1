import type { Sink } from './sink.js';

/** Takes everything and keeps nothing: vectors are still encoded. */
export class NoneSink implements Sink {
  readonly isClosedByReader = false;
  write(): void {}
  close(): void {}
}
