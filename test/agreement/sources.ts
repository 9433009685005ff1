import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The checkout's root, with a slash at its end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Paths of the files that belong to the project: tracked, or new and not ignored. */
export function projectFiles(): string[] {
  const git = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root });
  return [...new Set(git.toString().split('\n').filter(Boolean))];
}

export function read(path: string): string {
  return readFileSync(root + path, 'utf8');
}
