import { messageCommand, sendReceiptCommand } from '../../../native-free-core/wire/frame-layout.js';
import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import { WireCursor } from '../../../native-free-core/wire/varint.js';
import { ok } from '../../../native-free-core/wire/wire-status.js';
import type { PulsarError } from '../errors/pulsar-error.js';
import type { ProducerSuccess } from '../protocol/producer-commands.js';
import type { ConsumerHandler, ProducerHandler } from './handlers.js';

/** Key of the field that comes first in MESSAGE, SEND_RECEIPT and ACK_RESPONSE: number 1, a varint. */
const ownerTag = 8;
const requestIdTag = 6 << 3;

/** The consumers and producers of one connection, and what the broker sends to each. */
export class Attachments {
  /** Frames for somebody who has left: routine after a close, so they are only counted. */
  strayFrames = 0;
  readonly #consumers = new Map<number, ConsumerHandler>();
  readonly #producers = new Map<number, ProducerHandler>();
  /** Producers whose PRODUCER request may be answered a second time, by request id. */
  readonly #waiting = new Map<number, number>();
  readonly #cursor = new WireCursor();

  attachConsumer(id: number, handler: ConsumerHandler): void {
    if (this.#consumers.has(id)) throw new Error(`consumer ${id} is attached already`);
    this.#consumers.set(id, handler);
  }

  attachProducer(id: number, handler: ProducerHandler): void {
    if (this.#producers.has(id)) throw new Error(`producer ${id} is attached already`);
    this.#producers.set(id, handler);
  }

  detachConsumer(id: number): void {
    this.#consumers.delete(id);
  }

  detachProducer(id: number): void {
    this.#producers.delete(id);
    for (const [requestId, producerId] of this.#waiting) {
      if (producerId === id) this.#waiting.delete(requestId);
    }
  }

  /** A MESSAGE or a SEND_RECEIPT. False: it does not begin as it must. */
  onHotFrame(frame: FrameRange): boolean {
    const owner = this.#ownerOf(frame);
    if (owner < 0) return false;
    if (frame.type === messageCommand) {
      const consumer = this.#consumers.get(owner);
      if (consumer === undefined) this.strayFrames++;
      else consumer.onEntry(frame);
    } else if (frame.type === sendReceiptCommand) {
      const producer = this.#producers.get(owner);
      if (producer === undefined) this.strayFrames++;
      else producer.onReceipt(frame);
    }
    return true;
  }

  /** An ACK_RESPONSE without an error. False: it has one, or is not simple; it must be decoded in full. */
  onPlainAckResponse(frame: FrameRange): boolean {
    const owner = this.#ownerOf(frame);
    const cursor = this.#cursor;
    let requestId = -1;
    while (owner >= 0 && cursor.at < cursor.end) {
      const tag = cursor.tag();
      // Transaction ids (2, 3) are zero here.
      if (tag === requestIdTag || tag === 2 << 3 || tag === 3 << 3) cursor.varint();
      else return false;
      if (tag === requestIdTag) requestId = this.#number();
    }
    if (cursor.status !== ok || requestId < 0) return false;
    this.onAckResponse(owner, requestId, undefined);
    return true;
  }

  onAckResponse(consumerId: number, requestId: number, error: PulsarError | undefined): void {
    const consumer = this.#consumers.get(consumerId);
    if (consumer === undefined) this.strayFrames++;
    else consumer.onAckResponse(requestId, error);
  }

  onActiveChange(consumerId: number, isActive: boolean): void {
    this.#consumers.get(consumerId)?.onActiveChange(isActive);
  }

  onEndOfTopic(consumerId: number): void {
    this.#consumers.get(consumerId)?.onEndOfTopic();
  }

  onConsumerClosed(consumerId: number, assignedUrl: string | undefined): void {
    const consumer = this.#consumers.get(consumerId);
    this.detachConsumer(consumerId);
    consumer?.onClosedByBroker(assignedUrl);
  }

  onProducerClosed(producerId: number, assignedUrl: string | undefined): void {
    const producer = this.#producers.get(producerId);
    this.detachProducer(producerId);
    producer?.onClosedByBroker(assignedUrl);
  }

  onSendError(producerId: number, sequenceId: number, error: PulsarError): void {
    const producer = this.#producers.get(producerId);
    if (producer === undefined) this.strayFrames++;
    else producer.onSendError(sequenceId, error);
  }

  /** A PRODUCER request goes out. */
  expectProducer(requestId: number, producerId: number): void {
    this.#waiting.set(requestId, producerId);
  }

  /** It was answered for good, or its answer is no longer wanted. */
  forgetProducer(requestId: number): void {
    this.#waiting.delete(requestId);
  }

  /** The second PRODUCER_SUCCESS of a producer that waited. False: nobody did. */
  onLateProducerSuccess(reply: ProducerSuccess): boolean {
    const producerId = this.#waiting.get(reply.requestId);
    if (producerId === undefined) return false;
    if (reply.producerReady) this.#waiting.delete(reply.requestId);
    this.#producers.get(producerId)?.onProducerSuccess(reply);
    return true;
  }

  onLateProducerError(requestId: number, error: PulsarError): boolean {
    const producerId = this.#waiting.get(requestId);
    if (producerId === undefined) return false;
    const producer = this.#producers.get(producerId);
    this.detachProducer(producerId);
    if (producer?.onProducerRefused === undefined) producer?.onClosedByBroker(undefined);
    else producer.onProducerRefused(error);
    return true;
  }

  failAll(error: PulsarError): void {
    const handlers = [...this.#consumers.values(), ...this.#producers.values()];
    this.#consumers.clear();
    this.#producers.clear();
    this.#waiting.clear();
    for (const handler of handlers) handler.onConnectionLost(error);
  }

  /** Id of the consumer or producer that a frame is for; -1 if the frame does not begin with it. */
  #ownerOf(frame: FrameRange): number {
    const cursor = this.#cursor;
    cursor.reset(frame.bytes, frame.bodyStart, frame.bodyEnd);
    if (frame.bodyStart >= frame.bodyEnd || cursor.tag() !== ownerTag) return -1;
    cursor.varint();
    return cursor.status === ok ? this.#number() : -1;
  }

  /** The last varint; -1 beyond 2^53 - 1. */
  #number(): number {
    const { low, high } = this.#cursor;
    return high < 0 || high >= 0x20_0000 ? -1 : high * 2 ** 32 + (low >>> 0);
  }
}
