import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Producer } from '../../src/pulsar/api/producer.js';
import { createWireClient } from '../../src/pulsar/wire-client.js';
import { range, until } from './consumer-clients.js';
import { Fleet } from './fleet.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned } from './topics.js';

const partitions = 8;
const keys = 200;
const messagesPerSecond = 500;

/** Paced, so that joins and deaths fall into the stream. */
class Stream {
  sent = 0;
  #isEnded = false;
  readonly #done: Promise<void>;

  constructor(readonly producer: Producer) {
    this.#done = this.#run();
  }

  /** Resolves when everything sent has its receipt. */
  end(): Promise<void> {
    this.#isEnded = true;
    return this.#done;
  }

  async #run(): Promise<void> {
    const start = performance.now();
    const receipts: Promise<unknown>[] = [];
    while (!this.#isEnded) {
      const due = ((performance.now() - start) / 1000) * messagesPerSecond;
      for (; this.sent < due; this.sent++) {
        const message = { data: Buffer.from(String(this.sent)), key: `key-${this.sent % keys}` };
        receipts.push(this.producer.send(message));
      }
      await sleep(5);
    }
    await this.producer.flush();
    await Promise.all(receipts);
  }
}

/** Resolves once the member has had a part of the stream. */
function hasPart(fleet: Fleet, member: string): Promise<void> {
  return until(`${member} has a part`, () => fleet.seen().some(({ name }) => name === member));
}

describeWithBroker('consumers on eight partitions that join, leave and die', 'plain', broker => {
  it.each(['Failover', 'Key_Shared'] as const)('see every message, none after its receipt, in order: %s', {
    timeout: 120_000,
  }, async type => {
    const topic = await createPartitioned(broker, 'fleet', partitions);
    const client = createWireClient({ serviceUrl: broker.serviceUrl });
    const fleet = new Fleet(broker.serviceUrl, topic, type);
    try {
      await fleet.join('a');
      // Key_Shared deals whole batches: by one key only if they hold one message.
      const batching = type === 'Failover' ? { delayMs: 5 } : { enabled: false };
      const stream = new Stream(await client.createProducer({ topic, batching }));
      await hasPart(fleet, 'a');
      await fleet.join('b');
      await hasPart(fleet, 'b');
      await fleet.kill('a');
      await sleep(500);
      await fleet.join('c');
      await hasPart(fleet, 'c');
      await fleet.leave('b');
      await fleet.join('d');
      await hasPart(fleet, 'd');
      await sleep(500);
      await stream.end();
      const numbersSeen = () => new Set(fleet.seen().map(({ number }) => number));
      await until('every message was seen', () => numbersSeen().size === stream.sent);
      expect([...numbersSeen()].sort((x, y) => x - y)).toEqual(range(0, stream.sent));
      expect(fleet.seenAgain()).toEqual([]);
      expect(fleet.outOfOrder()).toEqual([]);
    } finally {
      await fleet.close();
      await client.close();
    }
  });
});
