import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { type BrokerOptions, PulsarBroker } from '../../tools/servers/pulsar-broker.js';
import { isUnavailable, type Unavailable } from '../../tools/servers/unavailable.js';

/** `plain` is for all; `secure` has tokens, TLS and client certificates, and a short memory for tokens. */
export type BrokerKind = 'plain' | 'secure';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where test files ask for the run's brokers. */
    brokerControl: string;
  }
}

const kinds: Readonly<Record<BrokerKind, BrokerOptions>> = {
  plain: { heapMb: 384, proxies: 8 },
  // The broker looks every second whether a token has expired, and then asks its client for a fresh one.
  secure: {
    heapMb: 256,
    tokens: true,
    tls: true,
    proxies: 2,
    extra: { authenticationRefreshCheckSeconds: '1' },
  },
};

const started = new Map<BrokerKind, Promise<PulsarBroker | Unavailable>>();

/**
 * One broker of each kind for the whole run, shared by all test files and started when the first of them asks:
 * a run without broker tests does not pay for one. They are stopped with the run, also when that is killed.
 */
export default async function setUpBrokers(project: TestProject): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const kind = (request.url ?? '').slice(1);
    if (kind in kinds) void answer(kind as BrokerKind, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  project.provide('brokerControl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return () => tearDown(server);
}

async function answer(kind: BrokerKind, response: ServerResponse): Promise<void> {
  const broker = started.get(kind) ?? PulsarBroker.open(kinds[kind]);
  started.set(kind, broker);
  try {
    const opened = await broker;
    const told: BrokerAddress | Unavailable = isUnavailable(opened) ? opened : opened.address;
    response.end(JSON.stringify(told));
  } catch (error) {
    response.writeHead(500).end(error instanceof Error ? error.message : String(error));
  }
}

async function tearDown(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  for (const broker of await Promise.allSettled(started.values())) {
    if (broker.status === 'fulfilled' && !isUnavailable(broker.value)) await broker.value.close();
  }
}
