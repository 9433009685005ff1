import { checkMs, checkNames, checkText, type OptionNames } from '../arguments/option-checks.js';
import { checkToken } from '../arguments/token-check.js';
import { wrongArgument } from '../arguments/wrong-argument.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { parseTopicName, type TopicName } from '../lookup/topic-name.js';
import { type AdminMethod, type AdminOptions, adminRequest } from './admin-request.js';

export interface SubscriptionStats {
  /** Entries that are not acknowledged, as the broker counts: a batch is as many as it has messages, roughly. */
  readonly backlog: number;
  readonly type: string | undefined;
  readonly consumers: readonly string[];
}

export interface TopicStats {
  /** Messages since the topic was loaded: begins again at 0 when it is unloaded. */
  readonly messagesIn: number;
  readonly bytesIn: number;
  readonly storageBytes: number;
  readonly producers: readonly string[];
  readonly subscriptions: Readonly<Record<string, SubscriptionStats>>;
}

export interface LedgerStats {
  readonly ledgerId: number;
  readonly entries: number;
  readonly bytes: number;
}

export interface InternalStats {
  /** Entries that are stored now. */
  readonly entries: number;
  /** Entries that were added since the topic was loaded. */
  readonly entriesAdded: number;
  /** `ledger:entry` of the last one that is confirmed. */
  readonly lastConfirmedEntry: string;
  /** Oldest first: what lies before the first was trimmed. */
  readonly ledgers: readonly LedgerStats[];
  /** `ledger:entry` up to which each subscription has acknowledged everything. */
  readonly markDeletePositions: Readonly<Record<string, string>>;
}

/** -1: without end. */
export interface Retention {
  readonly minutes: number;
  readonly megabytes: number;
}

const adminNames: OptionNames<AdminOptions> = { url: true, authentication: true, timeoutMs: true };

type Json = Readonly<Record<string, unknown>>;

/**
 * The few questions of the admin address that the product asks. Every method throws what `adminRequest` does, and
 * INVALID_TOPIC_NAME.
 */
export class PulsarAdmin {
  /** @throws PulsarError INVALID_ARGUMENT that names the option */
  constructor(readonly options: AdminOptions) {
    checkNames('the argument of PulsarAdmin', options, adminNames);
    if (options.url === undefined) throw wrongArgument('url', undefined, 'a text: http://broker:8080');
    checkText('url', options.url);
    checkMs('timeoutMs', options.timeoutMs, 1);
    if (options.authentication !== undefined) checkToken(options.authentication);
  }

  async stats(topic: string): Promise<TopicStats> {
    const answer = await this.#ask('GET', `${pathOf(parseTopicName(topic))}/stats?getPreciseBacklog=true`);
    const subscriptions = Object.entries(recordOf(answer.subscriptions)).map(([name, value]) => {
      const subscription = recordOf(value);
      return [
        name,
        {
          backlog: numberOf(subscription.msgBacklog),
          type: typeof subscription.type === 'string' ? subscription.type : undefined,
          consumers: listOf(subscription.consumers).map(one => String(one.consumerName)),
        },
      ] as const;
    });
    return {
      messagesIn: numberOf(answer.msgInCounter),
      bytesIn: numberOf(answer.bytesInCounter),
      storageBytes: numberOf(answer.storageSize),
      producers: listOf(answer.publishers).map(one => String(one.producerName)),
      subscriptions: Object.fromEntries(subscriptions),
    };
  }

  async internalStats(topic: string): Promise<InternalStats> {
    const answer = await this.#ask('GET', `${pathOf(parseTopicName(topic))}/internalStats`);
    const cursors = Object.entries(recordOf(answer.cursors));
    return {
      entries: numberOf(answer.numberOfEntries),
      entriesAdded: numberOf(answer.entriesAddedCounter),
      lastConfirmedEntry: String(answer.lastConfirmedEntry),
      ledgers: listOf(answer.ledgers).map(one => ({
        ledgerId: numberOf(one.ledgerId),
        entries: numberOf(one.entries),
        bytes: numberOf(one.size),
      })),
      markDeletePositions: Object.fromEntries(
        cursors.map(([name, cursor]) => [name, String(recordOf(cursor).markDeletePosition)]),
      ),
    };
  }

  /** Undefined where the namespace has none of its own: the broker's default is in force. */
  async namespaceRetention(namespace: string): Promise<Retention | undefined> {
    return retentionOf(await this.#request('GET', `namespaces/${namespace}/retention`));
  }

  async setNamespaceRetention(namespace: string, { minutes, megabytes }: Retention): Promise<void> {
    const body = { retentionTimeInMinutes: minutes, retentionSizeInMB: megabytes };
    await this.#request('POST', `namespaces/${namespace}/retention`, body);
  }

  /** What is in force for the topic; undefined where neither it nor its namespace has one. */
  async topicRetention(topic: string): Promise<Retention | undefined> {
    const path = pathOf(parseTopicName(topic));
    return retentionOf(await this.#request('GET', `${path}/retention?applied=true`));
  }

  async createPartitionedTopic(topic: string, partitions: number): Promise<void> {
    await this.#request('PUT', `${pathOf(parseTopicName(topic))}/partitions`, partitions);
  }

  /** Only upwards: Pulsar does not shrink a topic. */
  async updatePartitions(topic: string, partitions: number): Promise<void> {
    await this.#request('POST', `${pathOf(parseTopicName(topic))}/partitions`, partitions);
  }

  async createTopic(topic: string): Promise<void> {
    await this.#request('PUT', pathOf(parseTopicName(topic)));
  }

  /** No more messages; consumers reach the end. Not of a partitioned topic as a whole: each partition. */
  async terminate(topic: string): Promise<void> {
    await this.#request('POST', `${pathOf(parseTopicName(topic))}/terminate`);
  }

  /** The broker lets go of the topic: everybody must look it up again. */
  async unload(topic: string): Promise<void> {
    await this.#request('PUT', `${pathOf(parseTopicName(topic))}/unload`);
  }

  /** @param options.force also with producers and consumers on it */
  async deleteTopic(
    topic: string,
    options: { readonly isPartitioned?: boolean; readonly force?: boolean } = {},
  ): Promise<void> {
    const path = pathOf(parseTopicName(topic)) + (options.isPartitioned === true ? '/partitions' : '');
    await this.#request('DELETE', `${path}?force=${options.force === true}`);
  }

  async #ask(method: AdminMethod, path: string): Promise<Json> {
    const answer = await this.#request(method, path);
    if (typeof answer === 'object' && answer !== null) return answer as Json;
    throw new PulsarError('ADMIN_FAILED', `${method} ${path}: the answer is not an object`);
  }

  #request(method: AdminMethod, path: string, body?: unknown): Promise<unknown> {
    return adminRequest(this.options, method, path, body);
  }
}

function pathOf({ domain, tenant, namespace, local }: TopicName): string {
  return `${domain}/${tenant}/${namespace}/${encodeURIComponent(local)}`;
}

function retentionOf(answer: unknown): Retention | undefined {
  if (answer === undefined || answer === null) return undefined;
  const { retentionTimeInMinutes, retentionSizeInMB } = recordOf(answer);
  return { minutes: numberOf(retentionTimeInMinutes), megabytes: numberOf(retentionSizeInMB) };
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(recordOf) : [];
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
