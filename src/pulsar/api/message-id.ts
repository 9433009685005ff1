/**
 * A position in a topic. Ledger and entry are unsigned 64-bit on the wire; ids beyond 2^53 - 1 do not occur and are
 * refused as a protocol error, so plain numbers hold them. -1 in `partition` and `batchIndex` means none.
 */
export interface MessageId {
  readonly ledgerId: number;
  readonly entryId: number;
  /** Index of the partition; -1 on a topic without partitions. */
  readonly partition: number;
  /** Index in the batch; -1 for an entry of one message, or for a whole entry. */
  readonly batchIndex: number;
  /** Messages in the batch that this one came in; 1 for a single message; 0 where it is not known. */
  readonly batchSize: number;
}

/** The two ends of a topic, for where to begin. */
export type EndOfTopic = 'earliest' | 'latest';
