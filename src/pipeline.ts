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
import { MillraceError } from './errors.js';
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

function openSource(source: RunOptions['source'], nowMs: number): Source {
  if (source.kind === 'file') return new FileSource(source.path, nowMs);
  if (source.kind === 'stdin') return new StreamSource(process.stdin, nowMs);
  return new GeneratorSource(source.options, source.options.ratePerSecond);
}

function openSink(sink: RunOptions['sink']): Sink {
  if (sink.kind === 'file') return new FileSink(sink.path);
  return sink.kind === 'stdout' ? new StreamSink(process.stdout) : new NoneSink();
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

function statsOf(memory: EngineMemory, pump: Pump, chunker: LineChunker, startedAt: number): RunStats {
  const sum = countersOf(memory);
  const letters = reasonNames.map((reason, code) => [reason, sum[countReasons + code]] as const);
  const byReason = Object.fromEntries(letters.filter(([, n]) => n > 0));
  return {
    seconds: (performance.now() - startedAt) / 1000,
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

/**
 * Wires source, workers and sinks, and starts.
 * @param sizes tests and benchmarks only
 * @throws MillraceError if the source or the sink cannot be opened
 */
export async function startPipeline(options: RunOptions, sizes: EngineSizes = {}): Promise<Pipeline> {
  const startedAt = performance.now();
  const source = openSource(options.source, Date.now());
  const vectors = openSink(options.sink);
  const deadLetters = new FileSink(options.deadLetter.path, true);
  const memory = reserveMemory(options.view, options.workers, options.lanes, sizes);
  const chunker = new LineChunker(memory.arena, memory.slotLayout, source);
  const pump = new Pump(memory, { chunker, vectors, deadLetters });
  const workers = runWorkers(memory.tasks);
  workers.done.catch(cause => {
    pump.fail(new MillraceError('worker_failed', 'a worker failed', { domain: 'engine', cause }));
  });
  const run = async (): Promise<RunStats> => {
    try {
      await pump.run();
      await workers.done;
    } finally {
      source.close();
      await workers.destroy();
      await vectors.close();
      await deadLetters.close();
    }
    return statsOf(memory, pump, chunker, startedAt);
  };
  return {
    stats: () => statsOf(memory, pump, chunker, startedAt),
    drain: () => pump.drain(),
    done: run(),
  };
}
