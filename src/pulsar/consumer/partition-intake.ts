import { chunkedAgeMsMax, entriesQueuedMax } from '../../../native-free-core/limits.js';
import { flowFrameBytesMax, writeFlow } from '../../../native-free-core/wire/ack-frame.js';
import type { Entry } from '../../../native-free-core/wire/entry.js';
import { EntryReader } from '../../../native-free-core/wire/entry-reader.js';
import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import type { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import { badChecksum, badCommand, ok, wireStatusNames } from '../../../native-free-core/wire/wire-status.js';
import type { MessageId } from '../api/message-id.js';
import type { Connection } from '../connection/connection.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { ArenaBudget } from './arena-budget.js';
import { badEntry } from './bad-entry.js';
import { ChunkAssembler } from './chunk-assembler.js';
import { ChunksOfMessages } from './chunks-of-messages.js';
import { EntryQueue } from './entry-queue.js';
import { FlowPermits } from './flow-permits.js';
import { HeldEntries } from './held-entries.js';
import { entryKey, idOfEntry } from './message-ids.js';
import type { PartitionConsumer } from './partition-consumer.js';
import type { ReceivedEntry } from './received-entry.js';
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
  readonly chunkIds = new ChunksOfMessages();
  /** Only to look at frames that are not handed out. */
  readonly #glance = new EntryReader();
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
    this.#flow = new FlowPermits(settings.receiverQueueMessages, ArenaBudget.of(context.arena), permits =>
      this.#grant(permits),
    );
  }

  open(connection: Connection): void {
    this.#connection = connection;
    this.#isAtEnd = false;
    this.#flow.open();
  }

  /** The session is over. What was handed out stays valid until it is released. */
  close(): void {
    this.#connection = undefined;
    while (this.#queue.take()) this.#arena.release(this.#queue.segment);
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
    if (this.#flow.bytesPerMessage === 0) this.#learn(frame);
    this.consumer.parts.owner.onReadable();
  }

  /** This consumer is the active one now. */
  nudge(): void {
    this.#flow.nudge();
  }

  onEndOfTopic(): void {
    this.#isAtEnd = true;
    this.consumer.parts.owner.onReadable();
  }

  next(into: ReceivedEntry): boolean {
    while (this.#queue.take()) {
      if (this.#open(into)) return true;
    }
    if (this.#chunks.underWay > 0) this.#expireChunks();
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
    const payload = entry.bytes.slice(entry.payloadStart, entry.payloadEnd);
    const id = idOfEntry(entry, this.consumer.partition);
    this.release(into.token);
    badEntry(this.consumer, id, payload, error);
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
    if (this.start !== undefined) dropBefore(this.start, entry);
    const messages = pendingMessages(entry);
    const isStale = entry.consumerEpoch >= 0 && entry.consumerEpoch < this.#epochMin;
    if (isStale || messages === 0) {
      this.#drop(messages);
      return false;
    }
    if (entry.markerType >= 0) {
      this.#drop(messages);
      if (consumer.parts.settings.isDurable) consumer.acks.individual(this.#idOf(entry)).catch(() => {});
      return false;
    }
    if (entry.isEncrypted) {
      const words = `${consumer.topic}: entry ${entryKey(entry)} is encrypted, which this client does not read`;
      this.#bad(entry, messages, new PulsarError('NOT_SUPPORTED', words));
      return false;
    }
    into.partition = consumer.partition;
    into.topic = consumer.topic;
    into.messages = messages;
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

  #openCompressed(into: ReceivedEntry, source: Uint8Array): boolean {
    const { entry } = into;
    const { opener } = this.consumer.parts;
    const opened = opener.open(entry.compression, source, entry.uncompressedBytes);
    if (opened instanceof PulsarError) {
      this.#bad(entry, into.messages, this.#named(entry, opened));
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
      this.#drop(into.messages);
      return false;
    }
    if (typeof whole === 'string') {
      const words = `${this.consumer.topic}: entry ${entryKey(entry)}: ${whole}`;
      this.#bad(entry, into.messages, new PulsarError('CHUNKS_INCOMPLETE', words));
      return false;
    }
    this.chunkIds.set(this.#idOf(entry), whole.ids);
    if (entry.compression !== 0) return this.#openCompressed(into, whole.bytes);
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
    into.token = this.#held.hold(queue.segment, into.messages, frameBytes, buffer);
    this.#flow.taken(into.messages, frameBytes);
    if (!this.consumer.parts.settings.isDurable) {
      this.start = { ledgerId: entry.ledgerId, entryId: entry.entryId, index: Number.POSITIVE_INFINITY };
    }
  }

  #drop(messages: number): void {
    const queue = this.#queue;
    this.#arena.release(queue.segment);
    this.#flow.dropped(messages, queue.end - queue.start);
  }

  #dropGlanced(): void {
    const { commandStart, commandEnd, end } = this.#queue;
    const status = this.#glance.read(this.#arena.bytes, commandStart, commandEnd, end, false);
    this.#drop(status === ok ? pendingMessages(this.#glance.entry) : 1);
  }

  #learn(frame: FrameRange): void {
    const { bytes, commandStart, commandEnd, start, end } = frame;
    const status = this.#glance.read(bytes, commandStart, commandEnd, end, false);
    this.#flow.learn(status === ok ? pendingMessages(this.#glance.entry) : 1, end - start);
  }

  #onUnreadable(entry: Entry, status: number): void {
    const { consumer } = this;
    const key = entryKey(entry);
    const code = status === badChecksum ? 'CHECKSUM_MISMATCH' : 'BAD_ENTRY';
    const error = new PulsarError(code, `${consumer.topic}: entry ${key}: ${wireStatusNames[status]}`);
    if (status === badCommand) {
      // Without an id it can be neither acknowledged nor told from others.
      this.#drop(1);
      consumer.stop(error);
    } else if (status === badChecksum && this.#suspect !== key) {
      // It may have been damaged on its way: once more.
      this.#suspect = key;
      this.#drop(1);
      void consumer.session.renew(error);
    } else this.#bad(entry, 1, error);
  }

  #bad(entry: Entry, messages: number, error: PulsarError): void {
    const { payloadStart, payloadEnd } = entry;
    const from = payloadEnd > 0 ? payloadStart : this.#queue.commandEnd;
    const payload = entry.bytes.slice(from, payloadEnd > 0 ? payloadEnd : this.#queue.end);
    this.#drop(messages);
    badEntry(this.consumer, this.#idOf(entry), payload, error);
  }

  /** Those that lost a chunk are asked for once more by subscribing again. */
  #expireChunks(): void {
    const [expired] = this.#chunks.takeExpired(chunkedAgeMsMax);
    if (expired === undefined) return;
    const words = `${this.consumer.topic}: chunked message ${expired.uuid} has ${expired.next} of ${expired.chunks} chunks`;
    const error = new PulsarError('CHUNKS_INCOMPLETE', words);
    if (this.#suspect === expired.uuid) badEntry(this.consumer, expired.ids[0], expired.bytes.slice(), error);
    else {
      this.#suspect = expired.uuid;
      void this.consumer.session.renew(error);
    }
  }

  #idOf(entry: Entry): MessageId {
    return idOfEntry(entry, this.consumer.partition);
  }

  #named(entry: Entry, error: PulsarError): PulsarError {
    const words = `${this.consumer.topic}: entry ${entryKey(entry)}: ${error.message}`;
    return new PulsarError(error.code, words, { cause: error });
  }

  #grant(permits: number): void {
    const frame = new Uint8Array(flowFrameBytesMax);
    const end = writeFlow(frame, 0, this.consumer.session.consumerId, permits);
    this.#connection?.write(frame.subarray(0, end));
  }
}
