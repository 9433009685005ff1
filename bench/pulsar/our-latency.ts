import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWalker } from '../../native-free-core/wire/batch-walker.js';
import { ok } from '../../native-free-core/wire/wire-status.js';
import { ReceivedEntry } from '../../src/pulsar/consumer/received-entry.js';
import { parseTopicName } from '../../src/pulsar/lookup/topic-name.js';
import { appended } from '../../src/pulsar/producer/append-status.js';
import { PartitionProducer } from '../../src/pulsar/producer/partition-producer.js';
import { settingsOf } from '../../src/pulsar/producer/producer-settings.js';
import { createWireClient, type WireClient } from '../../src/pulsar/wire-client.js';
import { Cost, runChild } from './child.js';
import type { PulsarResult, PulsarTask } from './children.js';

const lostAfterMs = 60_000;

/**
 * Publish to receive at a fixed rate, open loop: each message carries when it was meant to be sent, so that a sender
 * that falls behind adds its delay instead of hiding it.
 */
class Latency {
  readonly warmUp: number;
  readonly latencies: Float64Array;
  cost: Cost | undefined;

  constructor(readonly task: PulsarTask) {
    const { ratePerSecond = 0, seconds = 0, warmUpSeconds = 0 } = task;
    this.warmUp = ratePerSecond * warmUpSeconds;
    this.latencies = new Float64Array(ratePerSecond * seconds);
  }

  async send(client: WireClient): Promise<void> {
    const { topic, batching = true, batchDelayMs = 1, payloadBytes = 65, ratePerSecond = 1 } = this.task;
    const producer = new PartitionProducer({
      context: client.context,
      topic: parseTopicName(topic),
      settings: settingsOf({
        topic,
        pendingMessagesMax: 1 << 20,
        batching: { enabled: batching, delayMs: batchDelayMs },
      }),
      events: {
        onConfirmed: () => undefined,
        onFailed: (_, error) => {
          throw error;
        },
      },
    });
    await producer.open();
    const payload = new Uint8Array(payloadBytes);
    const view = new DataView(payload.buffer);
    const startMs = performance.now() + 100;
    const gapMs = 1000 / ratePerSecond;
    const messages = this.warmUp + this.latencies.length;
    for (let i = 0; i < messages; ) {
      const intendedMs = startMs + i * gapMs;
      // Not spinning: broker and receiver need the cores. What is late is sent at once, and counted as late.
      if (intendedMs > performance.now()) {
        await sleep(1);
        continue;
      }
      if (i === this.warmUp) this.cost = new Cost();
      view.setFloat64(0, intendedMs, true);
      if (producer.appendKeyed(payload, -1, -1, payload, 0, payloadBytes, 0, -1) !== appended)
        throw new Error('a message was not taken');
      i++;
    }
    await producer.flush();
  }

  async receive(client: WireClient): Promise<void> {
    const { topic, subscription = 'latency' } = this.task;
    const consumer = await client.subscribe({ topic, subscription, initialPosition: 'earliest' });
    const entries = consumer.entries();
    const received = new ReceivedEntry();
    const walker = new BatchWalker();
    for (let i = -this.warmUp; i < this.latencies.length; ) {
      while (entries.next(received)) {
        const nowMs = performance.now();
        walker.begin(received.entry, received.bytes, received.start, received.end);
        const view = new DataView(received.bytes.buffer, received.bytes.byteOffset);
        for (; walker.next() === ok; i++) {
          if (i >= 0) this.latencies[i] = nowMs - view.getFloat64(walker.payloadStart, true);
        }
        const { ledgerId, entryId } = received.entry;
        consumer
          .acknowledge({ ledgerId, entryId, partition: -1, batchIndex: -1, batchSize: 0 })
          .catch(() => undefined);
        entries.release(received);
      }
      if (i < this.latencies.length) await entries.whenReadable();
    }
    await consumer.close();
  }

  /** The smallest latency that at least this share of the messages did not exceed. */
  quantile(share: number): number {
    return this.latencies[Math.ceil(share * this.latencies.length) - 1];
  }
}

async function run(task: PulsarTask): Promise<PulsarResult> {
  const latency = new Latency(task);
  const client = createWireClient({ serviceUrl: task.serviceUrl });
  const received = latency.receive(client);
  const late = sleep(lostAfterMs + 1000 * ((task.seconds ?? 0) + (task.warmUpSeconds ?? 0)), undefined, {
    ref: false,
  }).then(() => {
    throw new Error('messages are missing');
  });
  await latency.send(client);
  await Promise.race([received, late]);
  const result = (latency.cost as Cost).end(latency.latencies.length);
  await client.close();
  latency.latencies.sort();
  return {
    ...result,
    p50Ms: latency.quantile(0.5),
    p99Ms: latency.quantile(0.99),
    p999Ms: latency.quantile(0.999),
  };
}

await runChild(run);
