import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import type { BrokerAddress } from './broker-address.js';
import { findJava } from './java.js';
import { cacheDirectory, findCheckout } from './places.js';
import { findProgram, lastLines, runProgram } from './programs.js';
import { type Unavailable, unavailable } from './unavailable.js';

export type JavaPeerCommand = 'produce' | 'consume' | 'bench-drain' | 'bench-produce' | 'bench-latency';
/** Fields as `peers/java/src/main/java/Task.java` names them, beside those of `connectionTask`. */
export type JavaPeerTask = Readonly<Record<string, unknown>>;

const buildMsMax = 15 * 60_000;
const runMsMax = 5 * 60_000;
const classpathFile = 'classpath.txt';

/** The official Java client (`org.apache.pulsar:pulsar-client`) as a program. */
export interface JavaPeer {
  /** The command line that reads a task from standard input and prints JSON lines. */
  command(command: JavaPeerCommand, jvmFlags?: readonly string[]): string[];
  /** Runs it to its end. @throws Error with what it said, when it fails or does not end in five minutes */
  run<Line>(command: JavaPeerCommand, task: JavaPeerTask): Promise<Line[]>;
}

/** The fields of a task that say where the broker is. */
export function connectionTask(address: BrokerAddress): JavaPeerTask {
  const token = address.tokens?.adminToken;
  return { serviceUrl: address.serviceUrl, ...(token === undefined ? {} : { token }) };
}

/** Compiles the program into the cache on first use (Maven fetches the client), or says why it cannot be had. */
export async function findJavaPeer(env: NodeJS.ProcessEnv = process.env): Promise<JavaPeer | Unavailable> {
  const java = await findJava('pulsar', env);
  if (typeof java !== 'string') return java;
  const sources = join(findCheckout(), 'tools', 'servers', 'peers', 'java');
  const target = join(cacheDirectory(env), 'peers', `pulsar-java-${hashFolder(sources)}`);
  if (!existsSync(target)) {
    const why = await build(sources, target, env);
    if (why !== undefined) return unavailable('pulsar', why, env);
  }
  const libraries = readFileSync(join(target, classpathFile), 'utf8').trim();
  const classpath = [join(target, 'target', 'classes'), libraries].join(delimiter);
  const command: JavaPeer['command'] = (name, jvmFlags = ['-Xmx1g', '-XX:TieredStopAtLevel=1']) => [
    java,
    ...jvmFlags,
    ...['-cp', classpath, 'Peer', name],
  ];
  return { command, run: (name, task) => runPeer(command(name), task) };
}

async function build(sources: string, target: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const maven = findProgram('mvn', env);
  if (maven === undefined) return 'no Maven (mvn) to build the Java peer with';
  if (findProgram('javac', env) === undefined && env.JAVA_HOME === undefined)
    return 'a JRE, but no JDK (javac)';
  mkdirSync(join(target, '..'), { recursive: true });
  // Made aside and renamed: a folder under its name is whole, and two that build do not meet.
  const aside = mkdtempSync(`${target}.`);
  try {
    cpSync(sources, aside, { recursive: true });
    const args = ['-q', '-B', 'compile', 'dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`];
    const said = await runProgram(maven, args, { cwd: aside, env, limitMs: buildMsMax });
    if (!said.ok)
      return `Maven could not build the Java peer: ${lastLines(`${said.stderr}\n${said.stdout}`)}`;
    if (!existsSync(target)) renameSync(aside, target);
    return undefined;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function hashFolder(folder: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  for (const path of files.map(file => join(file.parentPath, file.name)).sort())
    hash.update(`${path.slice(folder.length)}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}

function runPeer<Line>([file, ...args]: string[], task: JavaPeerTask): Promise<Line[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'pipe' });
    const limit = setTimeout(() => child.kill('SIGKILL'), runMsMax);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(limit);
      if (code !== 0) reject(new Error(`the Java peer ended with ${code}: ${lastLines(stderr, 12)}`));
      else
        resolve(
          stdout
            .split('\n')
            .filter(Boolean)
            .map(line => JSON.parse(line) as Line),
        );
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(task));
  });
}
