import type { Entry } from '../../../native-free-core/wire/entry.js';
import type { EndOfTopic, MessageId } from '../api/message-id.js';
import {
  type DecodedMessageId,
  earliestId,
  latestId,
  type MessageIdFields,
} from '../protocol/shared-messages.js';
import { compareIds } from './message-ids.js';

/** Where a reader begins, or a seek led to: the first message that may be delivered. */
export interface StartPosition {
  readonly ledgerId: number;
  readonly entryId: number;
  /** First message of that entry; Infinity: only what comes after the entry. */
  readonly index: number;
}

/** What SEEK says. */
export interface SeekTarget {
  readonly messageId?: MessageIdFields;
  readonly messagePublishTime?: number;
}

export function startAt(id: MessageId, isInclusive: boolean): StartPosition {
  const { ledgerId, entryId, batchIndex } = id;
  if (batchIndex < 0) return { ledgerId, entryId, index: isInclusive ? 0 : Number.POSITIVE_INFINITY };
  return { ledgerId, entryId, index: isInclusive ? batchIndex : batchIndex + 1 };
}

export function startAtEnd(end: EndOfTopic): StartPosition {
  const { ledgerId, entryId } = end === 'earliest' ? earliestId : latestId;
  return { ledgerId, entryId, index: 0 };
}

/** A broker begins after the id, or with its entry if the id names a message of a batch. */
export function startFields({ ledgerId, entryId, index }: StartPosition): MessageIdFields {
  const isEnd = entryId < 0 || !Number.isFinite(entryId);
  if (isEnd || !Number.isFinite(index)) return { ledgerId, entryId };
  return { ledgerId, entryId, batchIndex: index };
}

/** Takes out of the entry what is before `start`. */
export function dropBefore(start: StartPosition, entry: Entry): void {
  const order = entry.ledgerId - start.ledgerId || entry.entryId - start.entryId;
  if (order > 0 || !Number.isFinite(start.ledgerId)) return;
  if (order < 0 || start.index >= entry.messages) {
    entry.ackSetWords = 1;
    entry.ackSet.fill(0, 0, 2);
    return;
  }
  // More than can be marked: all of them are delivered, since none may be lost.
  if (start.index <= 0 || entry.messages > entry.ackSet.length << 5) return;
  if (entry.ackSetWords === 0) {
    entry.ackSetWords = Math.ceil(entry.messages / 64);
    entry.ackSet.fill(-1, 0, entry.ackSetWords << 1);
  }
  for (let i = 0; i < start.index; i++) entry.ackSet[i >>> 5] &= ~(1 << (i & 31));
}

/** Messages of the entry that are to be delivered. */
export function pendingMessages(entry: Entry): number {
  if (entry.ackSetWords === 0) return entry.messages;
  const bits = Math.min(entry.messages, entry.ackSetWords << 6);
  let pending = 0;
  for (let i = 0; i < bits; i++) if (entry.isPending(i)) pending++;
  return pending;
}

/**
 * Whether the topic's last message is one that is yet to be read.
 * @param last what was read last; undefined: nothing since `start`
 * @param markDelete where the broker has its cursor: it alone knows where a time or the end of the topic led to
 */
export function isAfter(
  end: DecodedMessageId,
  last: MessageId | undefined,
  start: StartPosition | undefined,
  markDelete: DecodedMessageId | undefined,
): boolean {
  if (end.entryId < 0) return false;
  if (last !== undefined) return compareIds(last, { ...end, partition: -1, batchSize: 0 }) < 0;
  if (start !== undefined && Number.isFinite(start.ledgerId)) {
    const order = end.ledgerId - start.ledgerId || end.entryId - start.entryId;
    return order > 0 || (order === 0 && Math.max(0, end.batchIndex) >= start.index);
  }
  if (markDelete === undefined) return true;
  return (end.ledgerId - markDelete.ledgerId || end.entryId - markDelete.entryId) > 0;
}
