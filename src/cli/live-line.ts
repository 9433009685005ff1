import type { RunStats } from '../run-options.js';
import { liveText } from './run-figures.js';
import type { TextStream } from './terminal.js';

const intervalMs = 250;
/** Ticks that the rate is taken over: the last second. */
const rateTicks = 4;

/** One line on a terminal that is rewritten four times a second. */
export class LiveLine {
  private readonly marks: { atMs: number; records: number }[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stream: TextStream,
    private readonly read: () => RunStats,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  start(): void {
    this.timer = setInterval(() => this.draw(), intervalMs);
    this.timer.unref();
  }

  draw(): void {
    const stats = this.read();
    this.marks.push({ atMs: this.nowMs(), records: stats.records });
    if (this.marks.length > rateTicks + 1) this.marks.shift();
    // A terminal that does not know its width says 0.
    const columns = this.stream.columns || 80;
    const text = liveText(stats, this.rate(), process.memoryUsage.rss(), columns);
    this.stream.write(`\r${text}\u001b[K`);
  }

  /** Stops, and clears the line for what comes after. */
  stop(): void {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.timer = undefined;
    this.stream.write('\r\u001b[K');
  }

  private rate(): number {
    const first = this.marks[0];
    const last = this.marks[this.marks.length - 1];
    const elapsedMs = last.atMs - first.atMs;
    return elapsedMs > 0 ? ((last.records - first.records) / elapsedMs) * 1000 : 0;
  }
}
