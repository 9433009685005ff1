/**
 * What a codec of this folder answers. Bytes from outside never throw here: a caller branches on these, and the
 * control plane makes a typed error of the bad ones. Zero is good; everything from `truncated` on is bad.
 */
export const ok = 0;
/** The batch is walked to its end, and everything in it was as declared. */
export const endOfBatch = 1;
/** The end of a list of properties, or of what there is to read. */
export const endOfList = 2;
/** A field or a part reaches past the end of what holds it. */
export const truncated = 3;
/** What follows the command is no broker metadata (0x0e02), no checksum (0x0e01), and no size of a metadata that fits. */
export const badMagic = 4;
/** CRC-32C of metadata and payload is not the one in the frame. */
export const badChecksum = 5;
/** Not the command that was expected, a required field is missing, or one has the wrong type. */
export const badCommand = 6;
/** The same, in the broker's entry metadata or the message's metadata. */
export const badMetadata = 7;
/** The same, in the metadata of one message of a batch; or its size is negative. */
export const badMessage = 8;
/** A varint of more than ten bytes or 64 bits, a tag of more than five bytes, field number 0, a wire type that is none. */
export const badVarint = 9;
/** A 64-bit position or id beyond 2^53 - 1, or more words of an ack set than `ackSetWordsMax`. */
export const valueTooLarge = 10;
/** The payload ends before the declared number of messages. */
export const batchTooShort = 11;
/** Bytes are left after the declared number of messages. */
export const batchTooLong = 12;

/** Names for error messages, by status. */
export const wireStatusNames = [
  'ok',
  'end of batch',
  'end of list',
  'truncated',
  'bad magic',
  'bad checksum',
  'bad command',
  'bad metadata',
  'bad message metadata',
  'bad varint',
  'value too large',
  'fewer messages than declared',
  'more bytes than the declared messages',
] as const;
