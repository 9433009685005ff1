import type { Certificates } from './pulsar-credentials.js';

export interface BrokerPorts {
  readonly service: number;
  readonly admin: number;
  readonly bookie: number;
  readonly serviceTls: number;
  /** Of listeners that are advertised and not served: for proxies between a client and the broker. */
  readonly proxies: readonly number[];
}

export interface TokenKey {
  readonly file: string;
  readonly adminToken: string;
}

export interface ConfigurationParts {
  readonly ports: BrokerPorts;
  readonly deduplication: boolean;
  readonly tokenKey?: TokenKey | undefined;
  readonly certificates?: Certificates | undefined;
  readonly superUsers: readonly string[];
  /** Settled last: they win. */
  readonly extra: Readonly<Record<string, string>>;
}

/** Name of the advertised listener of a proxy; a client asks for it with `listenerName`. */
export function proxyListenerName(index: number): string {
  return `proxy${index}`;
}

const interceptors = 'org.apache.pulsar.common.intercept';
const providers = 'org.apache.pulsar.broker.authentication';

/** Threads for two cores; the defaults are made for servers. */
const threads = {
  numHttpServerThreads: '8',
  numIOThreads: '2',
  numOrderedExecutorThreads: '2',
  managedLedgerNumSchedulerThreads: '2',
  bookkeeperClientNumWorkerThreads: '2',
};

const broker = {
  clusterName: 'standalone',
  bindAddress: '127.0.0.1',
  loadBalancerEnabled: 'false',
  loadManagerClassName: 'org.apache.pulsar.broker.loadbalance.NoopLoadManager',
  managedLedgerDefaultEnsembleSize: '1',
  managedLedgerDefaultWriteQuorum: '1',
  managedLedgerDefaultAckQuorum: '1',
  // As in a cluster: the standalone default writes a cursor's position every ten seconds only.
  managedLedgerDefaultMarkDeleteRateLimit: '1.0',
  acknowledgmentAtBatchIndexLevelEnabled: 'true',
  brokerEntryMetadataInterceptors: `${interceptors}.AppendBrokerTimestampMetadataInterceptor,${interceptors}.AppendIndexMetadataInterceptor`,
  exposingBrokerEntryMetadataToClientEnabled: 'true',
  systemTopicEnabled: 'true',
  topicLevelPoliciesEnabled: 'true',
  allowAutoTopicCreation: 'true',
  allowAutoTopicCreationType: 'non-partitioned',
  // Tests and benchmarks come back to topics that nobody is connected to.
  brokerDeleteInactiveTopicsEnabled: 'false',
  transactionCoordinatorEnabled: 'false',
  webSocketServiceEnabled: 'false',
  functionsWorkerEnabled: 'false',
  enablePackagesManagement: 'false',
};

const bookie = {
  allowLoopback: 'true',
  // Without a fixed port and interface a restarted bookie takes another port, and its ledgers are not found.
  allowEphemeralPorts: 'true',
  listeningInterface: 'lo',
  // A crash of the machine may lose what was confirmed; a killed broker loses nothing.
  journalSyncData: 'false',
  journalMaxGroupWaitMSec: '1',
  dbStorage_writeCacheMaxSizeMb: '64',
  dbStorage_readAheadCacheMaxSizeMb: '32',
  dbStorage_rocksDB_writeBufferSizeMB: '4',
  dbStorage_rocksDB_blockCacheSize: '16777216',
  diskUsageThreshold: '0.99',
  diskUsageWarnThreshold: '0.98',
  diskUsageLwmThreshold: '0.97',
};

function listeners({ ports, certificates }: ConfigurationParts): Record<string, string> {
  const internal = [`internal:pulsar://127.0.0.1:${ports.service}`];
  if (certificates !== undefined) internal.push(`internal:pulsar+ssl://127.0.0.1:${ports.serviceTls}`);
  const proxies = ports.proxies.map((port, i) => `${proxyListenerName(i)}:pulsar://127.0.0.1:${port}`);
  return {
    internalListenerName: 'internal',
    advertisedListeners: [...internal, ...proxies].join(','),
    brokerServicePort: String(ports.service),
    webServicePort: String(ports.admin),
  };
}

function security({ ports, tokenKey, certificates, superUsers }: ConfigurationParts): Record<string, string> {
  const named = [
    ...(tokenKey === undefined ? [] : [`${providers}.AuthenticationProviderToken`]),
    ...(certificates === undefined ? [] : [`${providers}.AuthenticationProviderTls`]),
  ];
  return {
    ...(certificates === undefined
      ? {}
      : {
          brokerServicePortTls: String(ports.serviceTls),
          tlsCertificateFilePath: certificates.certFile,
          tlsKeyFilePath: certificates.keyFile,
          tlsTrustCertsFilePath: certificates.caFile,
          brokerClientTrustCertsFilePath: certificates.caFile,
        }),
    ...(tokenKey === undefined
      ? {}
      : {
          authenticationEnabled: 'true',
          authenticationProviders: named.join(','),
          authorizationEnabled: 'true',
          superUserRoles: superUsers.join(','),
          tokenSecretKey: `file://${tokenKey.file}`,
          brokerClientAuthenticationPlugin: 'org.apache.pulsar.client.impl.auth.AuthenticationToken',
          brokerClientAuthenticationParameters: JSON.stringify({ token: tokenKey.adminToken }),
        }),
  };
}

/** The text of `standalone.conf`: a broker and a bookie on the loopback interface, small, for tests. */
export function brokerConfiguration(parts: ConfigurationParts): string {
  const settings: Record<string, string> = {
    ...broker,
    ...threads,
    ...bookie,
    ...listeners(parts),
    ...security(parts),
    brokerDeduplicationEnabled: String(parts.deduplication),
    ...parts.extra,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/** One plain line an event, to standard output, which goes to the broker's log file. */
export const logConfiguration = `<Configuration status="WARN">
  <Appenders>
    <Console name="out"><PatternLayout pattern="%d{HH:mm:ss.SSS} %-5level %c{1} - %msg%n"/></Console>
  </Appenders>
  <Loggers><Root level="info"><AppenderRef ref="out"/></Root></Loggers>
</Configuration>
`;
