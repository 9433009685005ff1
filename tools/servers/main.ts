/** `npm run pulsar`: a broker of one's own in the foreground. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PulsarBroker } from './pulsar-broker.js';
import { isUnavailable } from './unavailable.js';

const help = `Usage: npm run pulsar -- [flags]

Starts a real Apache Pulsar broker (standalone, loopback only) and stops it on Ctrl-C. Needs Java 17 or newer; Maven
fetches the distribution (246 MB) on first use into ~/.cache/millrace (MILLRACE_CACHE).

  --directory <dir>  keep data, log and configuration there (default: temporary, removed at the end)
  --tokens           token authentication; prints a superuser's token
  --tls              a TLS port as well; client certificates are taken
  --heap <MB>        heap of the broker (default: 384)
  -h, --help         print this help

It writes broker.json into its directory. MILLRACE_PULSAR=<that file> lets tests use this broker and not start one.
`;

function readFlags(): {
  directory?: string;
  tokens?: boolean;
  tls?: boolean;
  heap?: string;
  help?: boolean;
} {
  const options = {
    directory: { type: 'string' },
    tokens: { type: 'boolean' },
    tls: { type: 'boolean' },
    heap: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  return parseArgs({ options, strict: true }).values;
}

/** @returns the exit code */
async function run(): Promise<number> {
  let flags: ReturnType<typeof readFlags>;
  try {
    flags = readFlags();
    if (flags.heap !== undefined && !/^[1-9]\d{2,4}$/.test(flags.heap))
      throw new Error('--heap: 100 to 99999');
  } catch (error) {
    process.stderr.write(
      `error: ${(error as Error).message}\nhint: npm run pulsar -- --help shows the flags\n`,
    );
    return 2;
  }
  if (flags.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const stopped = new Promise<void>(resolve => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  const { directory, tokens, tls } = flags;
  const heapMb = flags.heap === undefined ? undefined : Number(flags.heap);
  process.stderr.write('starting; the first time fetches 246 MB ...\n');
  const broker = await PulsarBroker.open({ directory, tokens, tls, heapMb, proxies: 8 });
  if (isUnavailable(broker)) {
    process.stderr.write(`error: ${broker.skipped}\n`);
    return 1;
  }
  const file = join(broker.address.directory, 'broker.json');
  writeFileSync(file, `${JSON.stringify(broker.address, null, 2)}\n`, { mode: 0o600 });
  const { serviceUrl, adminUrl, logFile } = broker.address;
  const lines = [`service  ${serviceUrl}`, `admin    ${adminUrl}`, `log      ${logFile}`, `json     ${file}`];
  if (broker.address.tls !== undefined) lines.push(`tls      ${broker.address.tls.serviceUrl}`);
  if (broker.address.tokens !== undefined) lines.push(`token    ${broker.address.tokens.adminToken}`);
  process.stdout.write(`${lines.join('\n')}\nCtrl-C stops it.\n`);
  // The broker does not hold this process: a timer does.
  const hold = setInterval(() => undefined, 60_000);
  await stopped;
  clearInterval(hold);
  process.stderr.write('stopping ...\n');
  if (directory !== undefined) await broker.stop();
  await broker.close();
  return 0;
}

process.exitCode = await run();
