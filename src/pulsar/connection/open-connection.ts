import type { ReceiveArena } from '../../../native-free-core/wire/receive-arena.js';
import type { TlsOptions, TokenSource } from '../api/pulsar-client.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';
import { encodeFrame } from '../protocol/command.js';
import { connect } from '../protocol/session-commands.js';
import { type Address, addressText } from './address.js';
import { BrokerConnection } from './broker-connection.js';
import { openSocket } from './open-socket.js';
import { clientVersion, protocolVersionMax, protocolVersionMin } from './protocol-version.js';
import { readToken } from './token-reader.js';

export interface OpenConnectionOptions {
  /** The broker, or the proxy in front of it. */
  readonly address: Address;
  /** Through a proxy: the broker behind it, `host:port`. */
  readonly proxyTo?: string | undefined;
  readonly tls?: TlsOptions | undefined;
  readonly authentication?: TokenSource | undefined;
  /** Where received bytes go; the connection takes one of its places until it is lost. */
  readonly arena: ReceiveArena;
  readonly connectTimeoutMs: number;
  readonly operationTimeoutMs: number;
  readonly keepAliveMs: number;
}

/**
 * Opens a connection and shakes hands.
 * @throws PulsarError CONNECT_FAILED, CONNECT_TIMEOUT, TLS_*, TOKEN_UNREADABLE, AUTHENTICATION_FAILED,
 *   UNSUPPORTED_VERSION, PROTOCOL_ERROR, FRAME_TOO_LARGE, ARENA_EXHAUSTED
 */
export async function openConnection(options: OpenConnectionOptions): Promise<BrokerConnection> {
  const { address, arena, connectTimeoutMs } = options;
  const where = addressText(address);
  if (!arena.join()) {
    throw new PulsarError(
      'ARENA_EXHAUSTED',
      `${where}: the receive arena serves ${arena.segments - 1} connections`,
      {
        hint: 'make receiveArenaBytes larger',
      },
    );
  }
  const aborting = new AbortController();
  const connection = new BrokerConnection({ ...options, readToken: tokenReader(options.authentication) });
  const timer = setTimeout(() => {
    const late = new PulsarError('CONNECT_TIMEOUT', `${where}: not connected within ${connectTimeoutMs} ms`);
    aborting.abort(late);
    connection.lose(late);
  }, connectTimeoutMs);
  try {
    await open(connection, options, aborting.signal);
  } catch (error) {
    const failure = asPulsarError(error, 'CONNECT_FAILED', where);
    connection.lose(failure);
    throw failure;
  } finally {
    clearTimeout(timer);
  }
  return connection;
}

function tokenReader(source: TokenSource | undefined): (() => Promise<string>) | undefined {
  return source === undefined ? undefined : () => readToken(source);
}

async function open(
  connection: BrokerConnection,
  options: OpenConnectionOptions,
  signal: AbortSignal,
): Promise<void> {
  const token = await connection.options.readToken?.();
  signal.throwIfAborted();
  const { address, tls } = options;
  const socket = await openSocket({ address, tls, onread: connection.path.onread, signal });
  const frame = encodeFrame(connect, {
    clientVersion,
    ...credentials(token, address.isTls && tls?.certFile !== undefined),
    protocolVersion: protocolVersionMax,
    proxyToBrokerUrl: options.proxyTo,
    featureFlags: {
      supportsAuthRefresh: true,
      supportsBrokerEntryMetadata: true,
      supportsPartialProducer: true,
    },
  });
  await connection.shakeHands(socket, frame);
  if (connection.protocolVersion < protocolVersionMin) {
    const { protocolVersion, serverVersion } = connection;
    const words = `${serverVersion} speaks version ${protocolVersion} of the protocol`;
    throw new PulsarError('UNSUPPORTED_VERSION', `${words}, at least ${protocolVersionMin} is needed`);
  }
}

/** A client certificate was shown by TLS itself; the broker only needs to be told to look at it. */
function credentials(token: string | undefined, hasCertificate: boolean) {
  if (token !== undefined) return { authMethodName: 'token', authData: new TextEncoder().encode(token) };
  return hasCertificate ? { authMethodName: 'tls', authData: new Uint8Array(0) } : {};
}
