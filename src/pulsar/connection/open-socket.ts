import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions as TlsConnectOptions } from 'node:tls';
import type { TlsOptions } from '../api/pulsar-client.js';
import { PulsarError } from '../errors/pulsar-error.js';
import type { Address } from './address.js';
import { socketError } from './socket-errors.js';

export interface OpenSocketOptions {
  readonly address: Address;
  readonly tls: TlsOptions | undefined;
  /** Over TCP: where reads go. Ignored over TLS, where the caller takes 'data'. */
  readonly onread: OnReadOpts;
  /** Aborted when the connect time-out passes or the client closes. */
  readonly signal: AbortSignal;
}

/**
 * A connected socket; over TLS, with a peer whose certificate is accepted.
 * @throws PulsarError CONNECT_FAILED, TLS_*; whatever the signal's reason is
 */
export async function openSocket(options: OpenSocketOptions): Promise<Socket> {
  const { address, signal } = options;
  const tls = address.isTls ? await tlsOptionsOf(address, options.tls) : undefined;
  signal.throwIfAborted();
  return new Promise<Socket>((resolve, reject) => {
    const socket =
      tls === undefined
        ? connectTcp({ host: address.host, port: address.port, onread: options.onread })
        : connectTls(tls);
    const settle = (error: unknown) => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      socket.off('close', onClose);
      if (error === undefined) {
        resolve(socket);
        return;
      }
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = () => settle(signal.reason);
    const onError = (error: Error) => settle(socketError(error, address));
    const onClose = () => settle(socketError(new Error('closed by the peer'), address));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setNoDelay(true);
    socket.once('error', onError);
    socket.once('close', onClose);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => settle(undefined));
  });
}

async function tlsOptionsOf(address: Address, tls: TlsOptions = {}): Promise<TlsConnectOptions> {
  const [ca, cert, key] = await Promise.all([
    pemOf('caFile', tls.caFile),
    pemOf('certFile', tls.certFile),
    pemOf('keyFile', tls.keyFile),
  ]);
  return {
    host: address.host,
    port: address.port,
    // A server name must not be an address (RFC 6066, section 3).
    ...(isIP(address.host) === 0 ? { servername: address.host } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    rejectUnauthorized: tls.allowInsecure !== true,
    ...(tls.verifyHostname === false ? { checkServerIdentity: () => undefined } : {}),
  };
}

async function pemOf(option: string, path: string | undefined): Promise<Buffer | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new PulsarError('TLS_FILE_UNREADABLE', `tls.${option}: ${words}`, { cause: error });
  }
}
