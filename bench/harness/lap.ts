import { type EventShape, writeEvents } from './event-file.js';

const windowMs = 600_000;

/** The lines of one lap, and by how much the next lap's times lie after it. */
export interface Lap {
  readonly lines: Uint8Array;
  readonly events: number;
  readonly lapMs: number;
  /** Laps after which every window of ten minutes is as full as it will be. */
  readonly lapsToFill: number;
}

export function makeLap(shape: EventShape): Lap {
  const parts: Uint8Array[] = [];
  writeEvents(shape, bytes => parts.push(Uint8Array.from(bytes)));
  const lines = Buffer.concat(parts);
  const first = timeOf(lines.subarray(0, lines.indexOf(0x0a)));
  const last = timeOf(lines.subarray(lines.lastIndexOf(0x0a, lines.length - 2) + 1));
  const lapMs = last - first + Math.ceil(windowMs / (shape.users * shape.perWindow));
  return { lines, events: shape.events, lapMs, lapsToFill: Math.ceil(windowMs / lapMs) };
}

function timeOf(line: Buffer): number {
  return (JSON.parse(line.toString()) as { timestamp: number }).timestamp;
}

interface History {
  readonly times: number[];
  /** Cents of the lap before each event, and of all. */
  readonly centsBefore: number[];
}

/**
 * The sums of all counts and of all sums over a lap, once the windows are full: from the definition, by looking at
 * each user's events in the endless repetition of the lap. Shares nothing with the engine; exact, in cents.
 */
export function lapAnswer({ lines, lapMs, lapsToFill }: Lap): { c: number; s: number } {
  const histories = readHistories(lines);
  let c = 0;
  let cents = 0;
  for (const { times, centsBefore } of histories.values()) {
    const n = times.length;
    const lapOf = (at: number): number => Math.floor(at / n);
    const timeAt = (at: number): number => times[at - lapOf(at) * n] + lapOf(at) * lapMs;
    const before = (at: number): number => centsBefore[at - lapOf(at) * n] + lapOf(at) * centsBefore[n];
    let oldest = -(lapsToFill + 1) * n;
    for (let i = 0; i < n; i++) {
      while (timeAt(oldest) <= times[i] - windowMs) oldest++;
      c += i + 1 - oldest;
      cents += before(i + 1) - before(oldest);
    }
  }
  return { c, s: cents / 100 };
}

function readHistories(lines: Uint8Array): Map<string, History> {
  const histories = new Map<string, History>();
  for (const line of Buffer.from(lines.buffer, lines.byteOffset, lines.length)
    .toString()
    .trimEnd()
    .split('\n')) {
    const event = JSON.parse(line) as { userId: string; amount: number; timestamp: number };
    const history = histories.get(event.userId) ?? { times: [], centsBefore: [0] };
    histories.set(event.userId, history);
    const { times, centsBefore } = history;
    centsBefore.push(centsBefore[times.length] + Math.round(event.amount * 100));
    times.push(event.timestamp);
  }
  return histories;
}

/** Throws unless the engine's answer for a lap is the right one. */
export function checkLap(found: { rows: number; c: number; s: number }, lap: Lap): void {
  const expected = lapAnswer(lap);
  const isRight =
    found.rows === lap.events &&
    found.c === expected.c &&
    Math.abs(found.s - expected.s) <= 1e-9 * Math.abs(expected.s);
  if (isRight) return;
  throw new Error(
    `a lap of ${lap.events} events: expected c ${expected.c} s ${expected.s}, ` +
      `found ${found.rows} rows, c ${found.c} s ${found.s}`,
  );
}
