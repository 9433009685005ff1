import { join } from 'node:path';

export interface BrokerProcessOptions {
  readonly java: string;
  readonly distribution: string;
  readonly directory: string;
  readonly bookiePort: number;
  readonly heapMb: number;
  readonly directMb: number;
}

/** Packages of the JDK that the broker and its libraries reach into. */
const opened = [
  'java.base/java.io',
  'java.base/java.nio',
  'java.base/java.util.zip',
  'java.base/jdk.internal.misc',
  'java.base/jdk.internal.platform',
  'java.base/sun.net',
  'java.management/sun.management',
  'jdk.management/com.sun.management.internal',
];

const drivers = 'org.apache.pulsar.metadata.bookkeeper';

/** The command line of a standalone broker: with its bookie, metadata in RocksDB, no ZooKeeper, no functions. */
export function brokerCommand(options: BrokerProcessOptions): string[] {
  const { java, distribution, directory } = options;
  return [
    java,
    '-cp',
    `${join(directory, 'conf')}:${join(distribution, 'lib')}/*`,
    `-Xms${options.heapMb}m`,
    `-Xmx${options.heapMb}m`,
    `-XX:MaxDirectMemorySize=${options.directMb}m`,
    '-XX:+UseG1GC',
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:-UsePerfData',
    ...opened.flatMap(name => ['--add-opens', `${name}=ALL-UNNAMED`]),
    '-Dio.netty.tryReflectionSetAccessible=true',
    '-Djava.net.preferIPv4Stack=true',
    `-Dlog4j.configurationFile=${join(directory, 'conf', 'log4j2.xml')}`,
    '-Dlog4j2.is.webapp=false',
    `-Dbookkeeper.metadata.bookie.drivers=${drivers}.PulsarMetadataBookieDriver`,
    `-Dbookkeeper.metadata.client.drivers=${drivers}.PulsarMetadataClientDriver`,
    'org.apache.pulsar.PulsarStandaloneStarter',
    ...['-c', join(directory, 'conf', 'standalone.conf'), '-nfw', '-nss'],
    ...['--metadata-dir', join(directory, 'data', 'metadata')],
    ...['--bookkeeper-dir', join(directory, 'data', 'bookkeeper')],
    ...['--bookkeeper-port', String(options.bookiePort)],
  ];
}
