import { generatorEntitiesMax } from '../../native-free-core/limits.js';
import {
  type AliasTable,
  amountQuantiles,
  gapQuantiles,
  quantileCells,
  zipfTable,
} from './generator-tables.js';
import { Random } from './random.js';
import { lineBytesBound, TransactionLine } from './transaction-line.js';

export type Skew = { readonly kind: 'uniform' } | { readonly kind: 'zipf'; readonly exponent: number };

export interface GeneratorOptions {
  /** How many events; Infinity for an endless stream. */
  readonly events: number;
  /** Distinct users, up to `generatorEntitiesMax`. */
  readonly entities: number;
  readonly seed: number;
  readonly skew: Skew;
  /** A quarter of the events carry a time up to this much earlier than their place in the stream. */
  readonly disorderMs: number;
  /** Events per second of event time, and of real time where the pipeline paces; 0 does not pace. */
  readonly ratePerSecond: number;
  /** Event time at which the stream begins, epoch ms. */
  readonly startMs: number;
}

/** Rate of event time where `ratePerSecond` is 0. */
export const unpacedEventsPerSecond = 10_000;

/**
 * Writes transactions as NDJSON: `{"userId":"user-000123","amount":21.09,"timestamp":1732300000001}`. The
 * same options give the same bytes on any Node, however `fill` is sliced: randomness is integer arithmetic,
 * and tables come from the basic operations (portable-math.ts). Nothing is allocated per event.
 */
export class EventGenerator {
  private readonly random: Random;
  private readonly line = new TransactionLine();
  private readonly amounts = amountQuantiles();
  private readonly gaps = gapQuantiles();
  private readonly zipf: AliasTable | undefined;
  private readonly meanGapMs: number;
  /** Event time is kept in two parts, or gaps below its last place (2.4e-4 ms) would not add up. */
  private wholeMs: number;
  private fractionMs = 0;
  /** The next event, drawn and not yet written. */
  private user = 0;
  private cents = 0;
  private timeMs = 0;
  private writtenEvents = 0;

  constructor(private readonly options: GeneratorOptions) {
    const { seed, entities, skew, ratePerSecond, startMs } = options;
    if (!(entities >= 1 && entities <= generatorEntitiesMax)) {
      throw new RangeError(`expected 1 to ${generatorEntitiesMax} entities, found ${entities}`);
    }
    this.random = new Random(seed);
    this.zipf = skew.kind === 'zipf' ? zipfTable(entities, skew.exponent) : undefined;
    this.meanGapMs = 1000 / (ratePerSecond > 0 ? ratePerSecond : unpacedEventsPerSecond);
    this.wholeMs = startMs;
    this.draw();
  }

  /** Events written so far. */
  get produced(): number {
    return this.writtenEvents;
  }

  get done(): boolean {
    return this.writtenEvents >= this.options.events;
  }

  /**
   * Writes whole lines into `bytes[start, end)`, at most `maxEvents` of them.
   * @returns the end of what was written: `start` if no line fits, or all events are written
   */
  fill(bytes: Uint8Array, start: number, end: number, maxEvents: number): number {
    const eventsMax = Math.min(maxEvents, this.options.events - this.writtenEvents);
    let at = start;
    let events = 0;
    while (events < eventsMax) {
      const room = end - at;
      if (room < lineBytesBound && room < this.line.lineBytes(this.user, this.cents, this.timeMs)) break;
      at = this.line.write(bytes, at, this.user, this.cents, this.timeMs);
      events++;
      this.draw();
    }
    this.writtenEvents += events;
    return at;
  }

  private draw(): void {
    const { random, options } = this;
    this.user = this.zipf === undefined ? this.below(options.entities) : this.drawZipf(this.zipf);
    const bits = random.next();
    const cell = bits >>> 20;
    const low = this.amounts[cell];
    this.cents = Math.floor(low + (this.amounts[cell + 1] - low) * ((bits & 0xfffff) / 0x100000));
    this.advance(this.drawGap() * this.meanGapMs);
    this.timeMs = this.wholeMs;
    if (options.disorderMs > 0) {
      const share = random.next();
      if ((share & 3) === 0)
        this.timeMs -= Math.floor(((share >>> 2) / 0x40000000) * (options.disorderMs + 1));
      if (this.timeMs < 0) this.timeMs = 0;
    }
  }

  private below(count: number): number {
    return Math.floor((this.random.next() / 0x1_0000_0000) * count);
  }

  private drawZipf(table: AliasTable): number {
    const column = this.below(table.aliases.length);
    return this.random.next() <= table.thresholds[column] ? column : table.aliases[column];
  }

  private drawGap(): number {
    const last = quantileCells - 1;
    let gap = 0;
    for (;;) {
      const bits = this.random.next();
      const cell = bits >>> 20;
      const low = this.gaps[cell];
      gap += low;
      if (cell < last) return gap + (this.gaps[cell + 1] - low) * ((bits & 0xfffff) / 0x100000);
    }
  }

  private advance(gapMs: number): void {
    this.fractionMs += gapMs;
    if (this.fractionMs < 1) return;
    const whole = Math.floor(this.fractionMs);
    this.wholeMs += whole;
    this.fractionMs -= whole;
  }
}
