import { acksPendingMax, acksPerFrame } from '../../../native-free-core/limits.js';
import { AckWriter, cumulativeAck, individualAck } from '../../../native-free-core/wire/ack-frame.js';
import type { MessageId } from '../api/message-id.js';
import type { Connection } from '../connection/connection.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { compareIds } from './message-ids.js';
import { fullAckSet, type PartialBatch, PartialBatches } from './partial-batches.js';

/** Since protocol 17 acknowledgements are answered; before, they are taken as stored once they are written. */
const receiptVersion = 17;
const noSet = new Int32Array(0);

/** All acknowledgements of one turn of the event loop: one promise, one frame of each kind as far as they fit. */
class AckGroup {
  readonly done: Promise<void>;
  resolve!: () => void;
  reject!: (error: PulsarError) => void;
  /** Entries as a whole. */
  readonly entries: number[] = [];
  readonly batches = new Set<PartialBatch>();
  cumulative: MessageId | undefined;
  frames = 0;
  deadlineMs = 0;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

/**
 * Sends acknowledgements and waits for their receipts. A promise that is rejected with CONNECTION_LOST or
 * OPERATION_TIMEOUT leaves open whether the broker has stored them: what it has not stored comes again.
 */
export class Acknowledgements {
  #connection: Connection | undefined;
  /** The client or the consumer was closed: there will be no other session. */
  #isClosed = false;
  #group: AckGroup | undefined;
  readonly #waiting = new Map<number, AckGroup>();
  readonly #partial = new PartialBatches();
  readonly #writer = new AckWriter();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly consumerId: number,
    readonly topic: string,
    readonly timeoutMs: number,
    readonly nowMs: () => number,
  ) {}

  open(connection: Connection): void {
    this.#connection = connection;
    this.#isClosed = false;
  }

  /** The session is over: what has no receipt is rejected. */
  close(error: PulsarError): void {
    this.#connection = undefined;
    if (error.code === 'CLOSED') this.#isClosed = true;
    this.#partial.clear();
    const groups = new Set(this.#waiting.values());
    if (this.#group !== undefined) groups.add(this.#group);
    this.#waiting.clear();
    this.#group = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const words = `acknowledge on ${this.topic}: no receipt before the end of the session: ${error.message}`;
    for (const group of groups) group.reject(new PulsarError(error.code, words, { cause: error }));
  }

  individual(id: MessageId): Promise<void> {
    const group = this.#open();
    if (group instanceof PulsarError) return Promise.reject(group);
    if (id.batchIndex < 0 || id.batchSize <= 1) group.entries.push(id.ledgerId, id.entryId);
    else {
      const partial = this.#partial.remove(id);
      if (partial === undefined) group.entries.push(id.ledgerId, id.entryId);
      else group.batches.add(partial);
    }
    return group.done;
  }

  cumulative(id: MessageId): Promise<void> {
    const group = this.#open();
    if (group instanceof PulsarError) return Promise.reject(group);
    if (group.cumulative === undefined || compareIds(group.cumulative, id) < 0) group.cumulative = id;
    return group.done;
  }

  onResponse(requestId: number, error: PulsarError | undefined): void {
    const group = this.#waiting.get(requestId);
    if (group === undefined) return;
    this.#waiting.delete(requestId);
    if (error !== undefined) group.reject(error);
    else if (--group.frames === 0) group.resolve();
    if (this.#waiting.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }

  #open(): AckGroup | PulsarError {
    if (this.#connection === undefined) {
      const words = `acknowledge on ${this.topic}: ${this.#isClosed ? 'closed' : 'not connected'}; nothing was sent`;
      return new PulsarError(this.#isClosed ? 'CLOSED' : 'CONNECTION_LOST', words);
    }
    if (this.#waiting.size >= acksPendingMax) {
      return new PulsarError('TOO_MANY_REQUESTS', `acknowledge on ${this.topic}: ${acksPendingMax} wait`);
    }
    if (this.#group === undefined) {
      this.#group = new AckGroup();
      setImmediate(() => this.flush());
    }
    return this.#group;
  }

  /** Sends what this turn has gathered. */
  flush(): void {
    const group = this.#group;
    const connection = this.#connection;
    if (group === undefined || connection === undefined) return;
    this.#group = undefined;
    group.deadlineMs = this.nowMs() + this.timeoutMs;
    if (group.cumulative !== undefined) this.#sendCumulative(connection, group, group.cumulative);
    this.#sendIndividual(connection, group);
    if (connection.protocolVersion < receiptVersion) group.resolve();
    else if (this.#timer === undefined) this.#watch();
  }

  #sendCumulative(connection: Connection, group: AckGroup, id: MessageId): void {
    const isPartial = id.batchIndex >= 0 && id.batchIndex < id.batchSize - 1;
    const set = isPartial ? fullAckSet(id.batchSize, id.batchIndex + 1) : noSet;
    this.#begin(1, set.length, cumulativeAck);
    if (isPartial) {
      this.#writer.addBatch(id.ledgerId, id.entryId, id.batchSize, set, 0, set.length >> 1);
    } else this.#writer.add(id.ledgerId, id.entryId);
    this.#finish(connection, group);
  }

  #sendIndividual(connection: Connection, group: AckGroup): void {
    const { entries } = group;
    for (let at = 0; at < entries.length; ) {
      const end = Math.min(entries.length, at + 2 * acksPerFrame);
      this.#begin((end - at) / 2, 0, individualAck);
      for (; at < end; at += 2) this.#writer.add(entries[at], entries[at + 1]);
      this.#finish(connection, group);
    }
    const batches = [...group.batches].filter(batch => batch.left > 0);
    for (let at = 0; at < batches.length; at += acksPerFrame) {
      const some = batches.slice(at, at + acksPerFrame);
      this.#begin(
        some.length,
        some.reduce((ints, batch) => ints + batch.ackSet.length, 0),
        individualAck,
      );
      for (const { ledgerId, entryId, batchSize, ackSet } of some) {
        this.#writer.addBatch(ledgerId, entryId, batchSize, ackSet, 0, ackSet.length >> 1);
      }
      this.#finish(connection, group);
    }
  }

  #begin(ids: number, setInts: number, type: number): void {
    const bytes = new Uint8Array(64 + ids * 64 + setInts * 6);
    this.#writer.begin(bytes, 0, bytes.length, this.consumerId, type);
    this.#bytes = bytes;
  }
  #bytes: Uint8Array = new Uint8Array(0);

  #finish(connection: Connection, group: AckGroup): void {
    const isAnswered = connection.protocolVersion >= receiptVersion;
    const requestId = isAnswered ? connection.nextRequestId() : -1;
    if (isAnswered) {
      group.frames++;
      this.#waiting.set(requestId, group);
    }
    this.#writer.finish(requestId);
    connection.write(this.#bytes.subarray(this.#writer.frameStart, this.#writer.frameEnd));
  }

  /** One timer for all: receipts come in about the order of their requests. */
  #watch(): void {
    for (const group of this.#waiting.values()) {
      this.#timer = setTimeout(() => this.#expire(), Math.max(1, group.deadlineMs - this.nowMs()));
      this.#timer.unref();
      return;
    }
    this.#timer = undefined;
  }

  #expire(): void {
    const now = this.nowMs();
    for (const [requestId, group] of this.#waiting) {
      if (group.deadlineMs > now) break;
      this.#waiting.delete(requestId);
      const words = `acknowledge on ${this.topic}: no receipt within ${this.timeoutMs} ms`;
      group.reject(new PulsarError('OPERATION_TIMEOUT', words));
    }
    this.#watch();
  }
}
