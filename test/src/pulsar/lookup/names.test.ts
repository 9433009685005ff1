import { describe, expect, it } from 'vitest';
import { parseServiceUrl } from '../../../../src/pulsar/lookup/service-url.js';
import { parseTopicName, partitionName } from '../../../../src/pulsar/lookup/topic-name.js';

describe('parseServiceUrl', () => {
  it.each([
    ['pulsar://a', false, ['a:6650']],
    ['pulsar+ssl://a', true, ['a:6651']],
    ['pulsar://a:1,b:2,c/', false, ['a:1', 'b:2', 'c:6650']],
    ['PULSAR://[::1]:7,[fe80::1]', false, ['::1:7', 'fe80::1:6650']],
    ['pulsar://127.0.0.1:65535', false, ['127.0.0.1:65535']],
  ])('reads %s', (url, isTls, hosts) => {
    const read = parseServiceUrl(url);
    expect(read.isTls).toBe(isTls);
    expect(read.addresses.map(({ host, port }) => `${host}:${port}`)).toEqual(hosts);
    expect(read.addresses.every(address => address.isTls === isTls)).toBe(true);
  });

  it.each([
    ['a:6650', /no scheme/],
    ['http://a', /scheme "http"/],
    ['pulsar://', /no host/],
    ['pulsar://a,,b', /host missing/],
    ['pulsar://a:0', /port "0"/],
    ['pulsar://a:65536', /port "65536"/],
    ['pulsar://a:x', /port "x"/],
    ['pulsar://a:', /port ""/],
    ['pulsar://::1', /brackets/],
    ['pulsar://[zz]', /not an IPv6/],
    ['pulsar://a b', /not a host name/],
    ['pulsar://a/b', /path "\/b"/],
    [`pulsar://${'a,'.repeat(100)}a`, /101 hosts/],
  ])('refuses %s and says why', (url, words) => {
    expect(() => parseServiceUrl(url)).toThrow(
      expect.objectContaining({ code: 'INVALID_SERVICE_URL', message: expect.stringMatching(words) }),
    );
  });
});

describe('parseTopicName', () => {
  it.each([
    ['x', 'persistent://public/default/x', -1],
    ['t/n/x', 'persistent://t/n/x', -1],
    ['persistent://t/n/x-partition-12', 'persistent://t/n/x-partition-12', 12],
    ['non-persistent://t/n/x', 'non-persistent://t/n/x', -1],
    ['x-partition-', 'persistent://public/default/x-partition-', -1],
    ['x-partition-007', 'persistent://public/default/x-partition-007', -1],
  ])('reads %s', (name, full, partition) => {
    expect(parseTopicName(name)).toMatchObject({ full, partition });
  });

  it('names the partitions of a topic', () => {
    const topic = parseTopicName('x-partition-3');
    expect(topic.base).toBe('persistent://public/default/x');
    expect(partitionName(topic, 5)).toBe('persistent://public/default/x-partition-5');
  });

  it.each([
    '',
    ' ',
    'a/b',
    'persistent://x',
    'persistent://a/b/c/d',
    'a/b/c/d',
    'kafka://a/b/c',
    'a b/n/x',
    't//x',
    't/n/',
    't/n/x\u0000y',
    'x'.repeat(5000),
  ])('refuses %j', name => {
    expect(() => parseTopicName(name)).toThrow(expect.objectContaining({ code: 'INVALID_TOPIC_NAME' }));
  });
});
