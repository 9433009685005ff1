import type { PulsarError } from '../errors/pulsar-error.js';
import { command } from '../protocol/command.js';
import { enumeration, repeated, uint64 } from '../protocol/fields.js';
import { nested } from '../protocol/message-table.js';
import { messageIdData } from '../protocol/shared-messages.js';

/** An acknowledgement that says why the entry could not be used; too rare for the hot codec. */
export const ackWithError = command(10, 'ACK', {
  consumerId: uint64(1),
  ackType: enumeration(2, { individual: 0, cumulative: 1 }),
  messageId: repeated(nested(3, messageIdData)),
  validationError: enumeration(4, {
    uncompressedSizeCorruption: 0,
    decompressionError: 1,
    checksumMismatch: 2,
    batchDeserializeError: 3,
    decryptionError: 4,
  }),
});

export function validationErrorOf({ code }: PulsarError) {
  if (code === 'CHECKSUM_MISMATCH') return 'checksumMismatch';
  return code === 'DECOMPRESSION_FAILED' ? 'decompressionError' : 'batchDeserializeError';
}
