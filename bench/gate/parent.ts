import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSeries } from './run-series.js';

/** What HEAD is compared with where there is no baseline: its parent, built, in a folder of its own. */
export interface ParentBuild {
  readonly checkout: string;
  /** The commit, for people. */
  readonly commit: string;
  remove(): void;
}

export interface NoParent {
  readonly missing: string;
  /**
   * Whether that is as it must be (the first commit, or the first one with a gate) and not a checkout without its
   * history, which can be had.
   */
  readonly isNatural: boolean;
}

function git(checkout: string, ...args: string[]): string {
  return execFileSync('git', ['-C', checkout, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function tryGit(checkout: string, ...args: string[]): string | null {
  try {
    return git(checkout, ...args);
  } catch {
    return null;
  }
}

/** With changes not yet committed, HEAD is the parent of what is measured; else the commit before it. */
export function findParent(checkout: string): string | NoParent {
  const head = tryGit(checkout, 'rev-parse', '--verify', '--quiet', 'HEAD');
  if (head === null) return { missing: 'this is no git checkout with a commit', isNatural: false };
  if (git(checkout, 'status', '--porcelain', '--untracked-files=no') !== '') return head;
  const parent = tryGit(checkout, 'rev-parse', '--verify', '--quiet', 'HEAD^');
  if (parent !== null) return parent;
  if (git(checkout, 'rev-parse', '--is-shallow-repository') === 'true') {
    return { missing: 'the clone is shallow: `git fetch --deepen=1` brings the parent', isNatural: false };
  }
  return { missing: 'HEAD is the first commit', isNatural: true };
}

/**
 * Builds the parent commit in a temporary folder, by `git archive`: unlike a worktree it leaves no trace in the
 * repository, even when it is killed.
 */
export function buildParent(checkout: string): ParentBuild | NoParent {
  const commit = findParent(checkout);
  if (typeof commit !== 'string') return commit;
  const folder = mkdtempSync(join(tmpdir(), 'millrace-parent-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const tar = join(folder, 'parent.tar');
    git(checkout, 'archive', '--format=tar', '-o', tar, commit);
    execFileSync('tar', ['-xf', tar, '-C', folder]);
    rmSync(tar);
    if (!existsSync(join(folder, 'bench', 'gate', 'series.ts'))) {
      remove();
      return { missing: `the parent ${commit.slice(0, 10)} has no gate yet`, isNatural: true };
    }
    borrowModules(checkout, folder);
    execFileSync(process.execPath, [join(folder, 'tools', 'prepare.mjs')], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    if (!hasSeries(folder)) throw new Error(`the parent ${commit} built no series`);
    return { checkout: folder, commit, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Dependencies are shared only where both lock the same: else the parent's build would change ours. */
function borrowModules(checkout: string, folder: string): void {
  const lock = (of: string): string => readFileSync(join(of, 'package-lock.json'), 'utf8');
  const modules = join(checkout, 'node_modules');
  if (!existsSync(modules) || lock(checkout) !== lock(folder)) return;
  const installed = join(modules, '.millrace-lock');
  if (!existsSync(installed) || readFileSync(installed, 'utf8') !== lock(folder)) return;
  symlinkSync(modules, join(folder, 'node_modules'), 'dir');
}
