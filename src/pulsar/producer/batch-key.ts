import { OutgoingRecord } from '../../../native-free-core/wire/outgoing-record.js';

/** Key and ordering key that all messages of the open batch have: what a Key_Shared subscription shares it out by. */
export class BatchKey {
  /** For the batch's head. Its bytes are this object's own. */
  readonly record = new OutgoingRecord();
  #bytes = new Uint8Array(256);

  take(from: OutgoingRecord): void {
    const { record } = this;
    const keyBytes = from.keyStart < 0 ? 0 : from.keyEnd - from.keyStart;
    const orderingBytes = from.orderingKeyStart < 0 ? 0 : from.orderingKeyEnd - from.orderingKeyStart;
    if (keyBytes + orderingBytes > this.#bytes.length) this.#bytes = new Uint8Array(keyBytes + orderingBytes);
    record.clear();
    record.key = record.orderingKey = this.#bytes;
    record.keyIsBase64 = from.keyIsBase64;
    if (from.keyStart >= 0) {
      this.#bytes.set(from.key.subarray(from.keyStart, from.keyEnd));
      record.keyStart = 0;
      record.keyEnd = keyBytes;
    }
    if (from.orderingKeyStart >= 0) {
      this.#bytes.set(from.orderingKey.subarray(from.orderingKeyStart, from.orderingKeyEnd), keyBytes);
      record.orderingKeyStart = keyBytes;
      record.orderingKeyEnd = keyBytes + orderingBytes;
    }
  }

  isOf(other: OutgoingRecord): boolean {
    const { key, keyStart, keyEnd, orderingKey, orderingKeyStart, orderingKeyEnd, keyIsBase64 } = this.record;
    return (
      keyIsBase64 === other.keyIsBase64 &&
      isSame(key, keyStart, keyEnd, other.key, other.keyStart, other.keyEnd) &&
      isSame(
        orderingKey,
        orderingKeyStart,
        orderingKeyEnd,
        other.orderingKey,
        other.orderingKeyStart,
        other.orderingKeyEnd,
      )
    );
  }
}

/** A start of -1: there is none, which is not the same as an empty one. */
function isSame(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  if (aStart < 0 || bStart < 0) return aStart < 0 && bStart < 0;
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}
