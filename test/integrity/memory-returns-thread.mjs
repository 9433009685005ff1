// One thread that runs the data path over one-event entities on a moving clock, or over one hot entity.
import { parentPort, workerData } from 'node:worker_threads';
import {
  countReclaimed,
  indexMask,
  recordsLive,
  recordsUsed,
} from '../../dist/native-free-core/layout/shard-layout.js';
import { countLongestBatchMs } from '../../dist/native-free-core/layout/worker-counters.js';
import { reserveMemory, stateBytesIn } from '../../dist/src/engine-memory.js';
import { LineChunker } from '../../dist/src/source/line-chunker.js';
import { DutyCycle } from '../../dist/workers/duty-cycle.js';

const { view, events, stepMicros, hotShare, disorderShare, samples, lanes } = workerData;

/** Each event is of a new entity (or, in a share of them, of the hot one), `stepMicros` after the one before. */
class MovingSource {
  publishTimeMs = Number.POSITIVE_INFINITY;
  events = 0;
  #line = Buffer.from('{"userId":"user-00000000","amount":1.25,"timestamp":1700000000000}\n');
  #time = this.#line.indexOf('17000');
  #micros = 0;
  #serial = 0;
  #random = 1;

  read(target) {
    const lines = Math.min(Math.floor(target.length / this.#line.length), events - this.events);
    for (let i = 0; i < lines; i++) this.#write(target, i * this.#line.length);
    this.events += lines;
    return lines * this.#line.length;
  }

  #draw() {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) | 0;
    return (this.#random >>> 8) / 0x1000000;
  }

  #write(bytes, at) {
    this.#micros += stepMicros;
    bytes.set(this.#line, at);
    this.#digits(bytes, at + 16, this.#draw() < hotShare ? 99999999 : this.#serial++, 8);
    const late = this.#draw() < disorderShare ? Math.floor(this.#draw() * view.maxWindowMs) : 0;
    const ms = Math.floor(this.#micros / 1000) + 100_000_000 - late;
    this.#digits(bytes, at + this.#time, 1_700_000 + Math.floor(ms / 1e6), 7);
    this.#digits(bytes, at + this.#time + 7, ms % 1e6, 6);
  }

  #digits(bytes, at, value, count) {
    let rest = value | 0;
    for (let p = at + count - 1; p >= at; p--) {
      const tens = (rest / 10) | 0;
      bytes[p] = 0x30 + (rest - tens * 10);
      rest = tens;
    }
  }

  close() {}
}

const memory = reserveMemory(view, 1, lanes);
const { slotLayout } = memory;
const source = new MovingSource();
const chunker = new LineChunker(memory.arena, slotLayout, source);
const cycle = new DutyCycle(memory.tasks[0]);
const { ring } = cycle;
const counters = new Float64Array(memory.counters);
const sum = read => memory.shards.reduce((total, shard) => total + read(shard), 0);
const taken = [];
const batches = [];
/** Chunks before V8 has compiled what runs: their times are not the data path's. */
const warmUpChunks = 64;

function sample(seconds) {
  taken.push({
    events: source.events,
    seconds,
    rssBytes: process.memoryUsage.rss(),
    stateBytes: stateBytesIn(memory.shards),
    recordsUsed: sum(shard => shard.i32[recordsUsed]),
    indexSlots: sum(shard => shard.i32[indexMask] + 1),
    live: sum(shard => shard.i32[recordsLive]),
    reclaimed: sum(shard => shard.f64[countReclaimed]),
  });
}

const startedAt = performance.now();
for (let sequence = 0; ; sequence++) {
  const filled = chunker.fill(ring.slotOf(sequence) * slotLayout.strideBytes);
  if (filled === 'end') break;
  if (filled !== 'chunk') throw new Error(`filled ${filled}`);
  ring.publish();
  counters[countLongestBatchMs] = 0;
  while (!ring.isEncoded(sequence)) if (!cycle.turn()) throw new Error(`stuck at chunk ${sequence}`);
  if (sequence >= warmUpChunks) batches.push(counters[countLongestBatchMs]);
  ring.acked(sequence);
  if (source.events >= ((taken.length + 1) * events) / samples)
    sample((performance.now() - startedAt) / 1000);
}
const letters = counters.slice(0, 15).reduce((total, n) => total + n, 0);
batches.sort((a, b) => a - b);
parentPort.postMessage({ taken, letters, longestMs: batches.at(-1), medianMs: batches[batches.length >> 1] });
