import { setImmediate as nextTurn } from 'node:timers/promises';
import { stopDrain, stopNow } from '../native-free-core/layout/run-words.js';
import {
  headDeadLettersEnd,
  headPublishedAtMs,
  headVectorsEnd,
  type SlotLayout,
} from '../native-free-core/layout/slot-layout.js';
import { distance, following, SlotRing } from '../native-free-core/ring/slot-ring.js';
import type { EngineMemory } from './engine-memory.js';
import { Latency } from './latency.js';
import { MainBell } from './main-bell.js';
import type { Sink } from './sink/sink.js';
import type { Filled, LineChunker } from './source/line-chunker.js';

/** Turns without a pause before the event loop gets one: signals and timers must be heard. */
const turnsPerBreath = 16;
const sampleBytesMax = 4096;
const sampleEveryMs = 200;

/** What the pump moves between. */
export interface PumpEnds {
  readonly chunker: LineChunker;
  readonly vectors: Sink;
  readonly deadLetters: Sink;
}

/**
 * The main thread's part: fills free slots from the source, gives encoded slots to the sinks in order, and frees
 * them when the sinks have confirmed. Three cursors count chunks: consumed >= emitted >= acked.
 */
export class Pump {
  readonly latency = new Latency();
  readonly #ring: SlotRing;
  readonly #bell: MainBell;
  readonly #slots: SlotLayout;
  readonly #memory: EngineMemory;
  readonly #ends: PumpEnds;
  #consumed = 0;
  #emitted = 0;
  #acked = 0;
  #startedAt: number | undefined;
  #finishedAt: number | undefined;
  #reading = false;
  #filled: Filled | undefined;
  #hasEnded = false;
  #failure: unknown;
  /** Ends the wait for a sink that may never confirm. */
  #interrupt: ((error: unknown) => void) | undefined;
  #sample: Uint8Array = new Uint8Array(0);
  #sampledAt = Number.NEGATIVE_INFINITY;

  constructor(memory: EngineMemory, ends: PumpEnds) {
    const words = new Int32Array(memory.words);
    this.#ring = new SlotRing(words, memory.slots, memory.tasks.length);
    this.#bell = new MainBell(words);
    this.#slots = memory.slotLayout;
    this.#memory = memory;
    this.#ends = ends;
  }

  /** Moves everything, to the source's end or until `drain`; then tells the workers to leave. */
  async run(): Promise<void> {
    try {
      while (!this.#ring.areWorkersReady && this.#failure === undefined) {
        await this.#bell.wait(() => this.#ring.areWorkersReady || this.#failure !== undefined);
      }
      this.#startedAt = performance.now();
      for (let turns = 1; !this.#isDone(); turns++) {
        const moved = (await this.#emit()) || this.#consume();
        if (this.#failure !== undefined) throw this.#failure;
        if (!moved) await this.#bell.wait(() => this.#isReady());
        else if (turns % turnsPerBreath === 0) await nextTurn();
      }
      this.#finishedAt = performance.now();
      this.#ring.requestStop(stopDrain);
    } catch (error) {
      this.#ring.requestStop(stopNow);
      throw error;
    }
  }

  /** From the first read, once all workers had begun, to the last confirmation, or to now. */
  get seconds(): number {
    if (this.#startedAt === undefined) return 0;
    return ((this.#finishedAt ?? performance.now()) - this.#startedAt) / 1000;
  }

  /** Stops reading; what was read is finished. */
  drain(): void {
    this.#hasEnded = true;
    this.#bell.ring();
  }

  /** Ends the run with a failure that came from elsewhere (a worker). */
  fail(error: unknown): void {
    this.#failure = error;
    this.#interrupt?.(error);
    this.#bell.ring();
  }

  /** The latest vector that was sampled, without its line break. */
  get sample(): string {
    return new TextDecoder().decode(this.#sample).trimEnd();
  }

  #isDone(): boolean {
    const isEmpty = this.#acked === this.#consumed && this.#filled === undefined;
    return this.#hasEnded && isEmpty && this.#failure === undefined;
  }

  #isReady(): boolean {
    if (this.#failure !== undefined || this.#filled !== undefined || this.#isDone()) return true;
    if (this.#ring.isEncoded(this.#emitted)) return true;
    return !this.#hasEnded && !this.#reading && this.#hasFreeSlot();
  }

  #hasFreeSlot(): boolean {
    return distance(this.#consumed, this.#acked) < this.#ring.slots;
  }

  #slotAt(sequence: number): number {
    return this.#ring.slotOf(sequence) * this.#slots.strideBytes;
  }

  /** Gives the next chunk to the sinks, if it is encoded, and waits for their confirmation. */
  async #emit(): Promise<boolean> {
    if (!this.#ring.isEncoded(this.#emitted)) return false;
    const slot = this.#slotAt(this.#emitted);
    const { i32, f64, u8 } = this.#memory.arena;
    this.#emitted = following(this.#emitted);
    const vectors = u8.subarray(slot + this.#slots.vectors, i32[(slot >> 2) + headVectorsEnd]);
    const letters = u8.subarray(slot + this.#slots.deadLetters, i32[(slot >> 2) + headDeadLettersEnd]);
    const written = [this.#ends.vectors.write(vectors), this.#ends.deadLetters.write(letters)];
    for (const confirmation of written) if (confirmation !== undefined) await this.#confirmed(confirmation);
    this.#takeSample(vectors);
    this.latency.add(performance.now() - f64[(slot >> 3) + headPublishedAtMs]);
    this.#ring.acked(this.#acked);
    this.#acked = following(this.#acked);
    if (this.#ends.vectors.isClosedByReader) this.#hasEnded = true;
    return true;
  }

  #confirmed(confirmation: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      confirmation.then(resolve, reject);
    });
  }

  #takeSample(vectors: Uint8Array): void {
    const now = performance.now();
    if (vectors.length === 0 || now - this.#sampledAt < sampleEveryMs) return;
    this.#sampledAt = now;
    const begin = vectors.subarray(0, -1).lastIndexOf(0x0a) + 1;
    this.#sample = vectors.slice(begin, begin + sampleBytesMax);
  }

  /** Fills the next free slot, or goes on with the one that it waits for. */
  #consume(): boolean {
    if (this.#filled !== undefined) {
      const filled = this.#filled;
      this.#filled = undefined;
      this.#settle(filled);
      return true;
    }
    if (this.#hasEnded || this.#reading || !this.#hasFreeSlot()) return false;
    const filled = this.#ends.chunker.fill(this.#slotAt(this.#consumed));
    if (typeof filled === 'string') {
      this.#settle(filled);
      return true;
    }
    this.#reading = true;
    filled.then(
      result => {
        this.#reading = false;
        this.#filled = result;
        this.#bell.ring();
      },
      error => this.fail(error),
    );
    return false;
  }

  #settle(filled: Filled): void {
    if (filled === 'end') this.#hasEnded = true;
    if (filled !== 'chunk') return;
    const slot = this.#slotAt(this.#consumed);
    this.#memory.arena.f64[(slot >> 3) + headPublishedAtMs] = performance.now();
    this.#consumed = following(this.#consumed);
    this.#ring.publish();
  }
}
