import type { Socket } from 'node:net';
import {
  framePaddingBytes,
  messageBytesMaxDefault,
  requestsPendingMax,
} from '../../../native-free-core/limits.js';
import {
  ackResponseCommand,
  messageCommand,
  sendReceiptCommand,
} from '../../../native-free-core/wire/frame-layout.js';
import type { FrameRange } from '../../../native-free-core/wire/frame-range.js';
import { FrameReader } from '../../../native-free-core/wire/frame-reader.js';
import type { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import { reasonOf } from '../../errors.js';
import { asPulsarError, brokerError, PulsarError } from '../errors/pulsar-error.js';
import {
  type Command,
  encodeFrame,
  type ReplyTo,
  type RequestCommand,
  type RequestFields,
} from '../protocol/command.js';
import type { Rows, Written } from '../protocol/message-table.js';
import { producer } from '../protocol/producer-commands.js';
import { authResponse, type Connected, ping, pong } from '../protocol/session-commands.js';
import { type Address, addressText } from './address.js';
import { Attachments } from './attachments.js';
import { actionOf } from './cold-dispatch.js';
import type { Connection } from './connection.js';
import type { ConsumerHandler, ProducerHandler } from './handlers.js';
import { KeepAlive } from './keep-alive.js';
import { badFrameError, lostError } from './lost-errors.js';
import { doingOf, PendingRequests } from './pending-requests.js';
import { clientVersion, protocolVersionMax } from './protocol-version.js';
import { ReceivePath } from './receive-path.js';
import { SocketWriter } from './socket-writer.js';

export interface BrokerConnectionOptions {
  readonly address: Address;
  /** Joined already; the connection leaves it when it is lost. */
  readonly arena: ReceiveArena;
  readonly operationTimeoutMs: number;
  readonly keepAliveMs: number;
  /** A fresh token; undefined without authentication. */
  readonly readToken: (() => Promise<string>) | undefined;
}

/** A connection from the moment its socket is open; `open-connection.ts` makes one and shakes hands. */
export class BrokerConnection implements Connection {
  readonly remote: string;
  readonly isTls: boolean;
  readonly pending = new PendingRequests();
  readonly attachments = new Attachments();
  readonly path: ReceivePath;
  protocolVersion = 0;
  maxMessageBytes = messageBytesMaxDefault;
  serverVersion = '';
  /** Commands that this client does not know, ignored. */
  unknownCommands = 0;
  readonly #reader: FrameReader;
  #writer: SocketWriter | undefined;
  #keepAlive: KeepAlive | undefined;
  #requestId = 0;
  #lostBecause: PulsarError | undefined;
  #handshake: { resolve: () => void; reject: (error: PulsarError) => void } | undefined;
  #onLost: ((error: PulsarError) => void) | undefined;

  constructor(readonly options: BrokerConnectionOptions) {
    this.remote = addressText(options.address);
    this.isTls = options.address.isTls;
    this.#reader = new FrameReader(options.arena, messageBytesMaxDefault + framePaddingBytes);
    this.path = new ReceivePath(this.#reader, this);
  }

  /** Sends the first command; resolves when the broker has accepted it. */
  shakeHands(socket: Socket, connectFrame: Uint8Array): Promise<void> {
    this.#writer = new SocketWriter(socket);
    socket.on('error', error => this.lose(this.#lost(reasonOf(error), error)));
    socket.on('end', () => this.lose(this.#lost('closed by the broker')));
    socket.on('close', () => this.lose(this.#lost('closed')));
    return new Promise((resolve, reject) => {
      if (this.#lostBecause !== undefined) {
        socket.destroy();
        reject(this.#lostBecause);
        return;
      }
      this.#handshake = { resolve, reject };
      this.path.attach(socket, this.isTls);
      this.write(connectFrame);
    });
  }

  get isOpen(): boolean {
    return this.#lostBecause === undefined && this.#handshake === undefined && this.#writer !== undefined;
  }

  /** One listener, for the pool. */
  onLost(listener: (error: PulsarError) => void): void {
    this.#onLost = listener;
  }

  nextRequestId(): number {
    return this.#requestId++;
  }

  request<C extends RequestCommand>(
    what: C,
    fields: RequestFields<C>,
    timeoutMs?: number,
  ): Promise<ReplyTo<C>> {
    if (this.#lostBecause !== undefined) return Promise.reject(this.#lostBecause);
    const doing = doingOf(what, fields);
    if (this.pending.size >= requestsPendingMax) {
      return Promise.reject(
        new PulsarError('TOO_MANY_REQUESTS', `${doing}: ${requestsPendingMax} wait already`),
      );
    }
    const requestId = this.nextRequestId();
    let frame: Uint8Array;
    try {
      frame = encodeFrame(what, { ...(fields as object), requestId } as Written<Rows>);
    } catch (error) {
      return Promise.reject(error);
    }
    const reply = this.pending.add<ReplyTo<C>>(
      requestId,
      what.reply.type,
      doing,
      timeoutMs ?? this.options.operationTimeoutMs,
    );
    if (what.type === producer.type) {
      this.attachments.expectProducer(requestId, (fields as unknown as { producerId: number }).producerId);
    }
    this.write(frame);
    return reply;
  }

  send<R extends Rows>(what: Command<R>, fields: Written<R>): void {
    this.write(encodeFrame(what, fields));
  }

  write(frame: Uint8Array): boolean {
    if (this.#lostBecause !== undefined || this.#writer === undefined) return true;
    return this.#writer.write(frame);
  }

  get queuedBytes(): number {
    return this.#writer?.queuedBytes ?? 0;
  }

  get writtenBytes(): number {
    return this.#writer?.writtenBytes ?? 0;
  }

  whenWritable(): Promise<void> {
    if (this.#lostBecause !== undefined) return Promise.reject(this.#lostBecause);
    return this.#writer?.whenWritable() ?? Promise.resolve();
  }

  attachConsumer(consumerId: number, handler: ConsumerHandler): void {
    this.attachments.attachConsumer(consumerId, handler);
  }

  detachConsumer(consumerId: number): void {
    this.attachments.detachConsumer(consumerId);
  }

  attachProducer(producerId: number, handler: ProducerHandler): void {
    this.attachments.attachProducer(producerId, handler);
  }

  detachProducer(producerId: number): void {
    this.attachments.detachProducer(producerId);
  }

  close(): void {
    this.lose(new PulsarError('CONNECTION_LOST', `${this.remote}: closed by this client`));
  }

  /** The end, for whatever reason; the first one counts. */
  lose(error: PulsarError): void {
    if (this.#lostBecause !== undefined) return;
    this.#lostBecause = error;
    this.#keepAlive?.stop();
    this.path.close();
    this.options.arena.leave();
    this.#writer?.flush();
    this.#writer?.lost(error);
    this.#writer?.socket.destroySoon();
    const handshake = this.#handshake;
    this.#handshake = undefined;
    handshake?.reject(error);
    this.pending.failAll(error);
    this.attachments.failAll(error);
    this.#onLost?.(error);
  }

  // From the socket.

  onBytes(): void {
    this.#keepAlive?.heard();
  }

  onFrame(frame: FrameRange): void {
    const { type } = frame;
    if (type === messageCommand || type === sendReceiptCommand) {
      if (!this.attachments.onHotFrame(frame))
        this.#protocolError(`command ${type} does not begin with its owner`);
      return;
    }
    if (type === ackResponseCommand && this.attachments.onPlainAckResponse(frame)) return;
    this.#onColdFrame(frame);
  }

  onBadFrame(status: number): void {
    this.lose(badFrameError(this.remote, this.#reader, status, this.#handshake !== undefined));
  }

  get isReadingPaused(): boolean {
    return this.path.isPaused;
  }

  ping(): void {
    this.send(ping, {});
  }

  onSilent(): void {
    this.lose(this.#lost(`silent for ${this.options.keepAliveMs} ms after a ping`));
  }

  // From the cold commands.

  onConnected(reply: Connected): void {
    const handshake = this.#handshake;
    if (handshake === undefined) return;
    this.#handshake = undefined;
    this.protocolVersion = Math.min(reply.protocolVersion, protocolVersionMax);
    this.serverVersion = reply.serverVersion;
    this.maxMessageBytes = reply.maxMessageSize ?? messageBytesMaxDefault;
    const frameBytes = this.maxMessageBytes + framePaddingBytes;
    this.#reader.frameBytesMax = Math.min(frameBytes, this.options.arena.largeBytes - 7);
    this.#keepAlive = new KeepAlive(this, this.options.keepAliveMs);
    handshake.resolve();
  }

  onAuthChallenge(): void {
    const { readToken } = this.options;
    if (readToken === undefined) {
      this.lose(
        new PulsarError(
          'AUTHENTICATION_FAILED',
          `${this.remote}: the broker asks for a token, and none is set`,
        ),
      );
      return;
    }
    readToken().then(
      token =>
        this.send(authResponse, {
          clientVersion,
          response: { authMethodName: 'token', authData: new TextEncoder().encode(token) },
          protocolVersion: protocolVersionMax,
        }),
      error => this.lose(asPulsarError(error, 'TOKEN_UNREADABLE', 'read the token')),
    );
  }

  onPing(): void {
    this.send(pong, {});
  }

  onError(serverError: number, words: string): void {
    this.lose(brokerError(serverError, words, `connect to ${this.remote}`));
  }

  #onColdFrame(frame: FrameRange): void {
    // Texts are not decoded from shared memory, so a cold command is copied.
    const bytes = frame.bytes.slice(frame.commandStart, frame.commandEnd);
    let action: ReturnType<typeof actionOf>;
    try {
      action = actionOf(frame.type, bytes);
    } catch (error) {
      this.lose(asPulsarError(error, 'PROTOCOL_ERROR', this.remote));
      return;
    }
    if (action === undefined) this.unknownCommands++;
    else action(this);
  }

  #protocolError(words: string): void {
    this.lose(new PulsarError('PROTOCOL_ERROR', `${this.remote}: ${words}`));
  }

  #lost(words: string, cause?: unknown): PulsarError {
    return lostError(this.remote, words, cause, this.#handshake !== undefined, this.isTls);
  }
}
