import type { Entry } from '../../../native-free-core/wire/entry.js';
import type { MessageId } from '../api/message-id.js';

/** Order in a partition. A whole entry (batch index -1) comes after its messages: it is all of them. */
export function compareIds(a: MessageId, b: MessageId): number {
  if (a.ledgerId !== b.ledgerId) return a.ledgerId - b.ledgerId;
  if (a.entryId !== b.entryId) return a.entryId - b.entryId;
  return lastIndex(a) - lastIndex(b);
}

function lastIndex(id: MessageId): number {
  return id.batchIndex < 0 ? Number.MAX_SAFE_INTEGER : id.batchIndex;
}

export function entryKey(id: { readonly ledgerId: number; readonly entryId: number }): string {
  return `${id.ledgerId}:${id.entryId}`;
}

/** The whole entry. */
export function idOfEntry(entry: Entry, partition: number): MessageId {
  const { ledgerId, entryId, messages } = entry;
  return { ledgerId, entryId, partition, batchIndex: -1, batchSize: messages };
}

/** As the official clients print it. */
export function idText(id: MessageId): string {
  const batch = id.batchIndex < 0 ? '' : `:${id.batchIndex}`;
  return `${id.ledgerId}:${id.entryId}:${id.partition}${batch}`;
}
