import { join } from 'node:path';
import { findProgram, runProgram } from './programs.js';
import { type Unavailable, unavailable } from './unavailable.js';

/** What a Pulsar 4 broker and its Java client need. */
const majorMin = 17;
const versionMsMax = 20_000;

/** The path of a JVM that is new enough: `JAVA_HOME`'s, or else the one on `PATH`. `name`: what wants it. */
export async function findJava(
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | Unavailable> {
  const home = env.JAVA_HOME;
  const java = home === undefined || home === '' ? findProgram('java', env) : join(home, 'bin', 'java');
  if (java === undefined) return unavailable(name, 'no java on this machine', env);
  const said = await runProgram(java, ['-version'], { env, limitMs: versionMsMax });
  if (!said.ok) return unavailable(name, `${java} does not run`, env);
  const major = javaMajor(said.stderr);
  if (major >= majorMin) return java;
  return unavailable(name, `needs Java ${majorMin} or newer; this is ${major}`, env);
}

/** 17 of `openjdk version "17.0.15"`, 8 of `java version "1.8.0_402"`; 0 where nothing tells. */
export function javaMajor(versionText: string): number {
  const match = /version "(?:1\.)?(\d+)/.exec(versionText);
  return match === null ? 0 : Number(match[1]);
}
