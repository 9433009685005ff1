import type { RunStats } from '../run-options.js';
import type { Paint } from './terminal.js';

/** 1234567 as `1.23M`: for the live line, where width is dear. */
export function shortCount(count: number): string {
  if (count < 10_000) return String(Math.round(count));
  const [divisor, letter] = count < 1e6 ? [1e3, 'k'] : count < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  return `${(count / divisor).toPrecision(3)}${letter}`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function milliseconds(ms: number): string {
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** `late 10, invalid_json 2`: the most frequent first. */
export function reasonsText(byReason: Readonly<Record<string, number>>): string {
  const counted = Object.entries(byReason).filter(([, count]) => count > 0);
  counted.sort((a, b) => b[1] - a[1]);
  return counted.map(([reason, count]) => `${reason} ${count}`).join(', ');
}

/** How many of which kind, and where they are. */
export function deadLettersText(stats: RunStats, path: string): string {
  const what = stats.deadLetters === 1 ? 'dead letter' : 'dead letters';
  return `${stats.deadLetters} ${what} ${whereText(stats, path)}`;
}

function whereText(stats: RunStats, path: string): string {
  return `(${reasonsText(stats.deadLettersByReason)}) in ${path}`;
}

/** One line that fits the terminal: the usual one fits 80 columns, and what matters least is cut first. */
export function liveText(
  stats: RunStats,
  eventsPerSecond: number,
  rssBytes: number,
  columns: number,
): string {
  const parts = [
    `${shortCount(eventsPerSecond)} events/s`,
    `latency ${milliseconds(stats.chunkMsP50)}`,
    `${shortCount(stats.entities)} entities`,
    `memory ${megabytes(rssBytes)}`,
  ];
  if (stats.deadLetters > 0) parts.push(`${shortCount(stats.deadLetters)} dead letters`);
  parts.push(`${shortCount(stats.vectors)} vectors`);
  return parts.join('  ').slice(0, Math.max(0, columns - 1));
}

/** What a run came to, for people. */
export function summaryText(stats: RunStats, deadLetterPath: string, rssBytes: number, paint: Paint): string {
  const rate = stats.seconds > 0 ? stats.records / stats.seconds : 0;
  const seconds = stats.seconds < 100 ? stats.seconds.toFixed(1) : String(Math.round(stats.seconds));
  const rows: [string, string][] = [
    [
      'events',
      `${stats.records} in ${seconds} s (${shortCount(rate)} events/s, ${megabytes(stats.bytesIn)})`,
    ],
    ['vectors', String(stats.vectors)],
    [
      'dead letters',
      stats.deadLetters === 0 ? '0' : `${stats.deadLetters} ${whereText(stats, deadLetterPath)}`,
    ],
    [
      'latency',
      `median ${milliseconds(stats.chunkMsP50)}, greatest ${milliseconds(stats.chunkMsMax)} per chunk`,
    ],
    ['entities', String(stats.entities)],
    ['memory', `${megabytes(rssBytes)}, of which state ${megabytes(stats.stateBytes)}`],
  ];
  const sample = stats.sample.trim();
  if (sample !== '') rows.push(['last vector', sample]);
  return rows.map(([name, value]) => `${paint('bold', name.padEnd(12))}  ${value}\n`).join('');
}
