import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './places.js';
import { findProgram, lastLines, runProgram } from './programs.js';
import { type Unavailable, unavailable } from './unavailable.js';

export const pulsarVersion = '4.0.8';

const artifact = `org.apache.pulsar:pulsar-server-distribution:${pulsarVersion}:tar.gz:bin`;
const mavenCopy = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
/** 246 MB on a slow line. */
const fetchMsMax = 20 * 60_000;
const unpackMsMax = 5 * 60_000;

/**
 * The folder of an unpacked Pulsar server distribution, fetched by Maven on first use (246 MB) into
 * `cacheDirectory()`. A copy in `PULSAR_CACHE` or `~/.cache/pulsar-broker` is used as it is.
 */
export async function findDistribution(
  env: NodeJS.ProcessEnv = process.env,
  home = homedir(),
): Promise<string | Unavailable> {
  const own = join(cacheDirectory(env), `pulsar-${pulsarVersion}`);
  if (existsSync(own)) return own;
  const elsewhere = [env.PULSAR_CACHE, join(home, '.cache', 'pulsar-broker')]
    .filter(cache => cache !== undefined && cache !== '')
    .map(cache => join(cache as string, `dist-${pulsarVersion}`))
    .find(folder => existsSync(join(folder, '.ok')));
  return elsewhere ?? fetchDistribution(own, env);
}

async function fetchDistribution(target: string, env: NodeJS.ProcessEnv): Promise<string | Unavailable> {
  const maven = findProgram('mvn', env);
  if (maven === undefined)
    return unavailable('pulsar', 'no Maven (mvn) to fetch the Pulsar broker with', env);
  mkdirSync(cacheDirectory(env), { recursive: true });
  // Made aside and renamed: a folder under its name is whole, and two that fetch do not meet.
  const aside = mkdtempSync(`${target}.`);
  try {
    const args = ['-B', '-q', mavenCopy, `-Dartifact=${artifact}`, `-DoutputDirectory=${aside}`];
    const said = await runProgram(maven, args, { cwd: aside, env, limitMs: fetchMsMax });
    const archive = `pulsar-server-distribution-${pulsarVersion}-bin.tar.gz`;
    if (!said.ok) {
      const why = lastLines(`${said.stderr}\n${said.stdout}`, 3);
      return unavailable('pulsar', `Maven could not fetch ${artifact}: ${why}`, env);
    }
    mkdirSync(join(aside, 'unpacked'));
    const unpack = ['-xzf', archive, '-C', 'unpacked', '--strip-components=1'];
    const unpacked = await runProgram('tar', unpack, { cwd: aside, env, limitMs: unpackMsMax });
    if (!unpacked.ok) throw new Error(`could not unpack ${archive}: ${lastLines(unpacked.stderr, 3)}`);
    if (!existsSync(target)) renameSync(join(aside, 'unpacked'), target);
    return target;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
