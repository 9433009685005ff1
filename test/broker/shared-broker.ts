import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { describe, inject, it } from 'vitest';
import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { isUnavailable, type Unavailable } from '../../tools/servers/unavailable.js';
import type { BrokerKind } from './broker-setup.js';

/**
 * A suite against the run's broker of that kind; where it cannot be had, one skipped test says why (and
 * `MILLRACE_REQUIRE=pulsar` makes it a failure). Topics of their own keep suites apart: `freshTopic`.
 */
export function describeWithBroker(
  title: string,
  kind: BrokerKind,
  suite: (broker: BrokerAddress) => void,
): void {
  describe(title, async () => {
    const broker = await sharedBroker(kind);
    if (isUnavailable(broker)) it.skip(`skipped: ${broker.skipped}`, () => undefined);
    else suite(broker);
  });
}

/** `MILLRACE_PULSAR` names the `broker.json` of a broker that runs already (`npm run pulsar`), for `plain` tests. */
function sharedBroker(kind: BrokerKind): Promise<BrokerAddress | Unavailable> {
  const running = process.env.MILLRACE_PULSAR;
  if (kind === 'plain' && running !== undefined && running !== '')
    return Promise.resolve(JSON.parse(readFileSync(running, 'utf8')) as BrokerAddress);
  return ask(`${inject('brokerControl')}/${kind}`);
}

/** Without a limit of time, unlike `fetch`: the first run fetches the broker. */
function ask(url: string): Promise<BrokerAddress | Unavailable> {
  return new Promise((resolve, reject) => {
    get(url, response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as BrokerAddress | Unavailable);
        else reject(new Error(text));
      });
    }).on('error', reject);
  });
}
