import { expect } from 'vitest';
import type { Consumer, ConsumerOptions } from '../../../../src/pulsar/api/consumer.js';
import { ArenaBudget } from '../../../../src/pulsar/consumer/arena-budget.js';
import type { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { createWireClient, type WireClient } from '../../../../src/pulsar/wire-client.js';
import { brokerThat, stopAfterTest } from '../connection/open-fake.js';
import type { FakeBroker } from '../fake-broker.js';
import { type ScriptedEntry, ScriptedTopic } from './scripted-topic.js';

export interface Scripted {
  readonly script: ScriptedTopic;
  readonly broker: FakeBroker;
  readonly client: WireClient;
  readonly consumer: Consumer;
  /** Partition and error of each that stopped. */
  readonly stopped: [number, PulsarError][];
}

export async function scripted(
  partitions: readonly (readonly ScriptedEntry[])[],
  options: Partial<ConsumerOptions> = {},
): Promise<Scripted> {
  const script = new ScriptedTopic(partitions);
  const broker = await brokerThat(script.script);
  const client = createWireClient({ serviceUrl: broker.url, operationTimeoutMs: 2000, backoffFirstMs: 5 });
  stopAfterTest(() => client.close());
  const stopped: [number, PulsarError][] = [];
  const consumer = await client.subscribe({
    topic: 'x',
    subscription: 's',
    onPartitionStopped: (partition, error) => stopped.push([partition, error as PulsarError]),
    ...options,
  });
  return { script, broker, client, consumer, stopped };
}

/** Receives and acknowledges until nothing comes for `idleMs`, or all partitions have stopped. */
export async function texts(consumer: Consumer, idleMs = 150): Promise<string[]> {
  const seen: string[] = [];
  for (;;) {
    const message = await consumer.receive(idleMs).catch(() => undefined);
    if (message === undefined) return seen;
    seen.push(Buffer.from(message.data).toString());
    await consumer.acknowledge(message.id).catch(() => {});
  }
}

/** Closes the client; afterwards nothing may hold memory, and the script must not have failed. */
export async function closedClean({ client, broker, script }: Scripted): Promise<void> {
  const { arena } = client.context;
  await client.close();
  expect(arena.freeBytes).toBe(arena.segments * arena.segmentBytes);
  const budget = ArenaBudget.of(arena);
  expect(Math.abs(budget.freeBytes - budget.totalBytes)).toBeLessThan(1);
  expect(broker.failures).toEqual([]);
  expect(script.commands.filter(command => command.startsWith('unknown'))).toEqual([]);
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  const limit = performance.now() + 3000;
  while (!holds()) {
    if (performance.now() > limit) throw new Error(`not within three seconds: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}
