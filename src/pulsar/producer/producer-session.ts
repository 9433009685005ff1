import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import type { ClientContext } from '../client-context.js';
import { BackOff, delay } from '../connection/back-off.js';
import type { Connection } from '../connection/connection.js';
import type { ProducerHandler } from '../connection/handlers.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';
import type { TopicName } from '../lookup/topic-name.js';
import { closeProducer, type ProducerSuccess, producer } from '../protocol/producer-commands.js';
import type { ProducerSettings } from './producer-settings.js';

/** What the session tells the producer that it keeps connected. */
export interface SessionOwner {
  /** The broker has taken the producer: send what is pending, then what comes. */
  onReady(connection: Connection, reply: ProducerSuccess): void;
  /** No connection for now. */
  onInterrupted(): void;
  /** What is pending will not be taken; the session goes on trying. */
  onRefused(error: PulsarError): void;
  /** For good. */
  onStopped(error: PulsarError): void;
  onReceipt(frame: FrameRange): void;
  onSendError(sequenceId: number, error: PulsarError): void;
}

/**
 * ProducerBlockedQuotaExceededException, of the backlog policy `producer_exception`: the application is to hear of it,
 * so what is pending fails, and so does what comes until an attempt succeeds. The other quota error (7, of the policy
 * `producer_request_hold`) holds it, until its send time-out. Both are tried again, as in the Java client.
 */
const quotaException = 8;

/** Keeps one producer registered with the broker of its topic: first, and again after each loss. */
export class ProducerSession implements ProducerHandler {
  /** While the broker has the producer. */
  connection: Connection | undefined;
  /** Given, or the broker's. */
  name: string | undefined;
  readonly #backOff: BackOff;
  #topicEpoch: number | undefined;
  #epoch = 0;
  #isStopped = false;
  /** Closed or lost while its PRODUCER request was on the way. */
  #wasInterrupted = false;
  #isConnecting = false;
  /** That its turn has come; perhaps read in one go with the word to wait, before anybody does. */
  #turnReply: ProducerSuccess | undefined;
  #waiting: { resolve: (reply: ProducerSuccess) => void; reject: (error: PulsarError) => void } | undefined;
  readonly #stopping = new AbortController();

  constructor(
    readonly context: ClientContext,
    readonly topic: TopicName,
    readonly producerId: number,
    readonly settings: ProducerSettings,
    readonly isNameGiven: boolean,
    readonly owner: SessionOwner,
  ) {
    this.name = settings.name;
    const { backoffFirstMs: firstMs, backoffMaxMs: maxMs, random } = context;
    this.#backOff = new BackOff({ firstMs, maxMs, random });
  }

  /** @throws PulsarError what the broker says; what may pass is retried until `operationTimeoutMs` */
  async open(): Promise<void> {
    const until = this.context.nowMs() + this.context.operationTimeoutMs;
    for (;;) {
      try {
        await this.#connect();
        return;
      } catch (error) {
        const failure = asPulsarError(error, 'UNKNOWN_BROKER_ERROR', `PRODUCER ${this.topic.full}`);
        const waitMs = this.#backOff.nextMs();
        const isLast = this.#isStopped || this.context.nowMs() + waitMs >= until;
        if (!failure.retryable || failure.domain === 'output' || isLast) {
          this.#stop();
          throw failure;
        }
        await this.#pause(waitMs);
      }
    }
  }

