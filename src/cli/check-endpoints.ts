import { accessSync, constants, fstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MillraceError, systemCodeOf } from '../errors.js';
import type { RunOptions } from '../run-options.js';

/** Something that is read or written, with how it is named in messages. */
interface Endpoint {
  readonly flag: string;
  readonly name: string;
  /** Two endpoints with the same identity are the same file; undefined for terminals, pipes and devices. */
  readonly identity: string | undefined;
}

/**
 * Finds out before anything is opened what would fail later, or destroy what is read.
 * @throws MillraceError of the domain `configuration`
 */
export function checkEndpoints(options: RunOptions, viewFile: string | undefined): void {
  const inputs = [sourceOf(options), ...(viewFile === undefined ? [] : [fileEndpoint('--view', viewFile)])];
  const outputs = [sinkOf(options), outputFile('--dead-letter', options.deadLetter.path)];
  const all = [...inputs, ...outputs].filter(endpoint => endpoint !== undefined);
  for (const [index, endpoint] of all.entries()) {
    const same = all.find((other, at) => at < index && isSame(other, endpoint));
    if (same === undefined || (inputs.includes(same) && inputs.includes(endpoint))) continue;
    const message = `${endpoint.flag} ${endpoint.name} is the same file as ${same.flag} ${same.name}`;
    throw new MillraceError('same_file', message, {
      domain: 'configuration',
      hint: `give ${endpoint.flag} a file of its own`,
    });
  }
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  return a.identity !== undefined && a.identity === b.identity;
}

function sourceOf({ source }: RunOptions): Endpoint | undefined {
  if (source.kind === 'generator') return undefined;
  if (source.kind === 'stdin')
    return { flag: '--source', name: '-', identity: identityOf(() => fstatSync(0)) };
  const stats = readable(source.path);
  if (stats.isDirectory()) throw unusable('source', source.path, 'it is a directory');
  return fileEndpoint('--source', source.path);
}

function sinkOf({ sink }: RunOptions): Endpoint | undefined {
  if (sink.kind === 'none') return undefined;
  if (sink.kind === 'stdout') return { flag: '--sink', name: '-', identity: identityOf(() => fstatSync(1)) };
  return outputFile('--sink', sink.path);
}

function fileEndpoint(flag: string, path: string): Endpoint {
  return { flag, name: path, identity: identityOf(() => statSync(path)) };
}

function readable(path: string): Stats {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path);
  } catch (cause) {
    throw unusable('source', path, reasonOf(cause), cause);
  }
}

/** A file to be written: there and writable, or not there in a folder where it can be made. */
function outputFile(flag: string, path: string): Endpoint {
  const what = flag.slice(2);
  let stats: Stats | undefined;
  try {
    stats = statSync(path);
  } catch (cause) {
    if (systemCodeOf(cause) !== 'ENOENT') throw unusable(what, path, reasonOf(cause), cause);
  }
  if (stats?.isDirectory()) throw unusable(what, path, 'it is a directory');
  try {
    accessSync(stats === undefined ? dirname(path) : path, constants.W_OK);
    if (stats !== undefined) return fileEndpoint(flag, path);
    const identity = join(realpathSync(dirname(path)), basename(path));
    return { flag, name: path, identity };
  } catch (cause) {
    const reason =
      stats === undefined && systemCodeOf(cause) === 'ENOENT' ? 'its folder does not exist' : reasonOf(cause);
    throw unusable(what, path, reason, cause);
  }
}

/**
 * Device and inode, so that links do not hide that two names are one file. Only plain files can be harmed.
 */
function identityOf(stat: () => Stats): string | undefined {
  try {
    const stats = stat();
    return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}

function unusable(what: string, path: string, reason: string, cause?: unknown): MillraceError {
  const verb = what === 'source' ? 'read' : 'write';
  return new MillraceError(
    `${what.replace('-', '_')}_unusable`,
    `cannot ${verb} the ${what} ${path}: ${reason}`,
    {
      domain: 'configuration',
      cause,
    },
  );
}

function reasonOf(cause: unknown): string {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    ENOTDIR: 'a part of its path is not a folder',
    EROFS: 'the file system is read-only',
  };
  return reasons[systemCodeOf(cause) ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
}
