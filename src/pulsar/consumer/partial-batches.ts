import { ackSetWordsMax, partialBatchesMax } from '../../../native-free-core/limits.js';
import type { MessageId } from '../api/message-id.js';

export interface PartialBatch {
  readonly ledgerId: number;
  readonly entryId: number;
  readonly batchSize: number;
  /** Words of 64 bits as two int32, low first; a 1 bit is a message that is not acknowledged. */
  readonly ackSet: Int32Array;
  /** 1 bits. */
  left: number;
}

/**
 * What of each batch this consumer has not acknowledged yet. The broker keeps the same if it is set up to; if it is
 * not, only the last message of a batch acknowledges it, and this tells which one is the last.
 */
export class PartialBatches {
  readonly #batches = new Map<string, PartialBatch>();

  clear(): void {
    this.#batches.clear();
  }

  /** Takes one message out. Undefined: the whole entry is acknowledged now. */
  remove(id: MessageId): PartialBatch | undefined {
    const key = `${id.ledgerId}:${id.entryId}`;
    let batch = this.#batches.get(key);
    if (batch === undefined) {
      if (this.#batches.size >= partialBatchesMax) this.#forgetOldest();
      batch = { ...id, ackSet: fullAckSet(id.batchSize), left: id.batchSize };
      this.#batches.set(key, batch);
    }
    const word = id.batchIndex >>> 5;
    const bit = 1 << (id.batchIndex & 31);
    if ((batch.ackSet[word] & bit) !== 0) {
      batch.ackSet[word] &= ~bit;
      batch.left--;
    }
    if (batch.left > 0) return batch;
    this.#batches.delete(key);
    return undefined;
  }

  /** At worst, a broker that does not keep ack sets sends that batch again. */
  #forgetOldest(): void {
    for (const key of this.#batches.keys()) {
      this.#batches.delete(key);
      return;
    }
  }
}

/** All `batchSize` messages unacknowledged, from `from` on. */
export function fullAckSet(batchSize: number, from = 0): Int32Array {
  const set = new Int32Array(2 * Math.min(ackSetWordsMax, Math.ceil(batchSize / 64)));
  for (let i = from; i < batchSize; i++) set[i >>> 5] |= 1 << (i & 31);
  return set;
}
