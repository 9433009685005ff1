import { command } from './command.js';
import { bool, bytes, defaulted, idPart, int32, optional, string, uint64 } from './fields.js';
import { type Decoded, message, nested } from './message-table.js';
import { schema } from './shared-messages.js';

/** Opening a connection, keeping it, and the answers that many requests share. */

export const featureFlags = message('FeatureFlags', {
  supportsAuthRefresh: defaulted(bool(1), false),
  supportsBrokerEntryMetadata: defaulted(bool(2), false),
  supportsPartialProducer: defaulted(bool(3), false),
  supportsTopicWatchers: defaulted(bool(4), false),
});

export const connect = command(2, 'CONNECT', {
  clientVersion: string(1),
  authMethodName: optional(string(5)),
  authData: optional(bytes(3)),
  protocolVersion: optional(int32(4)),
  proxyToBrokerUrl: optional(string(6)),
  featureFlags: optional(nested(10, featureFlags)),
});

export const connected = command(3, 'CONNECTED', {
  serverVersion: string(1),
  protocolVersion: defaulted(int32(2), 0),
  maxMessageSize: optional(int32(3)),
  featureFlags: optional(nested(4, featureFlags)),
});
export type Connected = Decoded<typeof connected.table.rows>;

export const authData = message('AuthData', {
  authMethodName: optional(string(1)),
  authData: optional(bytes(2)),
});

export const authChallenge = command(36, 'AUTH_CHALLENGE', {
  serverVersion: optional(string(1)),
  challenge: optional(nested(2, authData)),
  protocolVersion: defaulted(int32(3), 0),
});

export const authResponse = command(37, 'AUTH_RESPONSE', {
  clientVersion: optional(string(1)),
  response: optional(nested(2, authData)),
  protocolVersion: optional(int32(3)),
});

export const ping = command(18, 'PING', {});
export const pong = command(19, 'PONG', {});

export const success = command(13, 'SUCCESS', {
  requestId: uint64(1),
  schema: optional(nested(2, schema)),
});

/** `error` is a number of `ServerError`. What no request caused, as a refused token, has the request id -1. */
export const error = command(14, 'ERROR', {
  requestId: idPart(1),
  error: int32(2),
  message: string(3),
});
