import type { MessageId } from '../api/message-id.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';
import type { PartitionConsumer } from './partition-consumer.js';

/**
 * An entry that cannot be read: the partition stops, or its raw payload goes to the dead letters and it is
 * acknowledged as bad once that is stored. Never skipped.
 * @param ids one, or those of all chunks whose payloads these are; the last one names them
 */
export function badEntry(
  consumer: PartitionConsumer,
  ids: readonly MessageId[],
  payload: Uint8Array,
  error: PulsarError,
): void {
  const { settings, deadLetters } = consumer.parts;
  if (settings.onBadEntry === 'stop' || consumer.stopped !== undefined) {
    consumer.stop(error);
    return;
  }
  deadLetters.sendBad(payload, consumer.topic, ids[ids.length - 1], error).then(
    () => consumer.acknowledgeBad(ids, error),
    failure => {
      const cause = asPulsarError(failure, 'UNKNOWN_BROKER_ERROR', 'send a dead letter');
      const words = `${error.message}; and it could not be sent to ${deadLetters.topic}: ${cause.message}`;
      consumer.stop(new PulsarError(error.code, words, { cause }));
    },
  );
}
