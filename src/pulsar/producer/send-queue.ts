import type { OutgoingMessage } from '../api/message.js';
import type { SendReceipt } from '../api/producer.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { appended, full, notAscending, stopped, tooLarge } from './append-status.js';
import type { ConfirmedFrame } from './confirmed-frame.js';
import { Fifo } from './fifo.js';
import type { PartitionProducer, ProducerEvents } from './partition-producer.js';
import type { RecordFiller } from './record-filler.js';

interface Send {
  readonly message: OutgoingMessage;
  sequenceId: number;
  readonly resolve: (receipt: SendReceipt) => void;
  readonly reject: (error: PulsarError) => void;
}

/** `send` of one partition: a promise for each message, in the order of the calls. */
export class SendQueue implements ProducerEvents {
  producer: PartitionProducer | undefined;
  readonly #sent = new Fifo<Send>();
  /** Those that found no room. */
  readonly #waiting = new Fifo<Send>();
  /** Calls of `send`, and how many of them have been tried. */
  #queued = 0;
  #taken = 0;

  constructor(readonly filler: RecordFiller) {}

  send(message: OutgoingMessage): Promise<SendReceipt> {
    return new Promise((resolve, reject) => {
      const send: Send = { message, sequenceId: -1, resolve, reject };
      this.#queued++;
      if (this.#waiting.length > 0 || !this.#append(send)) this.#waiting.push(send);
    });
  }

  /** All that was given to `send` before has its receipt. @throws PulsarError the first failure among it */
  async flush(): Promise<void> {
    const upTo = this.#queued;
    while (this.#taken < upTo) await this.#attached.whenWritable();
    await this.#attached.flush();
  }

  /** Waits for room and receipts as far as `PartitionProducer.close` does. Never rejects. */
  async close(producer: PartitionProducer): Promise<void> {
    const untilMs = producer.closeUntilMs();
    const words = `${producer.options.topic.full}: the producer is closed; no receipt came in time`;
    const timer = setTimeout(
      () => producer.abandon(new PulsarError('CLOSED', words)),
      producer.receiptWaitMs,
    );
    await this.flush().catch(() => undefined);
    clearTimeout(timer);
    await producer.close(untilMs);
  }

  onConfirmed(frame: ConfirmedFrame): void {
    const { ledgerId, entryId, partition, messages, isBatch, isDuplicate } = frame;
    for (let index = 0; index < messages; index++) {
      const send = this.#sent.shift();
      send.resolve({
        id: { ledgerId, entryId, partition, batchIndex: isBatch ? index : -1, batchSize: messages },
        sequenceId: send.sequenceId,
        isDuplicate,
      });
    }
  }

  onFailed(messages: number, error: PulsarError): void {
    for (let i = 0; i < messages; i++) this.#sent.shift().reject(error);
  }

  onRoom(): void {
    while (this.#waiting.length > 0 && this.#append(this.#waiting.first())) this.#waiting.shift();
  }

  onStopped(error: PulsarError): void {
    while (this.#waiting.length > 0) {
      this.#taken++;
      this.#waiting.shift().reject(error);
    }
  }

  get #attached(): PartitionProducer {
    if (this.producer === undefined) throw new Error('the queue has no producer');
    return this.producer;
  }

  /** False: there is no room. Everything else is settled by the promise. */
  #append(send: Send): boolean {
    const producer = this.#attached;
    let record: ReturnType<RecordFiller['fill']>;
    try {
      record = this.filler.fill(send.message);
    } catch (error) {
      this.#taken++;
      send.reject(error as PulsarError);
      return true;
    }
    // A full batch may be confirmed only later, but its receipt finds the message in the queue.
    const status = producer.append(record);
    if (status === full) return false;
    this.#taken++;
    if (status === appended) {
      send.sequenceId = producer.lastAppendedSequenceId;
      this.#sent.push(send);
    } else send.reject(this.#refusal(status, send.message));
    return true;
  }

  #refusal(status: number, { data, sequenceId }: OutgoingMessage): PulsarError {
    const producer = this.#attached;
    const topic = producer.options.topic.full;
    if (status === stopped && producer.stoppedBecause !== undefined) return producer.stoppedBecause;
    if (status === tooLarge) {
      const words = `${topic}: a message of ${data.length} bytes; the broker takes ${producer.maxMessageBytes} with its metadata`;
      return new PulsarError('MESSAGE_TOO_LARGE', words, { hint: 'set chunking' });
    }
    if (status === notAscending) {
      const words = `${topic}: sequenceId ${sequenceId} is not above ${producer.lastAppendedSequenceId}`;
      return new PulsarError('INVALID_ARGUMENT', words);
    }
    throw new Error(`append answered ${status}`);
  }
}
