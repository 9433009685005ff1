import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import type { ClientContext } from '../client-context.js';
import { addressText } from '../connection/address.js';
import { BackOff, delay } from '../connection/back-off.js';
import type { Connection } from '../connection/connection.js';
import type { Route } from '../connection/connection-pool.js';
import type { ConsumerHandler } from '../connection/handlers.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';
import { parseBrokerUrl } from '../lookup/service-url.js';
import type { TopicName } from '../lookup/topic-name.js';
import type { RequestFields } from '../protocol/command.js';
import { closeConsumer, subscribe } from '../protocol/consumer-commands.js';

/** Connections in a row that were lost to bytes that are not the protocol, before the partition stops. */
const garbledConnectionsMax = 3;

export interface SessionOwner {
  /** What SUBSCRIBE says now: the place to begin at moves on for readers. */
  subscribeFields(consumerId: number): RequestFields<typeof subscribe>;
  /** Subscribed; entries will come once permits are given. */
  onOpen(connection: Connection): void;
  /** The subscription is gone from its broker; it will come back by itself. */
  onDown(error: PulsarError): void;
  /** It will not come back. */
  onFailed(error: PulsarError): void;
  onEntry(frame: FrameRange): void;
  onActiveChange(isActive: boolean): void;
  onEndOfTopic(): void;
  onAckResponse(requestId: number, error: PulsarError | undefined): void;
}

/** The subscription of one topic at whatever broker serves it: found again with jittered back-off when it was lost. */
export class SubscriptionSession implements ConsumerHandler {
  connection: Connection | undefined;
  readonly consumerId: number;
  #isEnded = false;
  #isRecovering = false;
  #garbled = 0;
  #route: Route | undefined;
  #gate: Promise<unknown> | undefined;
  readonly #ending = new AbortController();

  constructor(
    readonly context: ClientContext,
    readonly topic: TopicName,
    readonly owner: SessionOwner,
  ) {
    this.consumerId = context.nextConsumerId();
  }

