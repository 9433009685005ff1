import { BatchWalker } from '../../../native-free-core/wire/batch-walker.js';
import { endOfBatch, ok, wireStatusNames } from '../../../native-free-core/wire/wire-status.js';
import type { Message } from '../api/message.js';
import type { EntryFanIn } from './entry-fan-in.js';
import { MessageBuilder } from './message-builder.js';
import { ReceivedEntry } from './received-entry.js';

/** The same entries as objects, message by message. */
export class MessageStream {
  readonly #entry = new ReceivedEntry();
  readonly #walker = new BatchWalker();
  readonly #builder = new MessageBuilder();
  #isWalking = false;
  #generation = 0;

  constructor(readonly entries: EntryFanIn) {}

  /** Undefined: none now. */
  next(): Message | undefined {
    for (;;) {
      if (!this.#isWalking && !this.#begin()) return undefined;
      if (this.entries.of(this.#entry.partition)?.generation !== this.#generation) {
        // The rest of it comes again.
        this.#end();
        continue;
      }
      if (this.#walker.next() !== ok) this.#end();
      else if (this.#entry.entry.isPending(this.#walker.index) && !this.#walker.isCompactedOut) {
        return this.#builder.build(this.#entry, this.#walker);
      }
    }
  }

  close(): void {
    if (this.#isWalking) this.#end();
  }

  /** Each batch is walked once before, so that nothing of a bad one is handed out and acknowledged. */
  #begin(): boolean {
    const received = this.#entry;
    const walker = this.#walker;
    for (;;) {
      if (!this.entries.next(received)) return false;
      walker.begin(received.entry, received.bytes, received.start, received.end);
      let status = ok;
      while (status === ok) status = walker.next();
      if (status === endOfBatch) break;
      this.entries.reject(received, `${wireStatusNames[status]}, after ${walker.index + 1} messages`);
    }
    walker.begin(received.entry, received.bytes, received.start, received.end);
    this.#generation = this.entries.of(received.partition)?.generation ?? 0;
    this.#isWalking = true;
    return true;
  }

  #end(): void {
    this.#isWalking = false;
    this.entries.release(this.#entry);
  }
}
