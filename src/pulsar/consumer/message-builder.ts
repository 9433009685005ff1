import type { BatchWalker } from '../../../native-free-core/wire/batch-walker.js';
import { PropertyCursor } from '../../../native-free-core/wire/property-cursor.js';
import { ok } from '../../../native-free-core/wire/wire-status.js';
import type { Message } from '../api/message.js';
import type { MessageId } from '../api/message-id.js';
import type { ReceivedEntry } from './received-entry.js';

/** Makes an object of the message that a walker stands on, with copies of all its bytes. */
export class MessageBuilder {
  readonly #properties = new PropertyCursor();
  readonly #texts = new WeakMap<ArrayBufferLike, Buffer>();

  /** @param walker begun on the entry, and standing on a message */
  build(received: ReceivedEntry, walker: BatchWalker): Message {
    const { entry } = received;
    const { metadataBytes } = walker;
    const isBatch = entry.isBatch;
    const id: MessageId = {
      ledgerId: entry.ledgerId,
      entryId: entry.entryId,
      partition: received.partition,
      batchIndex: isBatch ? walker.index : -1,
      batchSize: entry.messages,
    };
    const hasKey = walker.keyStart >= 0 && !walker.keyIsNull;
    return {
      topic: received.topic,
      id,
      data: walker.bytes.slice(walker.payloadStart, walker.payloadEnd),
      key: hasKey ? this.#text(metadataBytes, walker.keyStart, walker.keyEnd) : undefined,
      keyIsBase64: walker.keyIsBase64,
      orderingKey: copied(metadataBytes, walker.orderingKeyStart, walker.orderingKeyEnd),
      properties: this.#propertiesOf(walker),
      publishTimeMs: entry.publishTimeMs,
      eventTimeMs: walker.eventTimeMs,
      brokerTimeMs: entry.brokerTimeMs,
      sequenceId: walker.sequenceId >= 0 ? walker.sequenceId : entry.sequenceId,
      producerName: this.#text(entry.bytes, entry.producerNameStart, entry.producerNameEnd),
      schemaVersion: copied(entry.bytes, entry.schemaVersionStart, entry.schemaVersionEnd),
      redeliveryCount: entry.redeliveryCount,
    };
  }

  #propertiesOf(walker: BatchWalker): Record<string, string> {
    const found: Record<string, string> = {};
    if (walker.propertiesStart < 0) return found;
    const { metadataBytes } = walker;
    const cursor = this.#properties;
    cursor.begin(metadataBytes, walker.propertiesStart, walker.propertiesEnd, walker.propertiesTag);
    while (cursor.next() === ok) {
      const key = this.#text(metadataBytes, cursor.keyStart, cursor.keyEnd);
      const value = this.#text(metadataBytes, cursor.valueStart, cursor.valueEnd);
      // Not an assignment: a property may be called __proto__.
      Object.defineProperty(found, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return found;
  }

  /** UTF-8 from memory that may be shared, which `TextDecoder` refuses. */
  #text(bytes: Uint8Array, start: number, end: number): string {
    let buffer = this.#texts.get(bytes.buffer);
    if (buffer === undefined) {
      buffer = Buffer.from(bytes.buffer);
      this.#texts.set(bytes.buffer, buffer);
    }
    return buffer.toString('utf8', bytes.byteOffset + start, bytes.byteOffset + end);
  }
}

function copied(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  return start < 0 ? undefined : bytes.slice(start, end);
}
