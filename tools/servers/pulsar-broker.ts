import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokerAddress, type SecretAddress, waitUntilServing } from './broker-address.js';
import { findFreePorts } from './free-ports.js';
import { findJava } from './java.js';
import { brokerCommand } from './pulsar-command.js';
import { type BrokerPorts, brokerConfiguration, logConfiguration } from './pulsar-configuration.js';
import {
  type Certificates,
  clientCertificateRole,
  ensureCertificates,
  ensureSecret,
  signToken,
} from './pulsar-credentials.js';
import { findDistribution } from './pulsar-distribution.js';
import { type SupervisedProcess, startSupervised } from './supervised-process.js';
import type { Unavailable } from './unavailable.js';

export interface BrokerOptions {
  /** Holds data, log and configuration, and stays. Default: a temporary one, removed by `close`. */
  readonly directory?: string | undefined;
  /** Default 384 and 256. */
  readonly heapMb?: number | undefined;
  readonly directMb?: number | undefined;
  /** Default true. */
  readonly deduplication?: boolean | undefined;
  /** Token authentication with authorization: role `admin` may do everything, others nothing. Default false. */
  readonly tokens?: boolean | undefined;
  /** A TLS port; with `tokens` a client certificate is taken as well (role `millrace-client`). Default false. */
  readonly tls?: boolean | undefined;
  /** Advertised listeners `proxy0`, `proxy1`, ... for tests that put a proxy in between. Default 0. */
  readonly proxies?: number | undefined;
  /** More lines of `standalone.conf`; they win. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
}

const startMsMax = 120_000;
/** A broker that was asked to end writes its cursors; then it is killed. */
const stopMsMax = 20_000;
const logTailLines = 30;
const fixedPorts = 4;

interface Prepared {
  readonly command: readonly string[];
  readonly directory: string;
  readonly isTemporary: boolean;
  readonly address: BrokerAddress;
}

/** A real Apache Pulsar broker (standalone), started by this process and never outliving it. */
export class PulsarBroker {
  readonly address: BrokerAddress;
  readonly #prepared: Prepared;
  #process: SupervisedProcess | undefined;

  private constructor(prepared: Prepared) {
    this.#prepared = prepared;
    this.address = prepared.address;
  }

  /** Fetches what is missing, starts a broker and waits until it serves. @throws Error with the log's tail */
  static async open(options: BrokerOptions = {}): Promise<PulsarBroker | Unavailable> {
    const java = await findJava('pulsar');
    if (typeof java !== 'string') return java;
    const distribution = await findDistribution();
    if (typeof distribution !== 'string') return distribution;
    const broker = new PulsarBroker(await prepare(options, java, distribution));
    try {
      await broker.start();
    } catch (error) {
      await broker.close();
      throw error;
    }
    return broker;
  }

  /** The broker's process id; undefined while it is stopped. */
  get pid(): number | undefined {
    return this.#process?.hasExited === false ? this.#process.pid : undefined;
  }

  /** Starts it on the same ports with the data that it had. Nothing to do while it runs. */
  async start(): Promise<void> {
    if (this.pid !== undefined) return;
    const { command, directory, isTemporary, address } = this.#prepared;
    const started = await startSupervised(command, {
      logFile: address.logFile,
      orphanedFolder: isTemporary ? directory : undefined,
    });
    this.#process = started;
    const failure = await waitUntilServing(address, () => !started.hasExited, startMsMax);
    if (failure === undefined) return;
    started.signal('SIGKILL');
    await started.exited;
    throw new Error(`the Pulsar broker ${failure}; the end of its log:\n${this.#logTail()}`);
  }

  /** Ends it in order, and by force when it does not; its data stays. */
  async stop(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    running.signal('SIGTERM');
    const limit = new AbortController();
    await Promise.race([running.exited, sleep(stopMsMax, undefined, limit).catch(() => undefined)]);
    limit.abort();
    await this.kill();
  }

  /** SIGKILL, as a crash; its data stays. */
  async kill(): Promise<void> {
    this.#process?.signal('SIGKILL');
    // A process that waits, or else nothing would keep this one alive until the broker is gone.
    const alive = setInterval(() => undefined, 1000);
    await this.#process?.exited;
    clearInterval(alive);
    this.#process = undefined;
  }

  /** Kills it, and removes its directory if that is a temporary one. */
  async close(): Promise<void> {
    await this.kill();
    if (this.#prepared.isTemporary) rmSync(this.#prepared.directory, { recursive: true, force: true });
  }

  #logTail(): string {
    return readFileSync(this.address.logFile, 'utf8').trimEnd().split('\n').slice(-logTailLines).join('\n');
  }
}

async function prepare(options: BrokerOptions, java: string, distribution: string): Promise<Prepared> {
  const isTemporary = options.directory === undefined;
  const directory = isTemporary
    ? mkdtempSync(join(tmpdir(), 'millrace-pulsar-'))
    : resolve(options.directory as string);
  const conf = join(directory, 'conf');
  mkdirSync(conf, { recursive: true });
  const ports = await choosePorts(join(conf, 'ports.json'), options.proxies ?? 0);
  const secret = options.tokens === true ? ensureSecret(conf) : undefined;
  const certificates = options.tls === true ? await ensureCertificates(conf) : undefined;
  const adminToken = secret === undefined ? undefined : signToken(secret.base64, 'admin');
  const text = brokerConfiguration({
    ports,
    deduplication: options.deduplication ?? true,
    tokenKey: secret && { file: secret.file, adminToken: adminToken as string },
    certificates,
    superUsers: ['admin', clientCertificateRole],
    extra: options.extra ?? {},
  });
  writeFileSync(join(conf, 'standalone.conf'), text);
  writeFileSync(join(conf, 'log4j2.xml'), logConfiguration);
  const { heapMb = 384, directMb = 256 } = options;
  return {
    command: brokerCommand({ java, distribution, directory, bookiePort: ports.bookie, heapMb, directMb }),
    directory,
    isTemporary,
    address: addressOf(directory, ports, certificates, secret && { base64: secret.base64, adminToken }),
  };
}

/** Ports that nobody has; or those that the directory was used with: the bookie's data names its port. */
async function choosePorts(file: string, proxies: number): Promise<BrokerPorts> {
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as BrokerPorts;
  const [service, admin, bookie, serviceTls, ...rest] = await findFreePorts(fixedPorts + proxies);
  const ports = { service, admin, bookie, serviceTls, proxies: rest };
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

function addressOf(
  directory: string,
  ports: BrokerPorts,
  certificates: Certificates | undefined,
  secret: { base64: string; adminToken: string | undefined } | undefined,
): BrokerAddress {
  const tokens: SecretAddress | undefined =
    secret?.adminToken === undefined
      ? undefined
      : { secretBase64: secret.base64, adminToken: secret.adminToken };
  return {
    serviceUrl: `pulsar://127.0.0.1:${ports.service}`,
    adminUrl: `http://127.0.0.1:${ports.admin}`,
    proxyPorts: ports.proxies,
    directory,
    logFile: join(directory, 'broker.log'),
    ...(tokens === undefined ? {} : { tokens }),
    ...(certificates === undefined
      ? {}
      : { tls: { ...certificates, serviceUrl: `pulsar+ssl://localhost:${ports.serviceTls}` } }),
  };
}
