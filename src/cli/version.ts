import { existsSync, readFileSync } from 'node:fs';

/**
 * The version in package.json, which is two folders up from the sources and three from what is built of them.
 */
export function packageVersion(): string {
  for (const place of ['../../package.json', '../../../package.json']) {
    const url = new URL(place, import.meta.url);
    if (!existsSync(url)) continue;
    const { version } = JSON.parse(readFileSync(url, 'utf8')) as { version: string };
    return version;
  }
  throw new Error('expected a package.json above the command line');
}
