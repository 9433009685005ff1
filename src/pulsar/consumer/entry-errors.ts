import type { Entry } from '../../../native-free-core/wire/entry.js';
import { badChecksum, wireStatusNames } from '../../../native-free-core/wire/wire-status.js';
import type { PulsarErrorCode } from '../errors/error-codes.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { entryKey } from './message-ids.js';

/** Errors of one entry: each names the topic and the entry's id. */

export function entryError(
  code: PulsarErrorCode,
  topic: string,
  entry: Entry,
  why: string,
  cause?: PulsarError,
) {
  return new PulsarError(code, `${topic}: entry ${entryKey(entry)}: ${why}`, cause && { cause });
}

/** @param status of the entry reader */
export function unreadable(topic: string, entry: Entry, status: number): PulsarError {
  const code = status === badChecksum ? 'CHECKSUM_MISMATCH' : 'BAD_ENTRY';
  return entryError(code, topic, entry, wireStatusNames[status]);
}

export function encrypted(topic: string, entry: Entry): PulsarError {
  return entryError('NOT_SUPPORTED', topic, entry, 'encrypted, which this client does not read');
}