  /** The first subscription. @throws PulsarError at once what will not pass, else after the operation's time-out */
  async open(): Promise<void> {
    const { context } = this;
    const until = context.nowMs() + context.operationTimeoutMs;
    const backOff = this.#backOff();
    for (;;) {
      try {
        await this.#attempt(undefined);
        return;
      } catch (error) {
        const failure = asPulsarError(error, 'UNKNOWN_BROKER_ERROR', `subscribe to ${this.topic.full}`);
        const waitMs = backOff.nextMs();
        const isFinal = !failure.retryable || failure.code === 'CONSUMER_BUSY';
        if (isFinal || this.#isEnded || context.nowMs() + waitMs >= until) throw failure;
        await delay(waitMs, context.closing);
      }
    }
  }

  /** Leaves the broker and subscribes again: what is not acknowledged comes again. */
  async renew(why: PulsarError): Promise<void> {
    const { connection } = this;
    if (connection === undefined || this.#isEnded) return;
    this.#leave(why);
    connection.detachConsumer(this.consumerId);
    this.#isRecovering = true;
    await this.#closeOn(connection);
    this.#isRecovering = false;
    this.#recover(undefined);
  }

  /** No attempt to subscribe begins before `gate` is settled. */
  holdBack(gate: Promise<unknown>): void {
    this.#gate = gate;
  }

  /** The end: nothing comes any more. The broker is told. */
  async close(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#ending.abort(new PulsarError('CLOSED', `${this.topic.full}: the consumer is closed`));
    const { connection } = this;
    if (connection === undefined) return;
    this.connection = undefined;
    // Receipts may come until the broker has confirmed.
    await this.#closeOn(connection);
    connection.detachConsumer(this.consumerId);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  // From the connection.

  onEntry(frame: FrameRange): void {
    this.#garbled = 0;
    this.owner.onEntry(frame);
  }

  onActiveChange(isActive: boolean): void {
    this.owner.onActiveChange(isActive);
  }

  onEndOfTopic(): void {
    this.owner.onEndOfTopic();
  }

  onAckResponse(requestId: number, error: PulsarError | undefined): void {
    this.owner.onAckResponse(requestId, error);
  }

  onClosedByBroker(assignedUrl: string | undefined): void {
    this.#leave(new PulsarError('CONNECTION_LOST', `${this.topic.full}: the broker closed the consumer`));
    this.#recover(assignedUrl);
  }

  onConnectionLost(error: PulsarError): void {
    this.#leave(error);
    if (!error.retryable && ++this.#garbled >= garbledConnectionsMax) this.#fail(error);
    else this.#recover(undefined);
  }

  #leave(error: PulsarError): void {
    if (this.connection === undefined) return;
    this.connection = undefined;
    if (!this.#isEnded) this.owner.onDown(error);
  }

  #fail(error: PulsarError): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#ending.abort(error);
    this.owner.onFailed(error);
  }

  #recover(assignedUrl: string | undefined): void {
    if (this.#isEnded || this.#isRecovering || this.context.closing.aborted) return;
    this.#isRecovering = true;
    this.#recoverUntilOpen(assignedUrl)
      .catch(error => {
        if (!this.context.closing.aborted)
          this.#fail(asPulsarError(error, 'UNKNOWN_BROKER_ERROR', `subscribe to ${this.topic.full}`));
      })
      .finally(() => {
        this.#isRecovering = false;
        // Lost again between its opening and here.
        if (this.connection === undefined) this.#recover(undefined);
      });
  }

  async #recoverUntilOpen(assignedUrl: string | undefined): Promise<void> {
    const backOff = this.#backOff();
    for (let url = assignedUrl; !this.#isEnded; url = undefined) {
      try {
        await this.#gate?.catch(() => {});
        if (this.#isEnded) return;
        await this.#attempt(url);
        return;
      } catch (error) {
        const failure = asPulsarError(error, 'UNKNOWN_BROKER_ERROR', `subscribe to ${this.topic.full}`);
        const isGarbled = failure.code === 'PROTOCOL_ERROR' || failure.code === 'FRAME_TOO_LARGE';
        if (!failure.retryable && (!isGarbled || ++this.#garbled >= garbledConnectionsMax)) throw failure;
        await delay(backOff.nextMs(), AbortSignal.any([this.context.closing, this.#ending.signal]));
      }
    }
  }

  async #attempt(assignedUrl: string | undefined): Promise<void> {
    const { context, topic, consumerId } = this;
    const route = this.#assigned(assignedUrl) ?? (await context.lookup.routeOf(topic));
    this.#route = route;
    const connection = await context.pool.get(route, 'consumer');
    context.closing.throwIfAborted();
    this.#ending.signal.throwIfAborted();
    if (!connection.isOpen) throw new PulsarError('CONNECTION_LOST', `${topic.full}: lost before SUBSCRIBE`);
    // While SUBSCRIBE is under way, a loss is told by its answer.
    let isLost = false;
    const attempt: ConsumerHandler = {
      onEntry: frame => this.onEntry(frame),
      onActiveChange: isActive => this.onActiveChange(isActive),
      onEndOfTopic: () => this.onEndOfTopic(),
      onAckResponse: (requestId, error) => this.onAckResponse(requestId, error),
      onClosedByBroker: url => {
        isLost = true;
        if (this.connection === connection) this.onClosedByBroker(url);
      },
      onConnectionLost: error => {
        isLost = true;
        if (this.connection === connection) this.onConnectionLost(error);
      },
    };
    connection.attachConsumer(consumerId, attempt);
    try {
      await connection.request(subscribe, this.owner.subscribeFields(consumerId), context.operationTimeoutMs);
      if (isLost) throw new PulsarError('CONNECTION_LOST', `${topic.full}: lost while subscribing`);
    } catch (error) {
      if (!isLost) connection.detachConsumer(consumerId);
      // It may be subscribed nevertheless: the answer may be late.
      if (error instanceof PulsarError && error.code === 'OPERATION_TIMEOUT') await this.#closeOn(connection);
      throw error;
    }
    if (this.#isEnded) {
      connection.detachConsumer(consumerId);
      await this.#closeOn(connection);
      return;
    }
    this.connection = connection;
    this.owner.onOpen(connection);
  }

  /** Where the broker said that the topic went. Its address may be of another listener than ours: then look up. */
  #assigned(url: string | undefined): Route | undefined {
    if (url === undefined || url === '' || this.context.lookup.options.listenerName !== undefined)
      return undefined;
    try {
      const address = parseBrokerUrl(url);
      if (this.#route?.proxyTo === undefined) return { address };
      return { address: this.#route.address, proxyTo: addressText(address) };
    } catch {
      return undefined;
    }
  }

  async #closeOn(connection: Connection): Promise<void> {
    if (!connection.isOpen) return;
    const { consumerId } = this;
    await connection.request(closeConsumer, { consumerId }, this.context.operationTimeoutMs).catch(() => {});
  }

  #backOff(): BackOff {
    const { backoffFirstMs, backoffMaxMs, random } = this.context;
    return new BackOff({ firstMs: backoffFirstMs, maxMs: backoffMaxMs, random });
  }
}
