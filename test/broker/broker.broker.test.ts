import { readFileSync } from 'node:fs';
import { connect as connectTls } from 'node:tls';
import { expect, it } from 'vitest';
import { requestAdmin } from '../../tools/servers/broker-address.js';
import { signToken } from '../../tools/servers/pulsar-credentials.js';
import { RawSession } from '../../tools/servers/raw-session.js';
import { proxyBroker } from './proxied-broker.js';
import { describeWithBroker } from './shared-broker.js';
import { createPartitioned, freshTopic, topicStats } from './topics.js';

const lookup = (topic: string, listener?: string): string =>
  `/lookup/v2/topic/${topic.replace('://', '/')}${listener === undefined ? '' : `?listenerName=${listener}`}`;

describeWithBroker('the broker of the test run', 'plain', broker => {
  const port = Number(new URL(broker.serviceUrl).port);

  it('shakes hands, and stores what a producer sends', async () => {
    const topic = freshTopic('raw');
    await requestAdmin(broker, 'GET', lookup(topic));
    const session = await RawSession.open(port);
    await session.openProducer(topic);
    await session.sendAndWait(0, Buffer.from('first'), 1_700_000_000_000);
    await session.sendAndWait(1, Buffer.from('second'), 1_700_000_000_001);
    session.close();
    expect((await topicStats(broker, topic)).msgInCounter).toBe(2);
  });

  it('has partitioned topics', async () => {
    const topic = await createPartitioned(broker, 'partitioned', 3);
    const path = `/admin/v2/${topic.replace('://', '/')}/partitions`;
    expect(JSON.parse(await requestAdmin(broker, 'GET', path))).toMatchObject({ partitions: 3 });
  });

  it('points clients that stay behind a proxy to the proxy', async () => {
    const { proxy, serviceUrl, listenerName } = await proxyBroker(broker);
    const second = await proxyBroker(broker);
    try {
      expect(second.serviceUrl).not.toBe(serviceUrl);
      const found = JSON.parse(
        await requestAdmin(broker, 'GET', lookup(freshTopic('proxied'), listenerName)),
      );
      expect(found).toMatchObject({ brokerUrl: serviceUrl });
      (await RawSession.open(proxy.port)).close();
      expect(proxy.connections).toBe(1);
    } finally {
      await proxy.close();
      await second.proxy.close();
    }
  });
});

describeWithBroker('the secure broker of the test run', 'secure', broker => {
  const { tokens, tls } = broker;
  if (tokens === undefined || tls === undefined) throw new Error('expected tokens and TLS');

  it('refuses strangers, expired tokens and roles without permission', async () => {
    const as = (headers: Record<string, string>): Promise<number> =>
      fetch(`${broker.adminUrl}/admin/v2/namespaces/public`, { headers }).then(response => response.status);
    const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
    expect(await as({})).toBe(401);
    expect(await as(bearer(signToken(Buffer.alloc(32).toString('base64'), 'admin')))).toBe(401);
    expect(await as(bearer(signToken(tokens.secretBase64, 'admin', 1)))).toBe(401);
    // Not 403: this broker calls a role without permission unauthorized as well.
    expect(await as(bearer(signToken(tokens.secretBase64, 'somebody')))).toBe(401);
    expect(await as(bearer(tokens.adminToken))).toBe(200);
  });

  it('shows its certificate for localhost, and asks for the client’s', async () => {
    const socket = connectTls({
      port: Number(new URL(tls.serviceUrl).port),
      host: '127.0.0.1',
      servername: 'localhost',
      ca: readFileSync(tls.caFile),
      cert: readFileSync(tls.clientCertFile),
      key: readFileSync(tls.clientKeyFile),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    expect(socket.authorized).toBe(true);
    expect(socket.getPeerCertificate().subjectaltname).toBe('DNS:localhost, IP Address:127.0.0.1');
    socket.destroy();
  });
});
