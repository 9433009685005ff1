import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import type { PulsarError } from '../errors/pulsar-error.js';
import type { ProducerSuccess } from '../protocol/producer-commands.js';

/**
 * What a connection tells the consumer with one id. Calls come synchronously from the socket's read: they must not
 * throw and should not take long. Before `onClosedByBroker` and `onConnectionLost` the connection lets the handler go:
 * it need not be detached, and may be attached again.
 */
export interface ConsumerHandler {
  /**
   * A MESSAGE, in place. `frame` is one object that is reused: what is kept must be copied from it, and its memory
   * kept by `arena.retain(frame.segment)`, else it may be overwritten as soon as this call returns.
   */
  onEntry(frame: FrameRange): void;
  /** Failover: whether this consumer is the active one now. */
  onActiveChange(isActive: boolean): void;
  /** The topic is terminated and all its messages were sent. */
  onEndOfTopic(): void;
  /** The broker closed the consumer: look up again. `assignedUrl`: where the broker says that the topic went. */
  onClosedByBroker(assignedUrl: string | undefined): void;
  /** An acknowledgement that was sent with `requestId` is stored, or refused with `error`. */
  onAckResponse(requestId: number, error: PulsarError | undefined): void;
  onConnectionLost(error: PulsarError): void;
}

/** What a connection tells the producer with one id; the same rules as for `ConsumerHandler`. */
export interface ProducerHandler {
  /** A receipt, in place: the fields of CommandSendReceipt lie in `frame.bytes` from `bodyStart` to `bodyEnd`. */
  onReceipt(frame: FrameRange): void;
  onSendError(sequenceId: number, error: PulsarError): void;
  /** WaitForExclusive: the producer became ready after its request was answered with `producerReady: false`. */
  onProducerSuccess(reply: ProducerSuccess): void;
  /** WaitForExclusive: it will never be ready. Without this method: `onClosedByBroker`. */
  onProducerRefused?(error: PulsarError): void;
  onClosedByBroker(assignedUrl: string | undefined): void;
  onConnectionLost(error: PulsarError): void;
}
