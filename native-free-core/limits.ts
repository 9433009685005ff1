/**
 * Every bound of the engine, in one place. A queue, buffer, table or loop whose size is not here is a defect.
 * Units come last in a name. `docs/LIMITS.md` is held to this file by `test/agreement/limits.test.ts`.
 */

/** Longest line (without its line break) that is read as a record; longer ones are dead letters (`line_too_long`). */
export const lineBytesMax = 1 << 20;
/** How much of an over-long line is kept in its dead letter. */
export const longLineKeptBytes = 64 * 1024;
/** Deepest nesting of arrays and objects in a record, the record itself counted; deeper is `too_deep`. */
export const nestingDepthMax = 512;

/** Bytes that one chunk of input aims at; a chunk grows past it only to hold one whole line. */
export const chunkBytes = 128 * 1024;
/** Bytes of encoded vectors that a full chunk may cause; wide views get smaller chunks. */
export const chunkOutputBytesMax = 8 << 20;
/** Chunks in flight between source and sink: the depth of the ring. */
export const chunkSlots = 8;

/** Worker threads. */
export const workersMax = 64;
/** Lanes (state shards of one source partition). A constant of the state. */
export const lanesDefault = 16;
/** Lanes that may be asked for. */
export const lanesMax = 256;

/** Events of one (chunk, lane) that are taken through the passes together. */
export const sliceEvents = 64;

/** Aggregations of a view. */
export const aggregationsMax = 256;
/** Distinct windows of a view. */
export const windowsMax = 32;
/** Distinct columns of a view. */
export const columnsMax = 32;
/** Length of a name in a view (entity, field, feature), in characters. */
export const nameCharsMax = 256;
/** Size of a view file. */
export const viewBytesMax = 1 << 20;
/** Longest window: ten years. */
export const windowMsMax = 10 * 366 * 86_400_000;

/** Greatest accepted event time: the greatest exact integer of a double, 2^53 - 1 (epoch milliseconds). */
export const timestampMsMax = Number.MAX_SAFE_INTEGER;
/** Default of `max_ahead`: how far an event's time may lie after its publish time. */
export const maxAheadMsDefault = 3_600_000;
/** Default of `lateness` is `max_window` plus this. */
export const latenessBeyondWindowMs = 3_600_000;

/** Default of `eventsPerEntityMax`: raw events kept for one entity; beyond, the oldest are merged into panes. */
export const eventsPerEntityMaxDefault = 1_048_576;
/** Greatest `eventsPerEntityMax` that a view may ask for. */
export const eventsPerEntityMaxMax = 1 << 24;
/** Panes of one entity: `max_window` is divided into this many, of equal length. */
export const panesPerEntity = 64;

/** Entities of one state shard; a new one past it is a dead letter (`capacity`). */
export const entitiesPerShardMax = 1 << 21;
/** Address space reserved for one state shard; memory is taken only when touched. */
export const shardBytesMax = 2 ** 30;

/** Line shapes that the scanner keeps as templates; others take its general path. */
export const templatesMax = 4;
/** Bytes of names and punctuation in a template. */
export const templateBytesMax = 2048;
/** While learning does not pay, a new shape is looked at only once in so many lines. */
export const learnEveryLinesMax = 1024;
/** Scalars of a line that can become a template. */
export const templateScalarsMax = 64;
/** Users of the generator. */
export const generatorEntitiesMax = 1 << 24;
/** Disorder of the generator. */
export const generatorDisorderMsMax = 86_400_000;
/** Exponent of its Zipf skew. */
export const zipfExponentMax = 10;
/** Its rate, in events per second. */
export const generatorRateMax = 1_000_000_000;
/** Nesting of a view file. */
export const viewDepthMax = 16;
/** YAML aliases in a view file. */
export const viewAliasesMax = 100;
/** Problems of a view that are shown; the rest are counted. */
export const viewProblemsShownMax = 20;
/** Words of 64 messages each in the ack set of one received batch. */
export const ackSetWordsMax = 4096;
/** Bytes of one entry after decompression: the greatest batch or message that is taken. */
export const entryBytesMax = 64 << 20;

