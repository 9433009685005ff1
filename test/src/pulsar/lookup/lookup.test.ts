import { describe, expect, it, vi } from 'vitest';
import { ConnectionPool, consumerArena } from '../../../../src/pulsar/connection/connection-pool.js';
import { TopicLookup } from '../../../../src/pulsar/lookup/lookup.js';
import { PartitionWatch } from '../../../../src/pulsar/lookup/partition-watch.js';
import { parseServiceUrl } from '../../../../src/pulsar/lookup/service-url.js';
import { parseTopicName } from '../../../../src/pulsar/lookup/topic-name.js';
import { lookup, partitionedMetadata } from '../../../../src/pulsar/protocol/lookup-commands.js';
import { connect, connected, error } from '../../../../src/pulsar/protocol/session-commands.js';
import { brokerThat, stopAfterTest } from '../connection/open-fake.js';
import { type FakeSession, quickOptions, smallArena } from '../fake-broker.js';

const topic = parseTopicName('x');

function lookupOver(serviceUrl: string, operationTimeoutMs = 2000, listenerName?: string): TopicLookup {
  const pool = new ConnectionPool({
    ...quickOptions,
    serviceAddresses: parseServiceUrl(serviceUrl).addresses,
    arena: smallArena(),
  });
  stopAfterTest(() => pool.close());
  return new TopicLookup(pool, {
    operationTimeoutMs,
    backoffFirstMs: 5,
    backoffMaxMs: 20,
    random: () => 0.5,
    listenerName,
  });
}

async function answer(session: FakeSession, reply: Record<string, unknown>) {
  const asked = await session.expect(lookup);
  session.send(lookup.reply, { requestId: asked.requestId, ...reply });
  return asked;
}

describe('TopicLookup', () => {
  it('follows a redirect to the other broker, and says there that it was sent', async () => {
    const second = await brokerThat(async session => {
      await session.welcome();
      const asked = await answer(session, { response: 'connect', brokerServiceUrl: 'pulsar://third:7000' });
      expect(asked).toMatchObject({ authoritative: true, topic: 'persistent://public/default/x' });
    });
    const first = await brokerThat(async session => {
      await session.welcome();
      const asked = await answer(session, {
        response: 'redirect',
        brokerServiceUrl: second.url,
        authoritative: true,
      });
      expect(asked).toMatchObject({ authoritative: false, advertisedListenerName: 'outside' });
    });
    const route = await lookupOver(first.url, 2000, 'outside').routeOf(topic);
    expect(route).toEqual({ address: { host: 'third', port: 7000, isTls: false } });
    expect([...first.failures, ...second.failures]).toEqual([]);
  });

  it('gives up a circle of redirects', async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      for (;;) await answer(session, { response: 'redirect', brokerServiceUrl: broker.url });
    });
    await expect(lookupOver(broker.url, 300).routeOf(topic)).rejects.toMatchObject({
      code: 'TOO_MANY_REDIRECTS',
    });
  });

  it('goes through the proxy when it is told to', async () => {
    const proxied: (string | undefined)[] = [];
    const broker = await brokerThat(async (session, index) => {
      const hello = await session.expect(connect);
      proxied.push(hello.proxyToBrokerUrl);
      session.send(connected, { serverVersion: 'fake', protocolVersion: 21 });
      if (index > 0) return;
      await answer(session, {
        response: 'connect',
        brokerServiceUrl: 'pulsar://inner:6650',
        proxyThroughServiceUrl: true,
      });
    });
    await lookupOver(broker.url).connectionTo(topic, 'producer');
    expect(proxied).toEqual([undefined, 'inner:6650']);
  });

  it('tries again while the broker is not ready, but not what will not pass', async () => {
    let asked = 0;
    const broker = await brokerThat(async session => {
      await session.welcome();
      for (;;) {
        const { requestId } = await session.expect(partitionedMetadata);
        asked++;
        if (asked < 3) session.send(error, { requestId, error: 6, message: 'starting' });
        else if (asked === 3) session.send(partitionedMetadata.reply, { requestId, partitions: 8 });
        else session.send(error, { requestId, error: 4, message: 'no' });
      }
    });
    const lookups = lookupOver(broker.url);
    expect(await lookups.partitionsOf(topic)).toBe(8);
    expect(asked).toBe(3);
    await expect(lookups.partitionsOf(topic)).rejects.toMatchObject({ code: 'AUTHORIZATION_FAILED' });
    expect(asked).toBe(4);
  });

  it('ends its attempts with the operation time-out', async () => {
    const broker = await brokerThat(async session => {
      await session.welcome();
      for (;;) await answer(session, { response: 'failed', error: 6, message: 'starting' });
    });
    const started = performance.now();
    await expect(lookupOver(broker.url, 200).routeOf(topic)).rejects.toMatchObject({
      code: 'SERVICE_NOT_READY',
    });
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('takes the next host when one is down, and connects anew when a connection is lost', async () => {
    const broker = await brokerThat(async (session, index) => {
      await session.welcome();
      const { requestId } = await session.expect(partitionedMetadata);
      session.send(partitionedMetadata.reply, { requestId, partitions: index });
      if (index === 0) setImmediate(() => session.socket.destroy());
    });
    const dead = await brokerThat(() => {});
    await dead.stop();
    const lookups = lookupOver(`${dead.url},127.0.0.1:${broker.address.port}`);
    expect(await lookups.partitionsOf(topic)).toBe(0);
    await vi.waitFor(() => expect(broker.sessions[0].isClosed).toBe(true));
    expect(await lookups.partitionsOf(topic)).toBe(1);
  });

  it('reports a refused token at once', async () => {
    const broker = await brokerThat(async session => {
      await session.expect(connect);
      session.send(error, { requestId: -1, error: 3, message: 'Failed to authenticate' });
    });
    const asked = lookupOver(broker.url, 10_000).routeOf(topic);
    await expect(asked).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED', retryable: false });
    expect(broker.sessions.length).toBe(1);
  });
});

describe('ConnectionPool', () => {
  it('shares a connection by route and purpose', async () => {
    const broker = await brokerThat(session => session.welcome());
    const { pool } = lookupOver(broker.url);
    const route = { address: broker.address };
    const [a, b, c] = await Promise.all([
      pool.get(route, 'consumer'),
      pool.get(route, 'consumer'),
      pool.get(route, 'producer'),
    ]);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
    await pool.close();
    expect([a.isOpen, c.isOpen]).toEqual([false, false]);
    await expect(pool.get(route, 'consumer')).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('refuses an arena that could not hold one frame', () => {
    expect(() => consumerArena(1 << 20)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
    expect(consumerArena(32 << 20).segments).toBe(26);
  });
});

describe('PartitionWatch', () => {
  it('tells growth once, and survives a failed question', async () => {
    const answers = [4, new Error('down'), 6, 6, 5];
    const grown: number[][] = [];
    const errors: string[] = [];
    const watch = new PartitionWatch({
      topic,
      everyMs: 0,
      known: 4,
      ask: async () => {
        const next = answers.shift();
        if (typeof next !== 'number') throw next;
        return next;
      },
      onGrowth: (now, before) => grown.push([now, before]),
      onError: failure => errors.push(failure.code),
    });
    while (answers.length > 0) await watch.check();
    expect(grown).toEqual([[6, 4]]);
    expect(errors).toEqual(['LOOKUP_FAILED']);
    expect(watch.known).toBe(6);
  });
});
