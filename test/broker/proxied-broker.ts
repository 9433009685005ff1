import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { proxyListenerName } from '../../tools/servers/pulsar-configuration.js';
import { TcpProxy } from './tcp-proxy.js';

/** A proxy that a client stays behind: with this listener name, the broker's lookups point to the proxy again. */
export interface ProxiedBroker {
  readonly proxy: TcpProxy;
  readonly serviceUrl: string;
  readonly listenerName: string;
}

/** Claims one of the broker's advertised listeners by binding its port. Close the proxy to give it back. */
export async function proxyBroker(broker: BrokerAddress): Promise<ProxiedBroker> {
  const target = Number(new URL(broker.serviceUrl).port);
  for (const [index, port] of broker.proxyPorts.entries()) {
    try {
      const proxy = await TcpProxy.start(target, port);
      return { proxy, serviceUrl: `pulsar://127.0.0.1:${port}`, listenerName: proxyListenerName(index) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error(`all ${broker.proxyPorts.length} listeners of the broker are taken by other tests`);
}
