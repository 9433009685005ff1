import { constants, fstatSync, openSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import {
  counterStride,
  countLongestBatchMs,
  countReasons,
  countRecords,
  countSlowNumbers,
  countVectors,
} from '../native-free-core/layout/worker-counters.js';
import { reasonNames } from '../native-free-core/reasons.js';
import {
  type EngineMemory,
  type EngineSizes,
  entitiesIn,
  reserveMemory,
  stateBytesIn,
} from './engine-memory.js';
import { Pump } from './pump.js';
import type { Pipeline, RunOptions, RunStats } from './run-options.js';
import { FileSink } from './sink/file-sink.js';
import { NoneSink } from './sink/none-sink.js';
import type { Sink } from './sink/sink.js';
import { StreamSink } from './sink/stream-sink.js';
import { FileSource } from './source/file-source.js';
import { GeneratorSource } from './source/generator-source.js';
import { LineChunker } from './source/line-chunker.js';
import type { Source } from './source/source.js';
import { StreamSource } from './source/stream-source.js';
import { runWorkers } from './worker-pool.js';

/** Reading a named pipe (`<(zcat events.gz)`) in this thread would block it, and signals would not be heard. */
function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}

function openPipe(path: string, nowMs: number): Source {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new StreamSource(new Socket({ fd, readable: true, writable: false }), nowMs, path);
}

function openSource(source: RunOptions['source'], nowMs: number): Source {
  if (source.kind === 'file') {
    return isPipe(source.path) ? openPipe(source.path, nowMs) : new FileSource(source.path, nowMs);
  }
  if (source.kind === 'stdin') return new StreamSource(process.stdin, nowMs);
  return new GeneratorSource(source.options, source.options.ratePerSecond);
}

function openSink(sink: RunOptions['sink']): Sink {
  if (sink.kind === 'file') return new FileSink(sink.path);
  if (sink.kind === 'none') return new NoneSink();
  const out = fstatSync(1);
  const isStream = out.isFIFO() || out.isSocket() || process.stdout.isTTY;
  return isStream ? new StreamSink(process.stdout) : FileSink.ofStandardOutput();
}

/** Adds the workers' counters up. */
function countersOf(memory: EngineMemory): Float64Array {
  const sum = new Float64Array(counterStride);
  const all = new Float64Array(memory.counters);
  all.forEach((value, i) => {
    const at = i % counterStride;
    sum[at] = at === countLongestBatchMs ? Math.max(sum[at], value) : sum[at] + value;
  });
  return sum;
}

function statsOf(memory: EngineMemory, pump: Pump, chunker: LineChunker): RunStats {
  const sum = countersOf(memory);
  const letters = reasonNames.map((reason, code) => [reason, sum[countReasons + code]] as const);
  const byReason = Object.fromEntries(letters.filter(([, n]) => n > 0));
  return {
    seconds: pump.seconds,
    bytesIn: chunker.offset,
    records: sum[countRecords],
    vectors: sum[countVectors],
    deadLetters: Object.values(byReason).reduce((total, n) => total + n, 0),
    deadLettersByReason: byReason,
    entities: entitiesIn(memory.shards),
    stateBytes: stateBytesIn(memory.shards),
    chunkMsP50: pump.latency.median,
    chunkMsMax: pump.latency.max,
    slowNumbers: sum[countSlowNumbers],
    longestBatchMs: sum[countLongestBatchMs],
    sample: pump.sample,
  };
}

/** What a pipeline runs between. */
export interface Ends {
  readonly source: Source;
  readonly vectors: Sink;
  readonly deadLetters: Sink;
}

/**
 * Opens source and sinks, and starts.
 * @param sizes tests and benchmarks only
 * @throws MillraceError if the source or the sink cannot be opened
 */
export async function startPipeline(options: RunOptions, sizes: EngineSizes = {}): Promise<Pipeline> {
  const source = openSource(options.source, Date.now());
  const vectors = openSink(options.sink);
  const deadLetters = new FileSink(options.deadLetter.path, true);
  return startBetween({ source, vectors, deadLetters }, options, sizes);
}

/** Wires source, workers and sinks, and starts. */
export function startBetween(
  { source, vectors, deadLetters }: Ends,
  { view, workers, lanes }: Pick<RunOptions, 'view' | 'workers' | 'lanes'>,
  sizes: EngineSizes = {},
): Pipeline {
  const memory = reserveMemory(view, workers, lanes, sizes);
  const chunker = new LineChunker(memory.arena, memory.slotLayout, source);
  const pump = new Pump(memory, { chunker, vectors, deadLetters });
  const pool = runWorkers(memory.tasks);
  pool.done.catch(error => pump.fail(error));
  const run = async (): Promise<RunStats> => {
    try {
      await pump.run();
      await pool.done;
    } finally {
      source.close();
      await pool.destroy();
      await vectors.close();
      await deadLetters.close();
    }
    return statsOf(memory, pump, chunker);
  };
  return {
    stats: () => statsOf(memory, pump, chunker),
    drain: () => pump.drain(),
    done: run(),
  };
}
