import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PulsarAdmin } from '../../src/pulsar/admin/pulsar-admin.js';
import type { BrokerConnection } from '../../src/pulsar/connection/broker-connection.js';
import { ConnectionPool, consumerArena } from '../../src/pulsar/connection/connection-pool.js';
import { type OpenConnectionOptions, openConnection } from '../../src/pulsar/connection/open-connection.js';
import { TopicLookup } from '../../src/pulsar/lookup/lookup.js';
import { parseServiceUrl } from '../../src/pulsar/lookup/service-url.js';
import { parseTopicName } from '../../src/pulsar/lookup/topic-name.js';
import { getLastMessageId, subscribe, unsubscribe } from '../../src/pulsar/protocol/consumer-commands.js';
import { partitionedMetadata } from '../../src/pulsar/protocol/lookup-commands.js';
import { producer } from '../../src/pulsar/protocol/producer-commands.js';
import { getOrCreateSchema, getSchema } from '../../src/pulsar/protocol/schema-commands.js';
import { signToken } from '../../tools/servers/pulsar-credentials.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned, freshTopic } from './topics.js';

const timeouts = { connectTimeoutMs: 10_000, operationTimeoutMs: 10_000, keepAliveMs: 30_000 } as const;

async function open(url: string, options: Partial<OpenConnectionOptions> = {}): Promise<BrokerConnection> {
  const connection = await openConnection({
    address: parseServiceUrl(url).addresses[0],
    arena: consumerArena(8 << 20),
    ...timeouts,
    ...options,
  });
  onTestFinished(() => connection.close());
  return connection;
}

