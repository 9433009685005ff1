import { isIPv6 } from 'node:net';
import { serviceHostsMax } from '../../../native-free-core/limits.js';
import type { Address } from '../connection/address.js';
import { PulsarError } from '../errors/pulsar-error.js';

export interface ServiceUrl {
  readonly isTls: boolean;
  /** At least one; tried in turn. */
  readonly addresses: readonly Address[];
}

const defaultPort = 6650;
const defaultTlsPort = 6651;
const hostPattern = /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/i;

/**
 * `pulsar://host`, `pulsar+ssl://a:6651,b,[::1]:6651/`.
 * @throws PulsarError INVALID_SERVICE_URL that names the part that is wrong
 */
export function parseServiceUrl(url: string): ServiceUrl {
  const wrong = (what: string) => new PulsarError('INVALID_SERVICE_URL', `service URL "${url}": ${what}`);
  const separator = url.indexOf('://');
  if (separator < 0) throw wrong('it has no scheme; expected pulsar:// or pulsar+ssl://');
  const scheme = url.slice(0, separator).toLowerCase();
  if (scheme !== 'pulsar' && scheme !== 'pulsar+ssl') {
    throw wrong(`scheme "${scheme}" is neither pulsar nor pulsar+ssl`);
  }
  const isTls = scheme === 'pulsar+ssl';
  const rest = url.slice(separator + 3).replace(/\/$/, '');
  if (rest.includes('/')) throw wrong(`a path "${rest.slice(rest.indexOf('/'))}" has no meaning here`);
  if (rest === '') throw wrong('it has no host');
  const hosts = rest.split(',');
  if (hosts.length > serviceHostsMax) throw wrong(`${hosts.length} hosts, at most ${serviceHostsMax}`);
  return { isTls, addresses: hosts.map(host => parseHost(host.trim(), isTls, wrong)) };
}

/** The address of a broker as a lookup answers it: one host. @throws PulsarError INVALID_SERVICE_URL */
export function parseBrokerUrl(url: string): Address {
  return parseServiceUrl(url).addresses[0];
}

function parseHost(text: string, isTls: boolean, wrong: (what: string) => PulsarError): Address {
  if (isIPv6(text)) throw wrong(`IPv6 address ${text} must stand in brackets`);
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/.exec(text);
  if (match === null) throw wrong(`"${text}" is not a host with or without a port`);
  const [, ipv6, name = '', port] = match;
  if (ipv6 !== undefined && !isIPv6(ipv6)) throw wrong(`"${ipv6}" is not an IPv6 address`);
  if (ipv6 === undefined && name === '') throw wrong(`host missing in "${text}"`);
  if (ipv6 === undefined && !hostPattern.test(name)) throw wrong(`"${name}" is not a host name`);
  return { host: ipv6 ?? name, port: parsePort(port, isTls, wrong), isTls };
}

function parsePort(text: string | undefined, isTls: boolean, wrong: (what: string) => PulsarError): number {
  if (text === undefined) return isTls ? defaultTlsPort : defaultPort;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw wrong(`port "${text}" is not a number from 1 to 65535`);
  return port;
}
