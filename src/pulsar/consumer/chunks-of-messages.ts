import { chunkedUnackedMax } from '../../../native-free-core/limits.js';
import type { MessageId } from '../api/message-id.js';
import { entryKey } from './message-ids.js';

/**
 * The chunks of each message that was put together and is not acknowledged, by its last chunk, whose id is the
 * message's. Past the bound the oldest is forgotten: its first chunks stay unacknowledged, and come again.
 */
export class ChunksOfMessages {
  readonly #ids = new Map<string, readonly MessageId[]>();

  clear(): void {
    this.#ids.clear();
  }

  set(id: MessageId, chunks: readonly MessageId[]): void {
    if (this.#ids.size >= chunkedUnackedMax) {
      for (const oldest of this.#ids.keys()) {
        this.#ids.delete(oldest);
        break;
      }
    }
    this.#ids.set(entryKey(id), chunks);
  }

  of(id: MessageId): readonly MessageId[] | undefined {
    return this.#ids.size === 0 ? undefined : this.#ids.get(entryKey(id));
  }

  take(id: MessageId): readonly MessageId[] | undefined {
    const chunks = this.of(id);
    if (chunks !== undefined) this.#ids.delete(entryKey(id));
    return chunks;
  }
}
