import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root, from the sources as from the build. */
export function findCheckout(from = dirname(fileURLToPath(import.meta.url))): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (folder === dirname(folder)) throw new Error(`no package.json above ${from}`);
  }
}

/** Where what was fetched or built is kept, outside the checkout: `MILLRACE_CACHE`, or a folder of the user's. */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const named = env.MILLRACE_CACHE;
  return named === undefined || named === '' ? join(homedir(), '.cache', 'millrace') : resolve(named);
}
