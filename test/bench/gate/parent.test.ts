import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildParent, findParent } from '../../../bench/gate/parent.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-parents-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function git(checkout: string, ...args: string[]): string {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', '-c', 'core.hooksPath=/dev/null'];
  return execFileSync('git', ['-C', checkout, ...who, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim();
}

function commit(checkout: string, text: string): string {
  writeFileSync(join(checkout, 'file.txt'), text);
  git(checkout, 'add', 'file.txt');
  git(checkout, 'commit', '-q', '-m', text);
  return git(checkout, 'rev-parse', 'HEAD');
}

describe('the parent', () => {
  it('is missing by nature at the first commit, and not so outside of git', () => {
    expect(findParent(folder)).toMatchObject({ isNatural: false });
    git(folder, 'init', '-q');
    commit(folder, 'one');
    expect(findParent(folder)).toEqual({ missing: 'HEAD is the first commit', isNatural: true });
  });

  it('is the commit before HEAD, or HEAD itself while something is not committed', () => {
    git(folder, 'init', '-q');
    const one = commit(folder, 'one');
    const two = commit(folder, 'two');
    expect(findParent(folder)).toBe(one);
    writeFileSync(join(folder, 'file.txt'), 'three');
    expect(findParent(folder)).toBe(two);
  });

  it('can be fetched where the clone is shallow', () => {
    const origin = join(folder, 'origin');
    execFileSync('git', ['init', '-q', origin]);
    commit(origin, 'one');
    commit(origin, 'two');
    const clone = join(folder, 'clone');
    execFileSync('git', ['clone', '-q', '--depth=1', pathToFileURL(origin).href, clone]);
    expect(findParent(clone)).toMatchObject({
      missing: expect.stringContaining('--deepen=1'),
      isNatural: false,
    });
  });

  it('may have no gate yet', () => {
    git(folder, 'init', '-q');
    commit(folder, 'one');
    commit(folder, 'two');
    expect(buildParent(folder)).toMatchObject({
      missing: expect.stringContaining('no gate yet'),
      isNatural: true,
    });
  });
});