/** Segments that sockets of consumers read into; a message that straddles two of them is moved. */
export const receiveSegmentBytes = 1 << 20;
/** Default of `receiveArenaBytes`: shared memory for received bytes, of one client. */
export const receiveArenaBytesDefault = 32 << 20;
/** Segments of a connection that receives only receipts and answers. */
export const answerSegmentBytes = 64 * 1024;
/** Message size that is assumed until the broker has told its own bound. */
export const messageBytesMaxDefault = 5 << 20;
/** What a frame may have beyond the broker's bound of a message: command, metadata, checksum. */
export const framePaddingBytes = 10 * 1024;
/** What a socket may still deliver after the arena is full; kept aside until a segment is free. */
export const spillBytes = 64 * 1024;
/** Bytes that wait in one connection before a producer is told to wait. */
export const writeHighWaterBytes = 4 << 20;
/** Bytes that leave at once instead of at the end of the turn. */
export const writeFlushBytes = 256 * 1024;
/** Requests of one connection without an answer. */
export const requestsPendingMax = 10_000;
/** Redirects of one lookup. */
export const lookupRedirectsMax = 20;
/** Partitions of one topic. */
export const partitionsMax = 100_000;
/** Length of a topic's name, in characters. */
export const topicNameCharsMax = 4096;
/** Hosts of one service URL. */
export const serviceHostsMax = 64;
/** Answer of the admin address. */
export const adminAnswerBytesMax = 16 << 20;
/** Batches of one consumer of which a part is acknowledged, kept to know the last message. */
export const partialBatchesMax = 10_000;
/** Entries or batches in one acknowledgement frame. */
export const acksPerFrame = 1000;
/** Acknowledgement frames of one consumer without a receipt. */
export const acksPendingMax = 10_000;
/** Entries that wait in one partition's queue; the permits bound them before. */
export const entriesQueuedMax = 1 << 21;
/** Greatest `receiverQueueMessages`. */
export const receiverQueueMessagesMax = 1_000_000;
/** Default of `receiverQueueMessages`: messages asked for ahead, for each partition. */
export const receiverQueueMessagesDefault = 1000;
/** Permits in one FLOW command. */
export const flowPermitsMax = 1 << 30;
/** Messages that a partition asks for before it knows their size. */
export const firstPermitsMax = 100;
/** Buffers that decompression keeps for the next entries. */
export const pooledBytesMax = 16 << 20;
/** Bytes of chunked messages under way in one partition; also the largest one. */
export const chunkedBytesMax = 64 << 20;
/** Chunked messages under way in one partition. */
export const chunkedMessagesMax = 100;
/** Chunked messages of one partition whose chunks are remembered for their acknowledgement. */
export const chunkedUnackedMax = 10_000;
/** How long a chunked message waits for its next chunk. */
export const chunkedAgeMsMax = 60_000;
/** Default of `negativeAckDelayMs`. */
export const negativeAckDelayMsDefault = 60_000;
/** Longest delay of a negative acknowledgement. */
export const negativeAckDelayMsMax = 600_000;
/** Entries of one partition that wait to come again; past it they come at once. */
export const negativeAcksMax = 100_000;
/** Entries in one request for redelivery. */
export const idsPerRedelivery = 1000;
/** Messages of one consumer on their way to the dead letters. */
export const deadLettersPendingMax = 100;
/** Default of `batching.messagesMax`. */
export const batchMessagesMaxDefault = 1000;
/** Greatest `batching.messagesMax`. */
export const batchMessagesMaxMax = 1_000_000;
/** Default of `batching.bytesMax`. */
export const batchBytesMaxDefault = 128 * 1024;
/** Greatest `batching.bytesMax`; the broker's bound of a message is below it. */
export const batchBytesMaxMax = 64 << 20;
/** Default of `pendingMessagesMax`: messages of one partition without a receipt. */
export const pendingMessagesMaxDefault = 10_000;
/** Greatest `pendingMessagesMax`. */
export const pendingMessagesMaxMax = 1 << 24;
/** Default of `pendingBytesMax`: payload bytes of one partition without a receipt, before compression. */
export const pendingBytesMaxDefault = 16 << 20;
/** Greatest `pendingBytesMax`. */
export const pendingBytesMaxMax = 2 ** 32;
/** Default of `sendTimeoutMs`. */
export const sendTimeoutMsDefault = 30_000;
/** Longest time-out and delay that an option of the Pulsar client may ask for: the longest timer of Node. */
export const timerMsMax = 2 ** 31 - 1;
