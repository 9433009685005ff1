import { command, request } from './command.js';
import { bool, defaulted, enumeration, int32, optional, repeated, string, uint32, uint64 } from './fields.js';
import type { Decoded } from './message-table.js';

/** Where a topic is served, how many partitions it has, which topics there are. */

export const partitionedMetadataResponse = command(22, 'PARTITIONED_METADATA_RESPONSE', {
  partitions: defaulted(uint32(1), 0),
  requestId: uint64(2),
  response: optional(enumeration(3, { success: 0, failed: 1 })),
  error: optional(int32(4)),
  message: optional(string(5)),
});

export const partitionedMetadata = request(
  21,
  'PARTITIONED_METADATA',
  { topic: string(1), requestId: uint64(2) },
  partitionedMetadataResponse,
);

export const lookupResponse = command(24, 'LOOKUP_RESPONSE', {
  brokerServiceUrl: optional(string(1)),
  brokerServiceUrlTls: optional(string(2)),
  response: optional(enumeration(3, { redirect: 0, connect: 1, failed: 2 })),
  requestId: uint64(4),
  authoritative: defaulted(bool(5), false),
  error: optional(int32(6)),
  message: optional(string(7)),
  proxyThroughServiceUrl: defaulted(bool(8), false),
});
export type LookupResponse = Decoded<typeof lookupResponse.table.rows>;

export const lookup = request(
  23,
  'LOOKUP',
  {
    topic: string(1),
    requestId: uint64(2),
    authoritative: optional(bool(3)),
    advertisedListenerName: optional(string(7)),
  },
  lookupResponse,
);

export const getTopicsOfNamespaceResponse = command(33, 'GET_TOPICS_OF_NAMESPACE_RESPONSE', {
  requestId: uint64(1),
  topics: repeated(string(2)),
  filtered: defaulted(bool(3), false),
  topicsHash: optional(string(4)),
  changed: defaulted(bool(5), true),
});

export const getTopicsOfNamespace = request(
  32,
  'GET_TOPICS_OF_NAMESPACE',
  {
    requestId: uint64(1),
    namespace: string(2),
    mode: optional(enumeration(3, { persistent: 0, nonPersistent: 1, all: 2 })),
    topicsPattern: optional(string(4)),
    topicsHash: optional(string(5)),
  },
  getTopicsOfNamespaceResponse,
);

const resourceTypes = { producer: 0, consumer: 1 } as const;

/** The topic went to another cluster. */
export const topicMigrated = command(68, 'TOPIC_MIGRATED', {
  resourceId: uint64(1),
  resourceType: enumeration(2, resourceTypes),
  brokerServiceUrl: optional(string(3)),
  brokerServiceUrlTls: optional(string(4)),
});
