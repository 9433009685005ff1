import { parseTopicName } from '../../src/pulsar/lookup/topic-name.js';
import { appended, full } from '../../src/pulsar/producer/append-status.js';
import { PartitionProducer } from '../../src/pulsar/producer/partition-producer.js';
import { settingsOf } from '../../src/pulsar/producer/producer-settings.js';
import { createWireClient, type WireClient } from '../../src/pulsar/wire-client.js';
import { Cost, readLines, runChild } from './child.js';
import type { PulsarResult, PulsarTask } from './children.js';

const quote = 0x22;
const lineFeed = 0x0a;
const keyOffset = '{"userId":"'.length;
const pendingMessages = 20_000;

/** Sends the first lines, keyed by the user id that each begins with. @returns how many were confirmed */
async function send(client: WireClient, topic: string, lines: Buffer, count: number): Promise<number> {
  let failure: Error | undefined;
  const producer = new PartitionProducer({
    context: client.context,
    topic: parseTopicName(topic),
    settings: settingsOf({
      topic,
      pendingMessagesMax: pendingMessages,
      batching: { messagesMax: 1000, bytesMax: 128 * 1024, delayMs: 1 },
    }),
    events: {
      onConfirmed: () => undefined,
      onFailed: (_, error) => {
        failure = error;
      },
    },
  });
  await producer.open();
  for (let sent = 0, start = 0; sent < count && failure === undefined; ) {
    const keyStart = start + keyOffset;
    const keyEnd = lines.indexOf(quote, keyStart);
    const end = lines.indexOf(lineFeed, keyEnd);
    const status = producer.appendKeyed(lines, keyStart, keyEnd, lines, start, end, 0, -1);
    if (status === full) {
      await producer.whenWritable();
      continue;
    }
    if (status !== appended) throw new Error(`append answered ${status}`);
    sent++;
    start = end + 1;
  }
  await producer.flush();
  if (failure !== undefined) throw failure;
  await producer.close();
  return producer.confirmed;
}

async function run(task: PulsarTask): Promise<PulsarResult> {
  const lines = readLines(task.file ?? '');
  const client = createWireClient({ serviceUrl: task.serviceUrl });
  if (task.warmUpMessages !== undefined)
    await send(client, `${task.topic}-warm-up`, lines, task.warmUpMessages);
  const cost = new Cost();
  const confirmed = await send(client, task.topic, lines, task.count ?? 0);
  const result = cost.end(confirmed);
  await client.close();
  return result;
}

await runChild(run);
