/** A receipt, in numbers: one object of a producer, filled again for each. */
export interface ConfirmedFrame {
  /** Messages that it confirms: the oldest ones without a receipt. */
  readonly messages: number;
  readonly sequenceId: number;
  /** Of the last message of a batch; else `sequenceId`. */
  readonly highestSequenceId: number;
  readonly ledgerId: number;
  readonly entryId: number;
  /** -1: a topic without partitions. */
  readonly partition: number;
  readonly isBatch: boolean;
  /** The broker had these sequence ids already, and stored nothing now. */
  readonly isDuplicate: boolean;
  /** It was sent more than once: then a duplicate may be this producer's own first attempt. */
  readonly wasResent: boolean;
}

/** As the producer fills it. */
export class ConfirmedFrameRow implements ConfirmedFrame {
  messages = 0;
  sequenceId = -1;
  highestSequenceId = -1;
  ledgerId = -1;
  entryId = -1;
  partition = -1;
  isBatch = false;
  isDuplicate = false;
  wasResent = false;
}
