import { command, request } from './command.js';
import { bytes, int32, optional, string, uint64 } from './fields.js';
import { nested } from './message-table.js';
import { schema } from './shared-messages.js';

export const getSchemaResponse = command(35, 'GET_SCHEMA_RESPONSE', {
  requestId: uint64(1),
  error: optional(int32(2)),
  message: optional(string(3)),
  schema: optional(nested(4, schema)),
  schemaVersion: optional(bytes(5)),
});

/** The newest schema of a topic, or the one of `schemaVersion`. */
export const getSchema = request(
  34,
  'GET_SCHEMA',
  { requestId: uint64(1), topic: string(2), schemaVersion: optional(bytes(3)) },
  getSchemaResponse,
);

export const getOrCreateSchemaResponse = command(40, 'GET_OR_CREATE_SCHEMA_RESPONSE', {
  requestId: uint64(1),
  error: optional(int32(2)),
  message: optional(string(3)),
  schemaVersion: optional(bytes(4)),
});

export const getOrCreateSchema = request(
  39,
  'GET_OR_CREATE_SCHEMA',
  { requestId: uint64(1), topic: string(2), schema: nested(3, schema) },
  getOrCreateSchemaResponse,
);
