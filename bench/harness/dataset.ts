import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../../tools/servers/places.js';
import { findCheckout } from './checkout.js';
import { type EventShape, writeEvents } from './event-file.js';

/** What is asked of an engine: count and sum over ten minutes, or five functions over three windows. */
export type Workload = 'count-sum' | 'three-windows';

/** Sums over all vectors of their counts and of their sums; with three windows also of min, max and avg. */
export interface Answer {
  readonly c: number;
  readonly s: number;
  readonly mn?: number;
  readonly mx?: number;
  readonly av?: number;
}

export { cacheDirectory };

export interface Dataset extends EventShape {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** The right answers, where they are known. */
  readonly answers: Readonly<Partial<Record<Workload, Answer>>>;
}

/** The data files that the published figures were made with: `bench/datasets.json`. */
export function loadDatasets(): Dataset[] {
  return JSON.parse(readFileSync(join(findCheckout(), 'bench', 'datasets.json'), 'utf8')) as Dataset[];
}

export function findDataset(name: string): Dataset {
  const datasets = loadDatasets();
  const found = datasets.find(dataset => dataset.name === name);
  if (found !== undefined) return found;
  throw new Error(`no data set "${name}"; there are ${datasets.map(dataset => dataset.name).join(', ')}`);
}

/** The path of the data file, made now if it is not there with its right size. Needs nothing but Node. */
export function ensureDataset(dataset: Dataset, directory = join(cacheDirectory(), 'data')): string {
  const path = join(directory, `${dataset.name}.ndjson`);
  if (existsSync(path) && statSync(path).size === dataset.bytes) return path;
  mkdirSync(directory, { recursive: true });
  // Written aside and renamed, so that a file under its name is whole.
  const unfinished = `${path}.${process.pid}`;
  try {
    writeChecked(dataset, unfinished);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return path;
}

function writeChecked(dataset: Dataset, path: string): void {
  const hash = createHash('sha256');
  const file = openSync(path, 'w');
  try {
    writeEvents(dataset, bytes => {
      hash.update(bytes);
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    });
  } finally {
    closeSync(file);
  }
  const made = `${statSync(path).size} bytes with SHA-256 ${hash.digest('hex')}`;
  const expected = `${dataset.bytes} bytes with SHA-256 ${dataset.sha256}`;
  if (made !== expected) throw new Error(`${dataset.name}: made ${made}, expected ${expected}`);
}

/** Reads a file once, so that the first of the engines to be timed does not pay for the disk. */
export function warmFile(path: string): void {
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafe(1 << 20);
  try {
    while (readSync(file, buffer) > 0);
  } finally {
    closeSync(file);
  }
}
