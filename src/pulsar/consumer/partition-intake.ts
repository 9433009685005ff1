import { entriesQueuedMax } from '../../../native-free-core/limits.js';
import type { Entry } from '../../../native-free-core/wire/entry.js';
import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import type { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import { badChecksum, badCommand, ok } from '../../../native-free-core/wire/wire-status.js';
import type { MessageId } from '../api/message-id.js';
import type { Connection } from '../connection/connection.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { ArenaBudget } from './arena-budget.js';
import { badEntry } from './bad-entry.js';
import { ChunkAssembler } from './chunk-assembler.js';
import { ChunkExpiry } from './chunk-expiry.js';
import { ChunksOfMessages } from './chunks-of-messages.js';
import { encrypted, entryError, unreadable } from './entry-errors.js';
import { EntryQueue } from './entry-queue.js';
import { FailoverTurn } from './failover-turn.js';
import { FlowPermits } from './flow-permits.js';
import { HeldEntries } from './held-entries.js';
import { MessageCount } from './message-count.js';
import { entryKey, idOfEntry } from './message-ids.js';
import type { PartitionConsumer } from './partition-consumer.js';
import type { ReceivedEntry } from './received-entry.js';
import { sendFlow } from './send-flow.js';
import { dropBefore, pendingMessages, type StartPosition } from './start-position.js';

/** What one partition receives, from the socket to whoever reads it; permits go the other way. */
export class PartitionIntake {
  /** Nothing before it is handed out; for a reader it moves on with what was. */
  start: StartPosition | undefined;
  readonly #arena: ReceiveArena;
  readonly #queue = new EntryQueue(entriesQueuedMax);
  readonly #held = new HeldEntries();
  readonly #flow: FlowPermits;
  readonly #chunks: ChunkAssembler;
  readonly #expiry: ChunkExpiry;
  readonly chunkIds = new ChunksOfMessages();
  readonly turn: FailoverTurn;
  readonly #count = new MessageCount();
  /** Messages of the frame in the queue's fields, as the broker counts them. */
  #counted = 0;
  #connection: Connection | undefined;
  #isSeeking = false;
  #isAtEnd = false;
  #epochMin = -1;
  /** The entry whose checksum was wrong, before it was asked for once more. */
  #suspect = '';

  constructor(readonly consumer: PartitionConsumer) {
    const { context, settings } = consumer.parts;
    this.start = settings.start;
    this.#arena = context.arena;
    this.#chunks = new ChunkAssembler(consumer.partition, context.nowMs);
    this.#expiry = new ChunkExpiry(consumer, this.#chunks);
    this.#flow = new FlowPermits(settings.receiverQueueMessages, ArenaBudget.of(context.arena), permits => {
      if (this.#connection !== undefined) sendFlow(this.#connection, consumer.session.consumerId, permits);
    });
    const isTold = settings.type === 'Failover' && settings.topic.domain === 'persistent';
    this.turn = new FailoverTurn(isTold, {
      grant: () => this.#flow.open(),
      remind: () => this.#flow.remind(),
      withhold: () => {
        consumer.generation++;
        this.#flow.pause();
        this.discardQueued(this.#epochMin);
      },
      redeliver: () => {
        consumer.redeliverUnacknowledged();
        this.#flow.resume();
      },
    });
  }

  open(connection: Connection): void {
    this.#connection = connection;
    this.#isAtEnd = false;
    this.turn.open();
  }

  /** The session is over. What was handed out stays valid until it is released. */
  close(): void {
    this.#connection = undefined;
    this.turn.end();
    while (this.#queue.take()) this.#arena.release(this.#queue.segment);
    this.#expiry.close();
    this.#chunks.clear();
    this.chunkIds.clear();
    this.#flow.close();
  }

  onEntry(frame: FrameRange): void {
    if (this.#connection === undefined || this.#isSeeking) return;
    if (!this.#queue.push(frame)) {
      const words = `${this.consumer.topic}: more than ${entriesQueuedMax} entries beyond the permits`;
      this.consumer.stop(new PulsarError('PROTOCOL_ERROR', words));
      return;
    }
    this.#arena.retain(frame.segment);
    this.#flow.arrived(frame.end - frame.start);
    if (this.#flow.bytesPerMessage === 0) {
      this.#flow.learn(this.#count.of(frame.bytes, frame), frame.end - frame.start);
    }
    this.consumer.parts.owner.onReadable();
  }

  onEndOfTopic(): void {
    this.#isAtEnd = true;
    this.consumer.parts.owner.onReadable();
  }

  next(into: ReceivedEntry): boolean {
    while (this.turn.isOurs && this.#queue.take()) {
      if (this.#open(into)) return true;
    }
    this.#expiry.check();
    if (this.#isAtEnd && this.#queue.length === 0) this.consumer.reachedEnd();
    return false;
  }

  release(token: number): void {
    const held = this.#held;
    const messages = held.messagesOf(token);
    if (messages < 0) throw new Error(`${this.consumer.topic}: entry ${token} was released before`);
    const segment = held.segmentOf(token);
    const bytes = held.bytesOf(token);
    const buffer = held.bufferOf(token);
    held.drop(token);
    if (segment >= 0) this.#arena.release(segment);
    if (buffer !== undefined) this.consumer.parts.opener.pool.give(buffer);
    this.#flow.released(messages, bytes);
  }

  /** An entry that was handed out, and whose batch is bad. */
  reject(into: ReceivedEntry, error: PulsarError): void {
    const { entry } = into;
    const ids = this.chunkIds.take(this.#idOf(entry));
    // Of a chunked message, what its chunks make together, decompressed; else the payload as it came.
    const payload =
      ids === undefined
        ? entry.bytes.slice(entry.payloadStart, entry.payloadEnd)
        : into.bytes.slice(into.start, into.end);
    this.release(into.token);
    badEntry(this.consumer, ids ?? [this.#idOf(entry)], payload, error);
  }

  /** What waits in the queue comes again under a new epoch; -1: without one. */
  discardQueued(epochMin: number): void {
    this.#epochMin = epochMin;
    this.#chunks.clear();
    while (this.#queue.take()) this.#dropGlanced();
  }

  beginSeek(start: StartPosition | undefined): void {
    this.discardQueued(this.#epochMin);
    this.#isSeeking = true;
    this.start = start;
  }

  endSeek(): void {
    this.#isSeeking = false;
  }

  /** The frame in the queue's fields. @returns false: it is not for the reader, and was dealt with */
  #open(into: ReceivedEntry): boolean {
    const queue = this.#queue;
    const { consumer } = this;
    const status = into.reader.read(this.#arena.bytes, queue.commandStart, queue.commandEnd, queue.end);
    const { entry } = into;
    if (status !== ok) {
      this.#onUnreadable(entry, status);
      return false;
    }
    // What the broker takes from its permits, also for messages that we leave out.
    this.#counted = pendingMessages(entry);
    if (this.start !== undefined) dropBefore(this.start, entry);
    into.messages = pendingMessages(entry);
    const isStale = entry.consumerEpoch >= 0 && entry.consumerEpoch < this.#epochMin;
    if (isStale || into.messages === 0) {
      this.#drop();
      return false;
    }
    if (entry.markerType >= 0) {
      this.#drop();
      if (consumer.parts.settings.isDurable) consumer.acks.individual(this.#idOf(entry)).catch(() => {});
      return false;
    }
    if (entry.isEncrypted) {
      this.#bad(entry, encrypted(consumer.topic, entry));
      return false;
    }
    into.partition = consumer.partition;
    into.topic = consumer.topic;
    if (entry.chunks > 0) return this.#openChunk(into);
    if (entry.compression !== 0) {
      return this.#openCompressed(into, entry.bytes.subarray(entry.payloadStart, entry.payloadEnd));
    }
    into.bytes = entry.bytes;
    into.start = entry.payloadStart;
    into.end = entry.payloadEnd;
    this.#hold(into, undefined);
    return true;
  }

  #openCompressed(into: ReceivedEntry, source: Uint8Array, chunks?: readonly MessageId[]): boolean {
    const { entry } = into;
    const { opener } = this.consumer.parts;
    const opened = opener.open(entry.compression, source, entry.uncompressedBytes);
    if (opened instanceof PulsarError) {
      const error = entryError(opened.code, this.consumer.topic, entry, opened.message, opened);
      if (chunks === undefined) this.#bad(entry, error);
      else {
        this.#drop();
        badEntry(this.consumer, chunks, source.slice(), error);
      }
      return false;
    }
    into.bytes = opened;
    into.start = 0;
    into.end = entry.uncompressedBytes;
    this.#hold(into, opened);
    return true;
  }

  /** The last chunk's metadata is the message's; its payload is that of all. */
  #openChunk(into: ReceivedEntry): boolean {
    const { entry } = into;
    const whole = this.#chunks.add(entry);
    if (whole === undefined) {
      this.#expiry.watch();
      this.#drop();
      return false;
    }
    if ('problem' in whole) {
      const error = entryError('CHUNKS_INCOMPLETE', this.consumer.topic, entry, whole.problem);
      const { before } = whole;
      if (before !== undefined)
        badEntry(this.consumer, before.ids, before.bytes.slice(0, before.filled), error);
      this.#bad(entry, error);
      return false;
    }
    this.chunkIds.set(this.#idOf(entry), whole.ids);
    if (entry.compression !== 0) return this.#openCompressed(into, whole.bytes, whole.ids);
    into.bytes = whole.bytes;
    into.start = 0;
    into.end = whole.bytes.length;
    this.#hold(into, undefined);
    return true;
  }

  #hold(into: ReceivedEntry, buffer: Uint8Array | undefined): void {
    const queue = this.#queue;
    const frameBytes = queue.end - queue.start;
    const { entry } = into;
    into.token = this.#held.hold(queue.segment, this.#counted, frameBytes, buffer);
    this.#flow.taken(this.#counted, frameBytes);
    if (!this.consumer.parts.settings.isDurable) {
      this.start = { ledgerId: entry.ledgerId, entryId: entry.entryId, index: Number.POSITIVE_INFINITY };
    }
  }

  #drop(): void {
    const queue = this.#queue;
    this.#arena.release(queue.segment);
    this.#flow.dropped(this.#counted, queue.end - queue.start);
  }

  #dropGlanced(): void {
    this.#counted = this.#count.of(this.#arena.bytes, this.#queue);
    this.#drop();
  }

  #onUnreadable(entry: Entry, status: number): void {
    const { consumer } = this;
    const key = entryKey(entry);
    const error = unreadable(consumer.topic, entry, status);
    this.#counted = this.#count.of(this.#arena.bytes, this.#queue);
    if (status === badCommand) {
      // Without an id it can be neither acknowledged nor told from others.
      this.#drop();
      consumer.stop(error);
    } else if (status === badChecksum && this.#suspect !== key) {
      // It may have been damaged on its way: once more.
      this.#suspect = key;
      this.#drop();
      void consumer.session.renew(error);
    } else this.#bad(entry, error, this.#queue.commandEnd, this.#queue.end); // all that follows the command
  }

  #bad(entry: Entry, error: PulsarError, from = entry.payloadStart, to = entry.payloadEnd): void {
    const payload = entry.bytes.slice(from, to);
    this.#drop();
    badEntry(this.consumer, [this.#idOf(entry)], payload, error);
  }

  #idOf(entry: Entry): MessageId {
    return idOfEntry(entry, this.consumer.partition);
  }
}
