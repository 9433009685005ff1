import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { EndOfTopic, MessageId } from '../api/message-id.js';
import { messageIdData } from '../protocol/shared-messages.js';
import type { NativeMessageId, NativePackage } from './native-package.js';

/** The package's ids are opaque; what they serialize to is the protocol's MessageIdData. */
const nativeOf = new WeakMap<MessageId, NativeMessageId>();

export function idOf(native: NativeMessageId): MessageId {
  const bytes = native.serialize();
  const fields = messageIdData.read(new BinaryReader(bytes), bytes.length);
  const { ledgerId, entryId, partition, batchIndex } = fields;
  const id: MessageId = {
    ledgerId,
    entryId,
    partition,
    batchIndex,
    batchSize: fields.batchSize ?? (batchIndex < 0 ? 1 : 0),
  };
  nativeOf.set(id, native);
  return id;
}

export function nativeId(of: NativePackage, id: MessageId | EndOfTopic): NativeMessageId {
  if (id === 'earliest') return of.MessageId.earliest();
  if (id === 'latest') return of.MessageId.latest();
  const known = nativeOf.get(id);
  if (known !== undefined) return known;
  const { ledgerId, entryId, partition, batchIndex, batchSize } = id;
  const writer = new BinaryWriter();
  messageIdData.write(writer, { ledgerId, entryId, partition, batchIndex, ackSet: [], batchSize });
  return of.MessageId.deserialize(Buffer.from(writer.finish()));
}
