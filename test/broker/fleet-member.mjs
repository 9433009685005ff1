// A consumer in a process of its own, so that it can be killed. Tells what it saw, a line of JSON each:
//   { at, kind: 'seen', partition, ledger, entry, key, number } when a message is in its hands
//   { at, kind: 'acked', partition, number } once the broker's receipt is there for it (and, under Failover, all before)
import { createWireClient } from '../../dist/src/pulsar/wire-client.js';

const { serviceUrl, topic, subscription, type, name } = JSON.parse(process.argv[2]);
const acknowledgeEveryMs = 100;

function tell(kind, fields) {
  process.stdout.write(`${JSON.stringify({ at: Date.now(), name, kind, ...fields })}\n`);
}

const client = createWireClient({ serviceUrl });
const consumer = await client.subscribe({
  topic,
  subscription,
  type,
  name,
  initialPosition: 'earliest',
  partitionsUpdateMs: 1000,
  onActiveChange: (partition, isActive) => tell('active', { partition, isActive }),
});
tell('ready', {});

/** The latest message of each partition, or all of them where each is acknowledged by itself. */
let toAcknowledge = new Map();
const isCumulative = type === 'Failover';

function acknowledge() {
  const batch = toAcknowledge;
  toAcknowledge = new Map();
  return Promise.all(
    [...batch.values()].map(({ id, number }) => {
      const done = isCumulative ? consumer.acknowledgeCumulative(id) : consumer.acknowledge(id);
      // Without a receipt nothing is said: the message may come again.
      return done.then(
        () => tell('acked', { partition: id.partition, number }),
        () => undefined,
      );
    }),
  );
}

let isLeaving = false;
process.on('SIGTERM', () => {
  isLeaving = true;
});
let acknowledged = Promise.resolve();
for (let nextAt = Date.now() + acknowledgeEveryMs; !isLeaving; ) {
  for (const { id, data, key } of await consumer.receiveBatch({ messagesMax: 500, timeoutMs: 50 })) {
    const number = Number(Buffer.from(data).toString());
    tell('seen', { partition: id.partition, ledger: id.ledgerId, entry: id.entryId, key, number });
    toAcknowledge.set(isCumulative ? id.partition : number, { id, number });
  }
  if (Date.now() < nextAt) continue;
  nextAt = Date.now() + acknowledgeEveryMs;
  acknowledged = acknowledge();
}
await acknowledged;
await acknowledge();
await client.close();
tell('left', {});
