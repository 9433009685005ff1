import type { Command, ReplyTo, RequestCommand, RequestFields } from '../protocol/command.js';
import type { Rows, Written } from '../protocol/message-table.js';
import type { ConsumerHandler, ProducerHandler } from './handlers.js';

/**
 * One open connection to a broker. It is handed out after the handshake and never reopened: when it is lost, every
 * handler hears `onConnectionLost`, every request is rejected with CONNECTION_LOST, and the pool opens another.
 */
export interface Connection {
  /** `host:port` as it was connected to. */
  readonly remote: string;
  readonly protocolVersion: number;
  /** The broker's bound for a message, in bytes. */
  readonly maxMessageBytes: number;
  readonly serverVersion: string;
  readonly isOpen: boolean;

  /** Unique on this connection; also for acknowledgements with receipts. */
  nextRequestId(): number;
  /**
   * Sends a command and waits for its answer; `requestId` is filled in. An ERROR, or an answer that carries one,
   * rejects with the broker's error; OPERATION_TIMEOUT after `timeoutMs` (default: the client's); CONNECTION_LOST.
   */
  request<C extends RequestCommand>(
    what: C,
    fields: RequestFields<C>,
    timeoutMs?: number,
  ): Promise<ReplyTo<C>>;
  /** Sends a cold command that has no answer. Nothing happens on a lost connection. */
  send<R extends Rows>(what: Command<R>, fields: Written<R>): void;

  /**
   * Queues bytes that are whole frames. All that is queued within one turn of the event loop leaves in one system
   * call. The bytes are not copied and must stay as they are until they are written: note `queuedBytes` after the
   * call, and reuse them once `writtenBytes` has reached it (or the connection is lost).
   * @returns false once more than `writeHighWaterBytes` wait; the bytes are taken nevertheless
   */
  write(frame: Uint8Array): boolean;
  /** Sum of all bytes that were given to the connection. */
  readonly queuedBytes: number;
  /** How many of them the operating system has taken; grows up to `queuedBytes`. */
  readonly writtenBytes: number;
  /** Resolves when less than half the high-water mark waits. @throws PulsarError CONNECTION_LOST */
  whenWritable(): Promise<void>;

  /** `consumerId` is unique in the client. @throws Error if the id is taken (a defect of ours) */
  attachConsumer(consumerId: number, handler: ConsumerHandler): void;
  detachConsumer(consumerId: number): void;
  attachProducer(producerId: number, handler: ProducerHandler): void;
  detachProducer(producerId: number): void;

  /** Ends it on purpose: requests and handlers end with `CONNECTION_LOST`. */
  close(): void;
}
