// The whole of a worker's work in one thread, over input that is made without allocating, under a GC observer.
import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { countMerged, countReclaimed, recordsLive } from '../../dist/native-free-core/layout/shard-layout.js';
import { countSlowNumbers } from '../../dist/native-free-core/layout/worker-counters.js';
import { reserveMemory } from '../../dist/src/engine-memory.js';
import { LineChunker } from '../../dist/src/source/line-chunker.js';
import { DutyCycle } from '../../dist/workers/duty-cycle.js';

const { view, events, warmUpEvents, allocates } = workerData;
const chunksPerBreath = 64;

/** Patches users, amounts (17 digits) and times into one prepared chunk, again and again. */
class PatchedSource {
  publishTimeMs = Number.POSITIVE_INFINITY;
  events = 0;
  kept = undefined;
  #line = new TextEncoder().encode(
    '{"userId":"user-00000000","amount":0.0000000000000000,"timestamp":1700000000000}\n',
  );
  #user = 16;
  #amount = 35;
  #time = 66;
  #chunk;
  #lines;
  #nowMs = 0;
  #random = 12345;

  constructor(bytes) {
    this.#lines = Math.floor(bytes / this.#line.length);
    this.#chunk = new Uint8Array(this.#lines * this.#line.length);
    for (let i = 0; i < this.#lines; i++) this.#chunk.set(this.#line, i * this.#line.length);
  }

  read(target) {
    for (let i = 0; i < this.#lines; i++) {
      this.#patch(i * this.#line.length);
      if (allocates) this.kept = { i };
    }
    target.set(this.#chunk);
    this.events += this.#lines;
    return this.#chunk.length;
  }

  #draw(below) {
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) | 0;
    return ((this.#random >>> 8) % below) | 0;
  }

  #patch(at) {
    this.#nowMs += this.#draw(21);
    const kind = this.#draw(100);
    // Of a hundred: 3 of one hot user, 10 of a few that stay, the rest of users that come and go with time.
    const passing = 1000 + Math.floor(this.#nowMs / 500) + this.#draw(2000);
    this.#digits(at + this.#user, kind < 3 ? 0 : kind < 13 ? 1 + this.#draw(50) : passing, 8);
    this.#digits(at + this.#amount, 1 + this.#draw(9), 1);
    this.#digits(at + this.#amount + 2, this.#draw(100000000), 8);
    this.#digits(at + this.#amount + 10, this.#draw(10000000) * 10 + 1 + this.#draw(9), 8);
    const late = this.#draw(10) === 0 ? this.#draw(30000) : 0;
    const ms = 1000000 + this.#nowMs - late;
    const millions = Math.floor(ms / 1000000);
    this.#digits(at + this.#time, 1700000 + millions, 7);
    this.#digits(at + this.#time + 7, ms - millions * 1000000, 6);
  }

  #digits(at, value, count) {
    const bytes = this.#chunk;
    let rest = value | 0;
    for (let p = at + count - 1; p >= at; p--) {
      const tens = (rest / 10) | 0;
      bytes[p] = 0x30 + (rest - tens * 10);
      rest = tens;
    }
  }

  close() {}
}

const memory = reserveMemory(view, 1, 16, { shardBytes: 64 << 20 });
const { slotLayout } = memory;
const source = new PatchedSource(slotLayout.targetBytes);
const chunker = new LineChunker(memory.arena, slotLayout, source);
const cycle = new DutyCycle(memory.tasks[0]);
const { ring } = cycle;
let sequence = 0;

function turnChunk() {
  chunker.fill(ring.slotOf(sequence) * slotLayout.strideBytes);
  ring.publish();
  while (!ring.isEncoded(sequence)) if (!cycle.turn()) throw new Error(`stuck at chunk ${sequence}`);
  ring.acked(sequence++);
}

async function run(until) {
  for (let chunks = 1; source.events < until; chunks++) {
    turnChunk();
    if (chunks % chunksPerBreath === 0) await nextTurn();
  }
  await nextTurn();
}

// Only scavenges: they come of new objects, while V8 begins a mark-compact for reasons of its own (idle time).
let scavenges = 0;
const observer = new PerformanceObserver(list => {
  for (const { detail } of list.getEntries())
    if (detail.kind === constants.NODE_PERFORMANCE_GC_MINOR) scavenges++;
});

await run(warmUpEvents);
observer.observe({ entryTypes: ['gc'] });
await nextTurn();
const chunksBefore = sequence;
const startedAt = performance.now();
await run(warmUpEvents + events);
const seconds = (performance.now() - startedAt) / 1000;
await new Promise(resolve => setTimeout(resolve, 20));
observer.disconnect();
const total = index => memory.shards.reduce((sum, shard) => sum + shard.f64[index], 0);
const counters = new Float64Array(memory.counters);
parentPort.postMessage({
  scavenges,
  seconds,
  chunks: sequence - chunksBefore,
  letters: counters.slice(0, 15).reduce((sum, n) => sum + n, 0),
  slowNumbers: counters[countSlowNumbers],
  reclaimed: total(countReclaimed),
  merged: total(countMerged),
  entities: memory.shards.reduce((sum, shard) => sum + shard.i32[recordsLive], 0),
});
