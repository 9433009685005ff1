import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Command, runChild } from '../harness/run-child.js';
import { isSkip, type PeerSite, type Skip } from './peer.js';

export interface Recipe {
  /** Folder of the peer's sources. */
  readonly folder: string;
  /** Programs that it takes to build or run it. */
  readonly tools: readonly string[];
  /** Run in order, in the copied folder. */
  readonly steps: readonly Command[];
}

const stepMsMax = 15 * 60_000;
const marker = 'built.txt';

/**
 * The folder of a built peer. The sources are copied into the cache, under a name that holds their hash, and built
 * there, once: they may lie on a read-only disk, and the checkout stays clean.
 */
export async function buildPeer(site: PeerSite, recipe: Recipe): Promise<string | Skip> {
  const sources = findSources(site, recipe.folder);
  if (isSkip(sources)) return sources;
  const missing = recipe.tools.find(tool => !isOnPath(tool));
  if (missing !== undefined) return { skipped: `no ${missing} on this machine` };
  const key = createHash('sha256').update(hashFolder(sources.path)).update(JSON.stringify(recipe.steps));
  const built = join(site.cache, 'peers', `${recipe.folder}-${key.digest('hex').slice(0, 12)}`);
  if (existsSync(join(built, marker))) return built;

  rmSync(built, { recursive: true, force: true });
  mkdirSync(built, { recursive: true });
  copyWritable(sources.path, built);
  for (const step of recipe.steps) {
    const outcome = await runChild({ ...step, cwd: built }, stepMsMax);
    if (outcome.exitCode === 0) continue;
    const said = `${outcome.stdout}\n${outcome.stderr}`.trim().split('\n').slice(-5).join(' / ');
    return { skipped: `${step.file} failed to build it: ${said}` };
  }
  writeFileSync(join(built, marker), 'Delete this folder to build the peer again.\n');
  return built;
}

function findSources(site: PeerSite, folder: string): { path: string } | Skip {
  if (site.sources === null) return { skipped: 'the sources of the peers are not here (MILLRACE_PEERS)' };
  const path = join(site.sources, folder);
  return existsSync(path) ? { path } : { skipped: `the peers have no folder ${folder}` };
}

function isOnPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some(folder => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
}

function hashFolder(folder: string): string {
  const hash = createHash('sha256');
  for (const file of listFiles(folder))
    hash.update(`${file.slice(folder.length)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

/** Copies contents only: the modes of a read-only folder would forbid building in it. */
function copyWritable(from: string, to: string): void {
  for (const file of listFiles(from)) {
    const target = join(to, file.slice(from.length));
    mkdirSync(join(target, '..'), { recursive: true });
    writeFileSync(target, readFileSync(file));
  }
}
