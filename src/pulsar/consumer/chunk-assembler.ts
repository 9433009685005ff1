import { chunkedBytesMax, chunkedMessagesMax } from '../../../native-free-core/limits.js';
import type { Entry } from '../../../native-free-core/wire/entry.js';
import type { MessageId } from '../api/message-id.js';
import { idOfEntry } from './message-ids.js';

export interface ChunkedMessage {
  readonly uuid: string;
  readonly bytes: Uint8Array;
  /** Of all chunks, also of those that came twice: all are to be acknowledged. */
  readonly ids: MessageId[];
  /** Number of the chunk that must come next. */
  next: number;
  readonly chunks: number;
  filled: number;
  lastMs: number;
}

/** A chunk that does not fit, and what of its message was there before it. */
export interface BrokenChunk {
  readonly problem: string;
  readonly before: ChunkedMessage | undefined;
}

/** Puts chunked messages together. Their chunks are copied at once, so that they hold nothing of the arena. */
export class ChunkAssembler {
  readonly #underWay = new Map<string, ChunkedMessage>();
  #bytes = 0;

  constructor(
    readonly partition: number,
    readonly nowMs: () => number,
  ) {}

  get underWay(): number {
    return this.#underWay.size;
  }

  clear(): void {
    this.#underWay.clear();
    this.#bytes = 0;
  }

  /** @returns the whole message; undefined: more chunks must come; or what is wrong */
  add(entry: Entry): ChunkedMessage | BrokenChunk | undefined {
    const uuid = uuidOf(entry);
    const problem = this.#problemOf(entry, uuid);
    if (problem !== undefined) {
      return { problem, before: this.#forget(uuid) };
    }
    // A producer that lost its connection sends the message from its first chunk on again.
    if (entry.chunkId === 0) this.#begin(entry, uuid);
    const message = this.#underWay.get(uuid);
    if (message === undefined) throw new Error(`chunk ${entry.chunkId} of ${uuid} has no beginning`);
    message.ids.push(idOfEntry(entry, this.partition));
    if (entry.chunkId < message.next) return undefined;
    message.bytes.set(entry.bytes.subarray(entry.payloadStart, entry.payloadEnd), message.filled);
    message.filled += entry.payloadEnd - entry.payloadStart;
    message.next++;
    message.lastMs = this.nowMs();
    if (message.next < message.chunks) return undefined;
    this.#forget(uuid);
    if (message.filled === message.bytes.length) return message;
    const mismatch = `chunks of ${message.filled} bytes make a message of ${message.bytes.length}`;
    message.ids.pop();
    message.filled -= entry.payloadEnd - entry.payloadStart;
    return { problem: mismatch, before: message };
  }

  /** Takes out those of which nothing came for so long. */
  takeExpired(ageMs: number): ChunkedMessage[] {
    const limit = this.nowMs() - ageMs;
    const expired = [...this.#underWay.values()].filter(message => message.lastMs <= limit);
    for (const { uuid } of expired) this.#forget(uuid);
    return expired;
  }

  #problemOf(entry: Entry, uuid: string): string | undefined {
    const { chunkId, chunks, chunkedBytes } = entry;
    const known = this.#underWay.get(uuid);
    const payloadBytes = entry.payloadEnd - entry.payloadStart;
    if (uuid === '' || chunkId < 0 || chunkId >= chunks) return `chunk ${chunkId} of ${chunks}`;
    if (chunkId === 0) {
      const others = this.#bytes - (known?.bytes.length ?? 0);
      if (chunkedBytes <= 0 || others + chunkedBytes > chunkedBytesMax) {
        return `chunks of ${chunkedBytes} bytes beside ${others} under way; at most ${chunkedBytesMax}`;
      }
      if (known === undefined && this.#underWay.size >= chunkedMessagesMax) {
        return `more than ${chunkedMessagesMax} chunked messages under way`;
      }
      return payloadBytes > chunkedBytes ? `more bytes than the declared ${chunkedBytes}` : undefined;
    }
    if (known === undefined) return `chunk ${chunkId} of ${chunks}, whose first one did not come before it`;
    if (chunkId > known.next) return `chunk ${chunkId} after chunk ${known.next - 1}`;
    if (chunkId < known.next) return undefined;
    const isTooMuch = known.filled + payloadBytes > known.bytes.length;
    return isTooMuch ? `more bytes than the declared ${known.bytes.length}` : undefined;
  }

  #begin(entry: Entry, uuid: string): void {
    this.#forget(uuid);
    const { chunks, chunkedBytes } = entry;
    const bytes = new Uint8Array(new SharedArrayBuffer(chunkedBytes));
    this.#bytes += chunkedBytes;
    this.#underWay.set(uuid, { uuid, bytes, ids: [], next: 0, chunks, filled: 0, lastMs: this.nowMs() });
  }

  #forget(uuid: string): ChunkedMessage | undefined {
    const message = this.#underWay.get(uuid);
    if (message === undefined) return undefined;
    this.#underWay.delete(uuid);
    this.#bytes -= message.bytes.length;
    return message;
  }
}

function uuidOf(entry: Entry): string {
  if (entry.uuidStart < 0) return '';
  return Buffer.from(entry.bytes.slice(entry.uuidStart, entry.uuidEnd)).toString('utf8');
}
