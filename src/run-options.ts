import type { FeatureView } from '../native-free-core/feature-view.js';
import type { GeneratorOptions } from './source/generator.js';

export interface RunOptions {
  readonly view: FeatureView;
  readonly source:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'stdin' }
    | { readonly kind: 'generator'; readonly options: GeneratorOptions };
  readonly sink:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'stdout' }
    | { readonly kind: 'none' };
  /** Created only when there is a first dead letter. */
  readonly deadLetter: { readonly kind: 'file'; readonly path: string };
  readonly workers: number;
  readonly lanes: number;
  /** Order of vectors across entities; each entity's vectors are always in the order of its events. */
  readonly order: 'input' | 'entity';
}

export interface RunStats {
  /** From the first read, once all workers had begun, to the last confirmation, or to now. */
  readonly seconds: number;
  readonly bytesIn: number;
  readonly records: number;
  readonly vectors: number;
  readonly deadLetters: number;
  readonly deadLettersByReason: Readonly<Record<string, number>>;
  readonly entities: number;
  readonly stateBytes: number;
  /** From a chunk's being read to its being confirmed by the sinks. */
  readonly chunkMsP50: number;
  readonly chunkMsMax: number;
  /** The longest that a worker was busy with its lanes of one chunk. */
  readonly longestBatchMs: number;
  /** Numbers that took the slow path of parsing. */
  readonly slowNumbers: number;
  /** The latest vector, as it was written; empty before the first. */
  readonly sample: string;
}

export interface Pipeline {
  stats(): RunStats;
  /** Stops reading and finishes what was read. */
  drain(): void;
  /** Rejects where the run failed. */
  readonly done: Promise<RunStats>;
}

export type StartPipeline = (options: RunOptions) => Promise<Pipeline>;