/** The broker under an address that its certificate does not have. @returns the port there */
async function forwarded(host: string, port: number): Promise<number> {
  const server = createServer(socket => {
    const onward = connect(port, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  onTestFinished(() => void server.close());
  await new Promise<void>(resolve => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

describeWithBroker('a connection to a real broker', 'plain', broker => {
  it('looks a topic up and asks for its partitions, while they grow', async () => {
    const name = await createPartitioned(broker, 'lookup', 3);
    const { addresses } = parseServiceUrl(broker.serviceUrl);
    const pool = new ConnectionPool({
      ...timeouts,
      serviceAddresses: addresses,
      arena: consumerArena(8 << 20),
    });
    onTestFinished(() => pool.close());
    const lookups = new TopicLookup(pool, {
      operationTimeoutMs: 10_000,
      backoffFirstMs: 10,
      backoffMaxMs: 100,
    });
    const topic = parseTopicName(name);
    expect(await lookups.partitionsOf(topic)).toBe(3);
    const connection = await lookups.connectionTo(parseTopicName(`${name}-partition-1`), 'consumer');
    expect(connection.isOpen).toBe(true);
    expect(await lookups.connectionTo(parseTopicName(`${name}-partition-2`), 'consumer')).toBe(connection);
    await new PulsarAdmin({ url: broker.adminUrl }).updatePartitions(name, 5);
    expect(await lookups.partitionsOf(topic)).toBe(5);
  });

  it('has its cold commands understood', async () => {
    const topic = freshTopic('cold');
    const connection = await open(broker.serviceUrl);
    const opened = await connection.request(producer, { topic, producerId: 1, producerName: 'me' });
    expect(opened).toMatchObject({ producerName: 'me', lastSequenceId: -1, producerReady: true });
    await expect(
      connection.request(producer, { topic, producerId: 2, producerName: 'me' }),
    ).rejects.toMatchObject({
      code: 'PRODUCER_BUSY',
    });
    await connection.request(subscribe, { topic, subscription: 's', subType: 'Exclusive', consumerId: 1 });
    const { lastMessageId } = await connection.request(getLastMessageId, { consumerId: 1 });
    expect(lastMessageId).toMatchObject({ entryId: -1, partition: -1 });
    await expect(
      connection.request(subscribe, { topic, subscription: 's', subType: 'Exclusive', consumerId: 2 }),
    ).rejects.toMatchObject({ code: 'CONSUMER_BUSY', retryable: true });
    await connection.request(unsubscribe, { consumerId: 1 });
    const json = new TextEncoder().encode('{"type":"record","name":"R","fields":[]}');
    const schema = { name: 'R', type: 'Json', schemaData: json } as const;
    const { schemaVersion } = await connection.request(getOrCreateSchema, { topic, schema });
    const read = await connection.request(getSchema, { topic, schemaVersion });
    expect(read.schema).toMatchObject({ type: 'Json', schemaData: json });
  });

  it('asks the admin address', async () => {
    const admin = new PulsarAdmin({ url: broker.adminUrl });
    const topic = freshTopic('admin');
    const connection = await open(broker.serviceUrl);
    await connection.request(subscribe, {
      topic,
      subscription: 's',
      subType: 'Failover',
      consumerId: 1,
      consumerName: 'c',
    });
    const stats = await admin.stats(topic);
    expect(stats).toMatchObject({
      messagesIn: 0,
      subscriptions: { s: { backlog: 0, type: 'Failover', consumers: ['c'] } },
    });
    const internal = await admin.internalStats(topic);
    expect(internal.entries).toBe(0);
    expect(internal.markDeletePositions.s).toMatch(/^\d+:-1$/);
    await admin.unload(topic);
    await admin.terminate(topic);
    await admin.deleteTopic(topic, { force: true });
    await expect(admin.stats(topic)).rejects.toMatchObject({ code: 'ADMIN_NOT_FOUND', httpStatus: 404 });
    await admin.topicRetention(freshTopic('none')).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'ADMIN_NOT_FOUND' });
    });
    const nowhere = new PulsarAdmin({ url: 'http://127.0.0.1:1' });
    await expect(nowhere.stats(topic)).rejects.toMatchObject({ code: 'ADMIN_FAILED', retryable: true });
  });
});

describeWithBroker('a connection to a secure broker', 'secure', broker => {
  const { tokens, tls } = broker;
  if (tokens === undefined || tls === undefined) throw new Error('expected tokens and TLS');
  const admin = { authentication: { token: tokens.adminToken } };
  const ask = (connection: BrokerConnection) =>
    connection.request(partitionedMetadata, { topic: 'persistent://public/default/secure' });

  describe('token', () => {
    it('from value, file, environment and function', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-token-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      writeFileSync(join(folder, 'token'), `${tokens.adminToken}\n`);
      process.env.MILLRACE_TEST_TOKEN = tokens.adminToken;
      onTestFinished(() => {
        delete process.env.MILLRACE_TEST_TOKEN;
      });
      for (const authentication of [
        admin.authentication,
        { file: join(folder, 'token') },
        { environment: 'MILLRACE_TEST_TOKEN' },
        { supply: () => tokens.adminToken },
      ]) {
        expect(await ask(await open(broker.serviceUrl, { authentication }))).toMatchObject({ partitions: 0 });
      }
    });

    it.each([
      ['missing', undefined],
      ['that is none', { token: 'abc' }],
      ['of another key', { token: signToken(Buffer.alloc(32).toString('base64'), 'admin') }],
      ['that has expired', { token: signToken(tokens.secretBase64, 'admin', 1) }],
    ])('%s: said at once, in the words of the broker', async (_what, authentication) => {
      const started = performance.now();
      await expect(open(broker.serviceUrl, { authentication })).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        retryable: false,
        message: expect.stringContaining('authenticate'),
      });
      expect(performance.now() - started).toBeLessThan(3000);
    });

    it('that expires is read anew when the broker asks for it', async () => {
      let reads = 0;
      const supply = () => {
        reads++;
        return signToken(tokens.secretBase64, 'admin', Math.floor(Date.now() / 1000) + 3);
      };
      const connection = await open(broker.serviceUrl, { authentication: { supply } });
      await expect.poll(() => reads, { timeout: 20_000 }).toBeGreaterThan(2);
      expect(connection.isOpen).toBe(true);
      expect(await ask(connection)).toMatchObject({ partitions: 0 });
    });

    it('of a role without permission: not authorized, the connection stays', async () => {
      const token = signToken(tokens.secretBase64, 'stranger');
      const connection = await open(broker.serviceUrl, { authentication: { token } });
      await expect(ask(connection)).rejects.toMatchObject({ code: 'AUTHORIZATION_FAILED', retryable: false });
      expect(connection.isOpen).toBe(true);
    });
  });

  describe('TLS', () => {
    const ca = { caFile: tls.caFile };
    const { port } = parseServiceUrl(tls.serviceUrl).addresses[0];
    const plainPort = parseServiceUrl(broker.serviceUrl).addresses[0].port;

    it('with the authority, or without looking at it', async () => {
      for (const options of [ca, { allowInsecure: true }]) {
        expect(await ask(await open(tls.serviceUrl, { ...admin, tls: options }))).toMatchObject({
          partitions: 0,
        });
      }
    });

    it('with a client certificate instead of a token', async () => {
      const mutual = { ...ca, certFile: tls.clientCertFile, keyFile: tls.clientKeyFile };
      expect(await ask(await open(tls.serviceUrl, { tls: mutual }))).toMatchObject({ partitions: 0 });
    });

    it('with an address that the certificate has, and no other, unless the check is turned off', async () => {
      await open(`pulsar+ssl://127.0.0.1:${port}`, { ...admin, tls: ca });
      const other = `pulsar+ssl://127.0.0.2:${await forwarded('127.0.0.2', port)}`;
      await expect(open(other, { ...admin, tls: ca })).rejects.toMatchObject({
        code: 'TLS_HOSTNAME_MISMATCH',
        message: expect.stringContaining('127.0.0.2'),
      });
      await open(other, { ...admin, tls: { ...ca, verifyHostname: false } });
    });

    it.each([
      [
        'an unknown authority',
        `pulsar+ssl://localhost:${port}`,
        { caFile: tls.strangerCaFile },
        'TLS_UNTRUSTED',
      ],
      ['no authority', `pulsar+ssl://localhost:${port}`, undefined, 'TLS_UNTRUSTED'],
      [
        'an authority file that is not there',
        tls.serviceUrl,
        { caFile: '/nowhere.pem' },
        'TLS_FILE_UNREADABLE',
      ],
      ['a plain client on the TLS port', `pulsar://127.0.0.1:${port}`, undefined, 'CONNECT_FAILED'],
      ['a TLS client on the plain port', `pulsar+ssl://localhost:${plainPort}`, ca, 'CONNECT_FAILED'],
    ])('refuses %s', async (_what, url, options, code) => {
      await expect(open(url, { ...admin, tls: options })).rejects.toMatchObject({ code });
    });
  });
});
