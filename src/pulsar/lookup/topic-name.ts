import { topicNameCharsMax } from '../../../native-free-core/limits.js';
import { shown } from '../arguments/wrong-argument.js';
import { PulsarError } from '../errors/pulsar-error.js';

export interface TopicName {
  /** `persistent://tenant/namespace/topic`, with the partition's suffix where it has one. */
  readonly full: string;
  readonly domain: 'persistent' | 'non-persistent';
  readonly tenant: string;
  readonly namespace: string;
  /** Last part, with the partition's suffix. */
  readonly local: string;
  /** -1: not the name of a partition. */
  readonly partition: number;
  /** Full name of the partitioned topic that this is a partition of; else `full`. */
  readonly base: string;
}

/** Characters that Pulsar allows in tenants and namespaces. */
const namePattern = /^[-=:.\w]+$/;
const partitionPattern = /-partition-(0|[1-9]\d{0,8})$/;

/**
 * `x`, `tenant/namespace/x`, `persistent://tenant/namespace/x`; a short name is of `public/default`.
 * @param argument or option that it is of, for the error
 * @throws PulsarError INVALID_TOPIC_NAME
 */
export function parseTopicName(name: string, argument = 'topic'): TopicName {
  const wrong = (what: string) => new PulsarError('INVALID_TOPIC_NAME', `${argument} "${name}": ${what}`);
  if (typeof name !== 'string') {
    throw new PulsarError('INVALID_TOPIC_NAME', `${argument} is ${shown(name)}; it must be a text`, {
      hint: 'topic, or persistent://tenant/namespace/topic',
    });
  }
  if (name.length > topicNameCharsMax) {
    throw new PulsarError(
      'INVALID_TOPIC_NAME',
      `${argument} "${name.slice(0, 80)}...": ${name.length} characters, at most ${topicNameCharsMax}`,
    );
  }
  const { domain, path } = splitDomain(name, wrong);
  const parts = path.split('/');
  if (parts.length === 1 && !name.includes('://')) parts.unshift('public', 'default');
  if (parts.length === 4)
    throw wrong('names with a cluster (tenant/cluster/namespace/topic) are not supported');
  if (parts.length !== 3) throw wrong('expected topic, or tenant/namespace/topic');
  const [tenant, namespace, local] = parts;
  if (!namePattern.test(tenant)) throw wrong(`"${tenant}" is not a tenant`);
  if (!namePattern.test(namespace)) throw wrong(`"${namespace}" is not a namespace`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (local.trim() === '' || /[\u0000-\u001f\u007f]/.test(local))
    throw wrong('its last part is empty or has control characters');
  const root = `${domain}://${tenant}/${namespace}/`;
  const suffix = partitionPattern.exec(local);
  return {
    full: root + local,
    domain,
    tenant,
    namespace,
    local,
    partition: suffix === null ? -1 : Number(suffix[1]),
    base: root + (suffix === null ? local : local.slice(0, suffix.index)),
  };
}

/** Full name of one partition. */
export function partitionName(topic: TopicName, partition: number): string {
  return `${topic.base}-partition-${partition}`;
}

function splitDomain(
  name: string,
  wrong: (what: string) => PulsarError,
): { domain: TopicName['domain']; path: string } {
  const separator = name.indexOf('://');
  if (separator < 0) return { domain: 'persistent', path: name };
  const domain = name.slice(0, separator);
  if (domain !== 'persistent' && domain !== 'non-persistent') {
    throw wrong(`"${domain}" is neither persistent nor non-persistent`);
  }
  return { domain, path: name.slice(separator + 3) };
}
