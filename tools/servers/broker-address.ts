import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from './pulsar-credentials.js';

export interface SecretAddress {
  /** For `signToken`: tokens of other roles, or ones that expire. */
  readonly secretBase64: string;
  readonly adminToken: string;
}

/** All that another process needs to use a broker; survives JSON. */
export interface BrokerAddress {
  readonly serviceUrl: string;
  readonly adminUrl: string;
  /** Ports of the advertised listeners `proxy0`, `proxy1`, ...: nobody listens there until a test does. */
  readonly proxyPorts: readonly number[];
  readonly directory: string;
  readonly logFile: string;
  readonly tokens?: SecretAddress;
  readonly tls?: Certificates & { readonly serviceUrl: string };
}

const pollMs = 150;
const requestMsMax = 5000;

/**
 * Waits until the default namespace exists and a topic of it can be looked up.
 * @returns what went wrong, or undefined when it serves
 */
export async function waitUntilServing(
  address: BrokerAddress,
  isAlive: () => boolean,
  limitMs: number,
): Promise<string | undefined> {
  const limit = Date.now() + limitMs;
  while (Date.now() < limit) {
    if (!isAlive()) return 'ended while it was starting';
    const isServing =
      (await says(address, '/admin/v2/namespaces/public', 'public/default')) &&
      (await says(address, '/lookup/v2/topic/persistent/public/default/ready', 'brokerUrl'));
    if (isServing) return undefined;
    await sleep(pollMs);
  }
  return `did not serve within ${limitMs / 1000} s`;
}

async function says(address: BrokerAddress, path: string, part: string): Promise<boolean> {
  try {
    const response = await requestAdmin(address, 'GET', path);
    return response.includes(part);
  } catch {
    return false;
  }
}

/** One request to the broker's HTTP interface, as its administrator. @throws Error with the status */
export async function requestAdmin(
  address: BrokerAddress,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (address.tokens !== undefined) headers.authorization = `Bearer ${address.tokens.adminToken}`;
  const response = await fetch(`${address.adminUrl}${path}`, {
    method,
    headers,
    signal: AbortSignal.timeout(requestMsMax),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status}: ${text.slice(0, 300)}`);
  return text;
}
