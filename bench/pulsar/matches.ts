import { type BrokerAddress, requestAdmin } from '../../tools/servers/broker-address.js';
import type { JavaPeer } from '../../tools/servers/java-peer.js';
import { connection, javaSide, ourSide, type PulsarResult, type PulsarTask, type Side } from './children.js';
import { differsFrom, type EventFile } from './events.js';
import { sideNames } from './goals.js';
import type { PulsarMatch } from './match.js';

const latencyWarmUpSeconds = 3;
const produceWarmUp = 500_000;
const payloadBytes = 65;

function present(...sides: (Side | undefined)[]): Side[] {
  return sides.filter(side => side !== undefined);
}

/** The works of the table. Our sides are those whose child was built. */
export function pulsarMatches(
  broker: BrokerAddress,
  peer: JavaPeer,
  events: EventFile,
  topicPrefix: string,
  latencySeconds: number,
): PulsarMatch[] {
  const place = connection(broker);
  const drain: PulsarMatch = {
    work: 'drain',
    title: 'drain 3 M',
    sides: present(
      javaSide(peer, 'drain'),
      ourSide(sideNames.decode, 'drain', { work: 'decode' }),
      ourSide(sideNames.walk, 'drain', { work: 'walk' }),
    ),
    task: id => ({
      ...place,
      topic: `${topicPrefix}-drain`,
      subscription: `drain-${id}`,
      count: events.answer.messages,
    }),
    check: result => Promise.resolve(differsFrom(events.answer, result)),
  };
  const produce: PulsarMatch = {
    work: 'produce',
    title: 'produce 3 M',
    sides: present(javaSide(peer, 'produce'), ourSide(sideNames.ours, 'produce')),
    task: id => ({
      ...place,
      topic: `${topicPrefix}-produce-${id}`,
      file: events.path,
      count: events.answer.messages,
      warmUpMessages: produceWarmUp,
    }),
    check: (result, task) => checkStored(broker, result, task),
  };
  const latency = (title: string, ratePerSecond: number, batching: boolean): PulsarMatch => ({
    work: 'latency',
    title,
    sides: present(javaSide(peer, 'latency'), ourSide(sideNames.ours, 'latency')),
    task: id => ({
      ...place,
      topic: `${topicPrefix}-latency-${batching ? 'batched' : 'single'}-${id}`,
      subscription: 'latency',
      ratePerSecond,
      seconds: latencySeconds,
      warmUpSeconds: latencyWarmUpSeconds,
      payloadBytes,
      batching,
      batchDelayMs: 1,
    }),
    check: result => Promise.resolve(checkCount(result, ratePerSecond * latencySeconds)),
  });
  return [
    drain,
    produce,
    latency('10 k/s one by one', 10_000, true),
    // Without batching the broker itself is full below 10 k/s here; a queue would be measured.
    latency('1 k/s, no batching', 1000, false),
  ];
}

function checkCount({ messages }: PulsarResult, expected: number): string | undefined {
  return messages === expected ? undefined : `${messages} messages, not ${expected}`;
}

/** The broker's own count must agree with the receipts: confirmed is not yet stored once. */
async function checkStored(
  broker: BrokerAddress,
  result: PulsarResult,
  task: PulsarTask,
): Promise<string | undefined> {
  const path = `/admin/v2/${task.topic.replace('://', '/')}`;
  const stats = JSON.parse(await requestAdmin(broker, 'GET', `${path}/stats`)) as { msgInCounter: number };
  // A topic that nobody reads is only in the way of the next round.
  for (const name of [path, `${path}-warm-up`])
    await requestAdmin(broker, 'DELETE', `${name}?force=true`).catch(() => undefined);
  const count = task.count ?? 0;
  if (stats.msgInCounter !== count) return `the broker counted ${stats.msgInCounter} messages, not ${count}`;
  return checkCount(result, count);
}
