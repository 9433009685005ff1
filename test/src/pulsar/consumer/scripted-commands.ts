import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { crc32c } from '../../../../native-free-core/wire/crc32c.js';
import { command } from '../../../../src/pulsar/protocol/command.js';
import {
  enumeration,
  int64,
  optional,
  repeated,
  uint32,
  uint64,
} from '../../../../src/pulsar/protocol/fields.js';
import { nested } from '../../../../src/pulsar/protocol/message-table.js';
import { messageIdData } from '../../../../src/pulsar/protocol/shared-messages.js';

/** The broker's side of the hot commands, for a fake one. */

export const flow = command(11, 'FLOW', { consumerId: uint64(1), messagePermits: uint32(2) });

export const ack = command(10, 'ACK', {
  consumerId: uint64(1),
  ackType: enumeration(2, { individual: 0, cumulative: 1 }),
  messageId: repeated(nested(3, messageIdData)),
  validationError: optional(uint32(4)),
  requestId: optional(uint64(8)),
});

export const message = command(9, 'MESSAGE', {
  consumerId: uint64(1),
  messageId: nested(2, messageIdData),
  redeliveryCount: optional(uint32(3)),
  consumerEpoch: optional(uint64(5)),
});

export const sendCommand = command(6, 'SEND', { producerId: uint64(1), sequenceId: uint64(2) });

export const sendReceipt = command(7, 'SEND_RECEIPT', {
  producerId: uint64(1),
  sequenceId: int64(2),
  messageId: optional(nested(3, messageIdData)),
});

export interface Metadata {
  readonly compression?: number;
  readonly uncompressedBytes?: number;
  readonly messages?: number;
  readonly marker?: number;
  readonly isEncrypted?: boolean;
  readonly chunk?: {
    readonly uuid: string;
    readonly id: number;
    readonly of: number;
    readonly bytes: number;
  };
}

/** `[magic][crc32c][size][MessageMetadata][payload]`: what follows the command in a MESSAGE. */
export function body(payload: Uint8Array, metadata: Metadata = {}): Uint8Array {
  const { compression, uncompressedBytes, messages, marker, isEncrypted, chunk } = metadata;
  const writer = new BinaryWriter();
  const number = (field: number, value: number | undefined) => {
    if (value !== undefined) writer.tag(field, WireType.Varint).uint32(value);
  };
  writer.tag(1, WireType.LengthDelimited).string('p');
  number(2, 0);
  writer.tag(3, WireType.Varint).int64(1_700_000_000_000);
  number(8, compression);
  number(9, uncompressedBytes);
  number(11, messages);
  if (isEncrypted === true) {
    writer.tag(13, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string('k');
    writer
      .tag(2, WireType.LengthDelimited)
      .bytes(new Uint8Array([1, 2]))
      .join();
  }
  number(20, marker);
  if (chunk !== undefined) {
    writer.tag(26, WireType.LengthDelimited).string(chunk.uuid);
    number(27, chunk.of);
    number(28, chunk.bytes);
    number(29, chunk.id);
  }
  return sealed(writer.finish(), payload);
}

/** With a right checksum, whatever the metadata is. */
export function sealed(
  metadata: Uint8Array,
  payload: Uint8Array,
  declaredBytes = metadata.length,
): Uint8Array {
  const bytes = new Uint8Array(10 + metadata.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x0e01);
  view.setUint32(6, declaredBytes);
  bytes.set(metadata, 10);
  bytes.set(payload, 10 + metadata.length);
  view.setUint32(2, crc32c(bytes, 6, bytes.length) >>> 0);
  return bytes;
}

/** The payload of a batch: `[size][SingleMessageMetadata][bytes]` for each. */
export function batchOf(texts: readonly string[]): Uint8Array {
  const parts = texts.map(text => {
    const data = Buffer.from(text);
    const metadata = new BinaryWriter().tag(3, WireType.Varint).int32(data.length).finish();
    const size = Buffer.alloc(4);
    size.writeUInt32BE(metadata.length);
    return Buffer.concat([size, metadata, data]);
  });
  return new Uint8Array(Buffer.concat(parts));
}