  /**
   * Takes leave of the broker, as far as it answers. Never rejects.
   * @param waitMs for its answer, and no longer than `operationTimeoutMs`
   */
  async close(waitMs = this.context.operationTimeoutMs): Promise<void> {
    if (this.#isStopped) return;
    const { connection, producerId } = this;
    this.#stop();
    if (connection?.isOpen !== true) return;
    const answer = connection.request(closeProducer, { producerId }).catch(() => undefined);
    const stopWaiting = new AbortController();
    const timeUp = delay(Math.max(0, waitMs), stopWaiting.signal).catch(() => undefined);
    await Promise.race([answer, timeUp]);
    stopWaiting.abort();
    connection.detachProducer(producerId);
  }

  /** Leaves this registration and makes another: for a broker that no longer agrees on what is pending. */
  restart(): void {
    const { connection, producerId } = this;
    if (connection === undefined || this.#isStopped) return;
    // The broker forgets the old registration before it sees the new one: both go the same way.
    connection.request(closeProducer, { producerId }).catch(() => undefined);
    connection.detachProducer(producerId);
    this.#interrupted();
  }

  // From the connection.

  onReceipt(frame: FrameRange): void {
    this.owner.onReceipt(frame);
  }

  onSendError(sequenceId: number, error: PulsarError): void {
    this.owner.onSendError(sequenceId, error);
  }

  onProducerSuccess(reply: ProducerSuccess): void {
    if (!reply.producerReady) return;
    this.#turnReply = reply;
    this.#waiting?.resolve(reply);
  }

  onProducerRefused(error: PulsarError): void {
    this.#wasInterrupted = true;
    this.#waiting?.reject(error);
  }

  onClosedByBroker(): void {
    this.#lost(new PulsarError('CONNECTION_LOST', `${this.topic.full}: the broker closed the producer`));
  }

  onConnectionLost(error: PulsarError): void {
    this.#lost(error);
  }

  #lost(error: PulsarError): void {
    this.#wasInterrupted = true;
    this.#waiting?.reject(error);
    if (!this.#isConnecting) this.#interrupted();
  }

  #interrupted(): void {
    if (this.#isStopped || this.connection === undefined) return;
    this.connection = undefined;
    this.owner.onInterrupted();
    void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#pause(this.#backOff.nextMs());
        if (!this.#isStopped) await this.#connect();
        return;
      } catch (error) {
        if (this.#isStopped) return;
        const failure = asPulsarError(error, 'UNKNOWN_BROKER_ERROR', `PRODUCER ${this.topic.full}`);
        if (!failure.retryable) {
          this.#stop();
          this.owner.onStopped(failure);
          return;
        }
        if (failure.serverError === quotaException) this.owner.onRefused(failure);
      }
    }
  }

  async #connect(): Promise<void> {
    const { context, producerId } = this;
    this.#isConnecting = true;
    let connection: Connection | undefined;
    try {
      connection = await context.lookup.connectionTo(this.topic, 'producer');
      this.#stopping.signal.throwIfAborted();
      this.#wasInterrupted = false;
      this.#turnReply = undefined;
      connection.attachProducer(producerId, this);
      let reply = await connection.request(producer, this.#request());
      this.#topicEpoch = reply.topicEpoch ?? this.#topicEpoch;
      if (!reply.producerReady && !this.#wasInterrupted) reply = this.#turnReply ?? (await this.#turn());
      if (this.#wasInterrupted || !connection.isOpen) {
        throw new PulsarError(
          'CONNECTION_LOST',
          `${this.topic.full}: lost while the producer was registered`,
        );
      }
      this.#stopping.signal.throwIfAborted();
      this.name = reply.producerName;
      this.#topicEpoch = reply.topicEpoch ?? this.#topicEpoch;
      this.#backOff.reset();
      this.connection = connection;
      this.#isConnecting = false;
      this.owner.onReady(connection, reply);
    } catch (error) {
      this.#isConnecting = false;
      this.#abandon(connection, error);
      throw error;
    }
  }

  /** After a request without an answer the broker may have the producer all the same, and then it would be busy. */
  #abandon(connection: Connection | undefined, error: unknown): void {
    if (connection === undefined || this.#wasInterrupted) return;
    connection.detachProducer(this.producerId);
    const isUnanswered =
      this.#isStopped || (error instanceof PulsarError && error.code === 'OPERATION_TIMEOUT');
    if (!isUnanswered || !connection.isOpen) return;
    connection.request(closeProducer, { producerId: this.producerId }).catch(() => undefined);
  }

  #request() {
    const { settings, producerId, topic } = this;
    return {
      topic: topic.full,
      producerId,
      producerName: this.name,
      metadata: [...settings.metadata],
      schema: settings.schema,
      epoch: this.#epoch++,
      userProvidedProducerName: this.isNameGiven,
      accessMode: settings.access,
      topicEpoch: this.#topicEpoch,
    };
  }

  /** WaitForExclusive: until the producers before this one have left. */
  #turn(): Promise<ProducerSuccess> {
    return new Promise<ProducerSuccess>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    }).finally(() => {
      this.#waiting = undefined;
    });
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, this.#stopping.signal);
  }

  #stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.connection = undefined;
    const closed = new PulsarError('CLOSED', `${this.topic.full}: the producer is closed`);
    this.#stopping.abort(closed);
    this.#waiting?.reject(closed);
  }
}
