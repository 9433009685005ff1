import { EntryReader } from '../../../native-free-core/wire/entry-reader.js';
import { ok } from '../../../native-free-core/wire/wire-status.js';
import { pendingMessages } from './start-position.js';

/** How many permits an entry takes at the broker, which does not look at its checksum. */
export class MessageCount {
  readonly #reader = new EntryReader();

  of(bytes: Uint8Array, frame: FrameBorders): number {
    const status = this.#reader.read(bytes, frame.commandStart, frame.commandEnd, frame.end, false);
    const { entry } = this.#reader;
    return status === ok ? pendingMessages(entry) : entry.messages;
  }
}

interface FrameBorders {
  readonly commandStart: number;
  readonly commandEnd: number;
  readonly end: number;
}
