import type { Entry } from '../../../native-free-core/wire/entry.js';
import { EntryReader } from '../../../native-free-core/wire/entry-reader.js';

/**
 * One received entry (a batch, or a single message), filled again by each `EntryStream.next`. For its messages:
 * `walker.begin(entry.entry, entry.bytes, entry.start, entry.end)`.
 */
export class ReceivedEntry {
  readonly reader = new EntryReader();
  /** Index of the partition; -1 on a topic without partitions. */
  partition = -1;
  /** Full name, with the partition's suffix. */
  topic = '';
  /** Shared memory that holds the payload, decompressed: the arena, or a buffer of its own. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Messages of it that are to be delivered: without those that were acknowledged before (see `Entry.isPending`). */
  messages = 0;
  /** What `EntryStream.releaseToken` gives back; -1: nothing is held. */
  token = -1;

  get entry(): Entry {
    return this.reader.entry;
  }
}

/**
 * Entries in the order of their arrival, without an object or a promise for each. An entry's memory is kept, and its
 * permits are withheld from the broker, until it is released; several may be held, and released in any order.
 *
 * ```
 * while (true) {
 *   while (entries.next(entry)) { ...; entries.release(entry); }
 *   await entries.whenReadable();
 * }
 * ```
 */
export interface EntryStream {
  /** @returns false: none is there now. `entry` is then unchanged, or holds anything */
  next(entry: ReceivedEntry): boolean;
  /**
   * Resolves when `next` may have one.
   * @throws PulsarError PARTITION_STOPPED when nothing will come any more (the cause says why); CLOSED
   */
  whenReadable(): Promise<void>;
  /** Gives memory and permits back. @throws Error if it was released before (a defect of the caller) */
  release(entry: ReceivedEntry): void;
  /** The same for an entry of which only partition and token were kept. */
  releaseToken(partition: number, token: number): void;
  /**
   * The entry's batch cannot be walked: what `onBadEntry` says happens to it. Releases it.
   * @param why for the error's message
   */
  reject(entry: ReceivedEntry, why: string): void;
}
