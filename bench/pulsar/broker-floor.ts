import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokerAddress, requestAdmin } from '../../tools/servers/broker-address.js';
import { RawSession } from '../../tools/servers/raw-session.js';

const warmUp = 300;
const payload = Buffer.alloc(65, 0x2e);

/** Milliseconds from SEND to SEND_RECEIPT of single messages, by a bare socket and a broker with nothing else to do. */
export interface BrokerFloor {
  readonly messages: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function measureFloor(
  broker: BrokerAddress,
  topic: string,
  messages = 1000,
): Promise<BrokerFloor> {
  await requestAdmin(broker, 'GET', `/lookup/v2/topic/${topic.replace('://', '/')}`);
  const session = await RawSession.open(Number(new URL(broker.serviceUrl).port));
  try {
    await session.openProducer(topic);
    const taken: number[] = [];
    for (let i = -warmUp; i < messages; i++) {
      const sent = performance.now();
      await session.sendAndWait(i + warmUp, payload, Date.now());
      if (i >= 0) taken.push(performance.now() - sent);
      // Idle in between: a queue would be measured instead.
      await sleep(1);
    }
    taken.sort((a, b) => a - b);
    const quantile = (share: number): number => taken[Math.ceil(share * taken.length) - 1];
    return { messages, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  } finally {
    session.close();
  }
}
