import { randomBytes } from 'node:crypto';
import { type BrokerAddress, requestAdmin } from '../../tools/servers/broker-address.js';

/** A topic name that no other test and no earlier run has used. */
export function freshTopic(label: string): string {
  return `persistent://public/default/${label}-${randomBytes(6).toString('hex')}`;
}

/** `persistent://tenant/namespace/topic` as the path of the admin interface. */
function adminPath(topic: string): string {
  return `/admin/v2/${topic.replace('://', '/')}`;
}

/** A fresh topic with partitions. @returns its name */
export async function createPartitioned(
  broker: BrokerAddress,
  label: string,
  partitions: number,
): Promise<string> {
  const topic = freshTopic(label);
  await requestAdmin(broker, 'PUT', `${adminPath(topic)}/partitions`, partitions);
  return topic;
}

export async function growPartitions(
  broker: BrokerAddress,
  topic: string,
  partitions: number,
): Promise<void> {
  await requestAdmin(broker, 'POST', `${adminPath(topic)}/partitions`, partitions);
}

/** No more messages can be sent; consumers come to its end. */
export async function terminateTopic(broker: BrokerAddress, topic: string): Promise<void> {
  await requestAdmin(broker, 'POST', `${adminPath(topic)}/terminate`);
}

/** The broker closes the topic under its clients, who look it up again. */
export async function unloadTopic(broker: BrokerAddress, topic: string): Promise<void> {
  await requestAdmin(broker, 'PUT', `${adminPath(topic)}/unload`);
}

export interface TopicStats {
  readonly msgInCounter: number;
  readonly bytesInCounter: number;
  readonly publishers: readonly { readonly producerName: string }[];
  readonly subscriptions: Readonly<
    Record<
      string,
      {
        readonly msgBacklog: number;
        readonly unackedMessages: number;
        readonly consumers: readonly { readonly consumerName: string }[];
      }
    >
  >;
}

export async function topicStats(broker: BrokerAddress, topic: string): Promise<TopicStats> {
  return JSON.parse(
    await requestAdmin(broker, 'GET', `${adminPath(topic)}/stats?getPreciseBacklog=true`),
  ) as TopicStats;
}

/** Lets a role use the default namespace of the `secure` broker. */
export async function grantRole(
  broker: BrokerAddress,
  role: string,
  actions: readonly ('produce' | 'consume')[],
): Promise<void> {
  await requestAdmin(broker, 'POST', `/admin/v2/namespaces/public/default/permissions/${role}`, actions);
}
