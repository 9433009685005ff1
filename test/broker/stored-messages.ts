import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { connectionTask, findJavaPeer } from '../../tools/servers/java-peer.js';
import { isUnavailable } from '../../tools/servers/unavailable.js';

/** A message as the official Java client sees it; bytes are in base64. */
export interface SeenByJava {
  readonly topic: string;
  readonly data: string;
  readonly key: string | null;
  readonly keyIsBase64: boolean;
  readonly orderingKey: string | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly publishTimeMs: number;
  readonly eventTimeMs: number;
  readonly sequenceId: number;
  readonly producerName: string;
  readonly schemaVersion: string | null;
}

/** All that the topic holds, by the official Java client; it looks for more than `expected`. */
export async function seenByJava(
  broker: BrokerAddress,
  topic: string,
  expected: number,
): Promise<SeenByJava[]> {
  const peer = await findJavaPeer();
  if (isUnavailable(peer)) throw new Error(peer.skipped);
  return peer.run<SeenByJava>('consume', {
    ...connectionTask(broker),
    topic,
    subscription: 'auditor',
    count: expected + 10,
    idleMs: 1500,
    acknowledge: 'none',
  });
}

/** The payloads, as texts. */
export async function storedMessages(
  broker: BrokerAddress,
  topic: string,
  expected: number,
): Promise<string[]> {
  return (await seenByJava(broker, topic, expected)).map(({ data }) =>
    Buffer.from(data, 'base64').toString(),
  );
}
