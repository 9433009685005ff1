/**
 * A frame of Pulsar's binary protocol. All numbers of fixed width are big-endian; commands and metadata are protocol
 * buffers. `totalSize` counts everything after itself, `commandSize` the command alone. All commands but SEND and
 * MESSAGE end with the command.
 *
 * ```
 *  commandStart = start + 8                commandEnd                                            frameEnd
 *  |                                       |                                                     |
 *  +-----------+-------------+-------------+--------------------+--------------------------------+
 *  | totalSize | commandSize | BaseCommand | broker metadata    | checked message                |
 *  | u32       | u32         |             | (MESSAGE, if asked)| (SEND and MESSAGE)             |
 *  +-----------+-------------+-------------+--------------------+--------------------------------+
 *
 *  broker metadata:  | 0x0e02 u16 | size u32 | BrokerEntryMetadata |
 *
 *  checked message:  | 0x0e01 u16 | crc32c u32 | metadataSize u32 | MessageMetadata | payload |
 *                    '------ optional -------'  '------------- what the CRC covers -----------'
 *
 *  payload of a batch, once it is decompressed; as often as `num_messages_in_batch` says:
 *
 *      | size u32 | SingleMessageMetadata | bytes, as many as its payload_size says |
 * ```
 */
export const totalSizeBytes = 4;
/** From a frame's start to its command. */
export const commandOffset = 8;
export const brokerMetadataMagic = 0x0e02;
export const checksumMagic = 0x0e01;
export const magicBytes = 2;
/** Magic and CRC. */
export const checksumHeadBytes = 6;
/** The u32 before a BrokerEntryMetadata, a MessageMetadata and a SingleMessageMetadata. */
export const sizeBytes = 4;

/** `BaseCommand.type` of the commands that have a codec of their own here; their field has the same number. */
export const sendCommand = 6;
export const sendReceiptCommand = 7;
export const messageCommand = 9;
export const ackCommand = 10;
export const flowCommand = 11;
export const ackResponseCommand = 38;

/** A u32 as a number. Bounds are the caller's. */
export function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** The same as an int32: negative from 2^31 on. */
export function readInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

export function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

/**
 * The type of a command without decoding it; 0 when it cannot be seen in the first two bytes (every known client and
 * broker writes the type first), so that the general decoder must look.
 */
export function commandTypeAt(bytes: Uint8Array, commandStart: number, commandEnd: number): number {
  if (commandEnd - commandStart < 2 || bytes[commandStart] !== 0x08) return 0;
  const type = bytes[commandStart + 1];
  return type < 0x80 ? type : 0;
}
