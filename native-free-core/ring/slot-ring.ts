import {
  ackedWord,
  aggregatedWord,
  bellWord,
  decodedWord,
  decodeTicketWord,
  encodedWord,
  encodeTicketWord,
  mainThread,
  parkedWord,
  publishedWord,
  readyWord,
  stopWord,
} from '../layout/run-words.js';

/** The sequence after this one: 31 bits, so that -1 is free to mean "none". */
export function following(sequence: number): number {
  return (sequence + 1) & 0x7fffffff;
}

/** How far `a` lies ahead of `b`, over the wrap; negative if it lies behind. */
export function distance(a: number, b: number): number {
  return ((a - b) << 1) >> 1;
}

/**
 * The ring of chunk slots: which stage may touch which slot, and nothing else. A chunk goes
 * free → published → decoded → aggregated (by every worker) → encoded → acked = free.
 * Nothing here blocks: "not yet" is the return value -1. Sequences wrap at 2^31.
 *
 * After the LMAX Disruptor (one sequence word per stage, each with one writer); the two ticket words are the
 * exception: workers race for them with a compare-and-swap.
 */
export class SlotRing {
  readonly #words: Int32Array;
  readonly #mask: number;

  /**
   * @param words Int32Array over the control block of `runWordsBytes(slots)` bytes
   * @param slots a power of two
   */
  constructor(
    words: Int32Array,
    readonly slots: number,
    readonly workers: number,
  ) {
    if ((slots & (slots - 1)) !== 0) throw new Error(`slots must be a power of two, got ${slots}`);
    this.#words = words;
    this.#mask = slots - 1;
  }

  slotOf(sequence: number): number {
    return sequence & this.#mask;
  }

  get stop(): number {
    return Atomics.load(this.#words, stopWord);
  }

  /** Worker: it has begun to look for work. */
  begun(): void {
    Atomics.add(this.#words, readyWord, 1);
    this.ring(mainThread);
  }

  /** Main: whether every worker has begun. */
  get areWorkersReady(): boolean {
    return Atomics.load(this.#words, readyWord) === this.workers;
  }

  /** Main: hands over the chunk with the next sequence; its slot is filled. */
  publish(): void {
    Atomics.store(this.#words, publishedWord, following(Atomics.load(this.#words, publishedWord)));
    this.wakeWorkers(-1);
  }

  get published(): number {
    return Atomics.load(this.#words, publishedWord);
  }

  /** Main: whether the chunk is encoded. */
  isEncoded(sequence: number): boolean {
    const word = encodedWord(sequence & this.#mask, this.slots);
    return Atomics.load(this.#words, word) === following(sequence);
  }

  /** Worker: takes the next chunk to decode, or -1. */
  takeDecode(): number {
    const words = this.#words;
    const next = Atomics.load(words, decodeTicketWord);
    if (distance(Atomics.load(words, publishedWord), next) <= 0) return -1;
    return Atomics.compareExchange(words, decodeTicketWord, next, following(next)) === next ? next : -1;
  }

  decoded(sequence: number, worker: number): void {
    Atomics.store(this.#words, decodedWord(sequence & this.#mask), following(sequence));
    this.wakeWorkers(worker);
  }

  /** Worker: the chunk it must aggregate next, if it is decoded; else -1. */
  nextAggregate(worker: number): number {
    const words = this.#words;
    const next = Atomics.load(words, aggregatedWord(worker));
    const ready = Atomics.load(words, decodedWord(next & this.#mask)) === following(next);
    return ready ? next : -1;
  }

  aggregated(sequence: number, worker: number): void {
    Atomics.store(this.#words, aggregatedWord(worker), following(sequence));
    this.wakeWorkers(worker);
  }

  /** Worker: takes the next chunk that every worker has aggregated, or -1. */
  takeEncode(): number {
    const words = this.#words;
    const next = Atomics.load(words, encodeTicketWord);
    for (let worker = 0; worker < this.workers; worker++) {
      if (distance(Atomics.load(words, aggregatedWord(worker)), next) <= 0) return -1;
    }
    return Atomics.compareExchange(words, encodeTicketWord, next, following(next)) === next ? next : -1;
  }

  /**
   * Main is woken for half a ring of chunks, not for each one: a wake-up costs tens of microseconds. A worker that
   * runs out of work wakes it too (`wakeMain`), so that nothing waits for company.
   */
  encoded(sequence: number): void {
    const words = this.#words;
    Atomics.store(words, encodedWord(sequence & this.#mask, this.slots), following(sequence));
    if (distance(following(sequence), Atomics.load(words, ackedWord)) * 2 >= this.slots)
      this.wake(mainThread);
  }

  wakeMain(): void {
    this.wake(mainThread);
  }

  /** Main: the sinks have confirmed the chunk; its slot is free. */
  acked(sequence: number): void {
    Atomics.store(this.#words, ackedWord, following(sequence));
  }

  /** Worker: whether any of the three `take` calls could succeed now. */
  hasWork(worker: number): boolean {
    const words = this.#words;
    if (Atomics.load(words, stopWord) !== 0) return true;
    if (this.nextAggregate(worker) !== -1) return true;
    if (distance(Atomics.load(words, publishedWord), Atomics.load(words, decodeTicketWord)) > 0) return true;
    const next = Atomics.load(words, encodeTicketWord);
    for (let other = 0; other < this.workers; other++) {
      if (distance(Atomics.load(words, aggregatedWord(other)), next) <= 0) return false;
    }
    return true;
  }

  /** Worker: whether every published chunk is encoded or taken for encoding, so that it may leave. */
  isDrained(): boolean {
    return Atomics.load(this.#words, publishedWord) === Atomics.load(this.#words, encodeTicketWord);
  }

  requestStop(how: number): void {
    Atomics.store(this.#words, stopWord, how);
    for (let worker = 0; worker < this.workers; worker++) this.ring(1 + worker);
  }

  wakeWorkers(except: number): void {
    for (let worker = 0; worker < this.workers; worker++) if (worker !== except) this.wake(1 + worker);
  }

  /** Wakes a thread if it is parked: an unconditional notify would take V8's process-wide lock each time. */
  wake(thread: number): void {
    if (Atomics.load(this.#words, parkedWord(thread)) === 1) this.ring(thread);
  }

  ring(thread: number): void {
    Atomics.add(this.#words, bellWord(thread), 1);
    Atomics.notify(this.#words, bellWord(thread));
  }
}
