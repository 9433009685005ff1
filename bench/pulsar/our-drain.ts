import { crc32 } from 'node:zlib';
import { RecordScanner } from '../../native-free-core/scan/record-scanner.js';
import { BatchWalker } from '../../native-free-core/wire/batch-walker.js';
import { endOfBatch, ok } from '../../native-free-core/wire/wire-status.js';
import { ReceivedEntry } from '../../src/pulsar/consumer/received-entry.js';
import { createWireClient, type WireClient } from '../../src/pulsar/wire-client.js';
import { Cost, runChild } from './child.js';
import type { PulsarResult, PulsarTask } from './children.js';
import { startMs } from './events.js';

const receiverQueue = 50_000;
/** Columns are filled and added up in turns of so many messages. */
const columnMessages = 8192;
const keyBytesMax = 1 << 16;

/** What is done with an entry; it walks its messages to the end. */
type TakeEntry = (entry: ReceivedEntry) => number;

/**
 * Drains a loaded topic twice: first for the fingerprint, untimed, which also warms up; then timed, from before
 * `subscribe` to the last message. `walk` finds every message and its key; `decode` reads each as strict JSON into
 * columns of keys, amounts and times.
 */
class Drain {
  readonly #walker = new BatchWalker();
  bytes = 0;
  crc = 0;
  cents = 0;
  timesMs = 0;

  async run(client: WireClient, task: PulsarTask, pass: string, take: TakeEntry): Promise<void> {
    const consumer = await client.subscribe({
      topic: task.topic,
      subscription: `${task.subscription}-${pass}`,
      initialPosition: 'earliest',
      receiverQueueMessages: receiverQueue,
    });
    const entries = consumer.entries();
    const received = new ReceivedEntry();
    for (let seen = 0; seen < (task.count ?? 0); ) {
      while (entries.next(received)) {
        seen += take(received);
        entries.release(received);
      }
      const { ledgerId, entryId } = received.entry;
      consumer
        .acknowledgeCumulative({ ledgerId, entryId, partition: -1, batchIndex: -1, batchSize: 0 })
        .catch(() => undefined);
      if (seen < (task.count ?? 0)) await entries.whenReadable();
    }
    await consumer.close();
  }

  fingerprint(received: ReceivedEntry): number {
    return this.#each(received, walker => {
      this.crc = crc32(walker.bytes.slice(walker.payloadStart, walker.payloadEnd), this.crc);
    });
  }

  walk(received: ReceivedEntry): number {
    const walker = this.#walker;
    walker.begin(received.entry, received.bytes, received.start, received.end);
    let bytes = 0;
    let status = walker.next();
    for (; status === ok; status = walker.next()) bytes += walker.payloadEnd - walker.payloadStart;
    if (status !== endOfBatch) throw new Error(`a batch ended with status ${status}`);
    this.bytes += bytes;
    return walker.messages;
  }

  #each(received: ReceivedEntry, take: (walker: BatchWalker) => void): number {
    const walker = this.#walker;
    walker.begin(received.entry, received.bytes, received.start, received.end);
    let status = walker.next();
    for (; status === ok; status = walker.next()) take(walker);
    if (status !== endOfBatch) throw new Error(`a batch ended with status ${status}`);
    return walker.messages;
  }
}

/** Strict JSON into columns: key ranges, amounts, times. */
class Decoder {
  readonly #walker = new BatchWalker();
  readonly #scanner: RecordScanner;
  readonly #scratch: number;
  readonly #keyStarts = new Int32Array(columnMessages);
  readonly #keyEnds = new Int32Array(columnMessages);
  readonly #amounts = new Float64Array(columnMessages);
  readonly #times = new Float64Array(columnMessages);
  #rows = 0;

  constructor(
    readonly drain: Drain,
    bytes: Uint8Array,
  ) {
    this.#scanner = new RecordScanner(
      { entity: 'userId', timestampField: 'timestamp', columns: ['amount'] },
      bytes,
    );
    // No key of these events has an escape; one that had would be unescaped at the arena's end.
    this.#scratch = bytes.length - keyBytesMax;
  }

  take(received: ReceivedEntry): number {
    const walker = this.#walker;
    const scanner = this.#scanner;
    walker.begin(received.entry, received.bytes, received.start, received.end);
    let status = walker.next();
    for (; status === ok; status = walker.next()) {
      const { payloadStart, payloadEnd } = walker;
      scanner.scanMessage(payloadStart, payloadEnd, this.#scratch);
      if (scanner.reason !== 0) throw new Error(`a message was refused with reason ${scanner.reason}`);
      const row = this.#rows++;
      this.#keyStarts[row] = scanner.keyStart;
      this.#keyEnds[row] = scanner.keyEnd;
      this.#times[row] = scanner.values[0];
      this.#amounts[row] = scanner.values[1];
      this.drain.bytes += payloadEnd - payloadStart;
      if (this.#rows === columnMessages) this.addUp();
    }
    if (status !== endOfBatch) throw new Error(`a batch ended with status ${status}`);
    return walker.messages;
  }

  addUp(): void {
    let cents = 0;
    let timesMs = 0;
    for (let row = 0; row < this.#rows; row++) {
      cents += Math.round(this.#amounts[row] * 100);
      timesMs += this.#times[row] - startMs;
    }
    this.drain.cents += cents;
    this.drain.timesMs += timesMs;
    this.#rows = 0;
  }
}

async function run(task: PulsarTask): Promise<PulsarResult> {
  const client = createWireClient({ serviceUrl: task.serviceUrl });
  const first = new Drain();
  await first.run(client, task, 'check', received => first.fingerprint(received));
  const timed = new Drain();
  const decoder = new Decoder(timed, client.context.arena.bytes);
  const take: TakeEntry =
    task.work === 'decode' ? received => decoder.take(received) : received => timed.walk(received);
  const cost = new Cost();
  await timed.run(client, task, 'timed', take);
  decoder.addUp();
  const result = cost.end(task.count ?? 0);
  await client.close();
  const columns = task.work === 'decode' ? { cents: timed.cents, timesMs: timed.timesMs } : {};
  return { ...result, bytes: timed.bytes, crc32: first.crc, ...columns };
}

await runChild(run);
