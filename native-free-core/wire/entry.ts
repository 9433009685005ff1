import { ackSetWordsMax } from '../limits.js';

/**
 * All that is known of one received entry before its messages are looked at: CommandMessage, the broker's entry
 * metadata and MessageMetadata. One object is made at start and filled again by `EntryReader.read`.
 *
 * Ranges (`...Start`, `...End`) are positions in `bytes`; -1, -1 where the field is absent. 64-bit numbers are read
 * as signed, as the Java client does. Times, sequence ids and transaction ids beyond 2^53 - 1 are rounded to the
 * nearest double, and `isInexact` is set: applications choose them, so they must not be able to stop a partition.
 */
export class Entry {
  bytes: Uint8Array = new Uint8Array(0);

  // CommandMessage
  consumerId = 0;
  ledgerId = 0;
  entryId = 0;
  /** -1 on a topic without partitions. Brokers do not always say it: the consumer knows its own partition. */
  partition = -1;
  /** -1 for the whole entry, which is what brokers send. */
  batchIndex = -1;
  redeliveryCount = 0;
  /** -1: not said. */
  consumerEpoch = -1;
  /** Words (of 64 bits, two int32 each, low first) in `ackSet`; 0: all messages of the batch are to be delivered. */
  ackSetWords = 0;
  readonly ackSet = new Int32Array(2 * ackSetWordsMax);

  // BrokerEntryMetadata
  /** Epoch ms; 0: not said. */
  brokerTimeMs = 0;
  /** Of the last message in the entry; -1: not said. */
  brokerIndex = -1;

  // MessageMetadata
  producerNameStart = -1;
  producerNameEnd = -1;
  /** Of the first message in a batch. */
  sequenceId = 0;
  /** Of the last message in a batch; -1: not said. */
  highestSequenceId = -1;
  publishTimeMs = 0;
  /** 0: not said. */
  eventTimeMs = 0;
  /** -1: none, else what `PropertyCursor` walks (field 4 of MessageMetadata). */
  propertiesStart = -1;
  propertiesEnd = -1;
  keyStart = -1;
  keyEnd = -1;
  keyIsBase64 = false;
  keyIsNull = false;
  orderingKeyStart = -1;
  orderingKeyEnd = -1;
  schemaVersionStart = -1;
  schemaVersionEnd = -1;
  /** `CompressionType`: 0 none, 1 LZ4, 2 ZLIB, 3 ZSTD, 4 SNAPPY; others are possible on the wire. */
  compression = 0;
  /** As declared; counts when `compression` is not 0. */
  uncompressedBytes = 0;
  /** Messages in it; 1 when not said. At least 1. */
  messages = 1;
  /** Whether the payload is laid out as a batch (also of one message): `num_messages_in_batch` is present. */
  isBatch = false;
  /** The payload is null, and not an empty one. */
  isNullValue = false;
  /** -1: not a marker. Markers are the broker's own, and no application's message. */
  markerType = -1;
  /** Epoch ms; 0: not said. */
  deliverAtMs = 0;
  isEncrypted = false;
  hasTransaction = false;
  transactionLeast = 0;
  transactionMost = 0;
  /** Chunk of a larger message when `chunks` is not 0: its position among them, their number, all their bytes. */
  chunkId = -1;
  chunks = 0;
  chunkedBytes = 0;
  uuidStart = -1;
  uuidEnd = -1;

  /** The payload as it came: compressed if `compression` is not 0. */
  payloadStart = 0;
  payloadEnd = 0;

  /** A time, a sequence id or a transaction id was rounded. */
  isInexact = false;

  /** Whether message `index` of the batch is still to be delivered: its bit in the ack set is 1, or there is none. */
  isPending(index: number): boolean {
    if (this.ackSetWords === 0) return true;
    const word = index >>> 5;
    return word < this.ackSetWords << 1 && ((this.ackSet[word] >>> (index & 31)) & 1) === 1;
  }

  /** Back to "not said" everywhere. */
  clear(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.clearCommand();
    this.producerNameStart = this.producerNameEnd = -1;
    this.sequenceId = 0;
    this.highestSequenceId = -1;
    this.publishTimeMs = this.eventTimeMs = 0;
    this.propertiesStart = this.propertiesEnd = -1;
    this.keyStart = this.keyEnd = -1;
    this.keyIsBase64 = this.keyIsNull = false;
    this.orderingKeyStart = this.orderingKeyEnd = -1;
    this.schemaVersionStart = this.schemaVersionEnd = -1;
    this.compression = this.uncompressedBytes = 0;
    this.messages = 1;
    this.isBatch = this.isNullValue = false;
    this.markerType = -1;
    this.deliverAtMs = 0;
    this.isEncrypted = this.hasTransaction = false;
    this.transactionLeast = this.transactionMost = 0;
    this.chunkId = -1;
    this.chunks = this.chunkedBytes = 0;
    this.uuidStart = this.uuidEnd = -1;
    this.payloadStart = this.payloadEnd = 0;
    this.isInexact = false;
  }

  private clearCommand(): void {
    this.consumerId = this.ledgerId = this.entryId = 0;
    this.partition = this.batchIndex = -1;
    this.redeliveryCount = 0;
    this.consumerEpoch = -1;
    this.ackSetWords = 0;
    this.brokerTimeMs = 0;
    this.brokerIndex = -1;
  }
}
