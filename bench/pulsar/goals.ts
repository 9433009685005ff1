import type { PulsarFigure } from './match.js';

export interface PulsarGoal {
  readonly what: string;
  readonly want: string;
  /** Null where a side has no figure. */
  readonly got: string | null;
  readonly isReached: boolean | null;
}

export const sideNames = {
  java: 'Java client',
  decode: 'Millrace, decoded columns',
  walk: 'Millrace, walking only',
  ours: 'Millrace',
} as const;

const rssBytesMax = 150e6;

type Measure = 'messagesPerSecond' | 'cpuSecondsPerMillion' | 'p50Ms' | 'p99Ms' | 'p999Ms';

/** The targets of the Pulsar client beside the Java client, by medians of this run. */
export function judgePulsar(figures: readonly PulsarFigure[]): PulsarGoal[] {
  const value = (work: string, title: string | undefined, side: string, measure: Measure): number | null =>
    figures.find(
      figure =>
        figure.work === work && figure.side === side && (title === undefined || figure.title === title),
    )?.[measure] ?? null;
  const ratio = (
    what: string,
    work: string,
    side: string,
    measure: Measure,
    isGood: (ratio: number) => boolean,
    want: string,
    title?: string,
  ): PulsarGoal => {
    const ours = value(work, title, side, measure);
    const java = value(work, title, sideNames.java, measure);
    const got = ours === null || java === null ? null : ours / java;
    if (got === null) return { what, want, got, isReached: null };
    return { what, want, got: `${got.toPrecision(3)} x`, isReached: isGood(got) };
  };
  const { decode, walk, ours } = sideNames;
  const latencies = [...new Set(figures.filter(({ work }) => work === 'latency').map(({ title }) => title))];
  return [
    ratio('drain, msg/s', 'drain', decode, 'messagesPerSecond', x => x >= 1.5, '>= 1.5 x'),
    ratio('drain, CPU', 'drain', decode, 'cpuSecondsPerMillion', x => x <= 1 / 3, '<= 0.333 x'),
    ratio('drain by walking, CPU', 'drain', walk, 'cpuSecondsPerMillion', x => x <= 0.1, '<= 0.1 x'),
    ...[decode, walk].map(side => rssGoal(figures, side)),
    ratio('produce, msg/s', 'produce', ours, 'messagesPerSecond', x => x >= 1.2, '>= 1.2 x'),
    ratio('produce, CPU', 'produce', ours, 'cpuSecondsPerMillion', x => x <= 0.5, '<= 0.5 x'),
    ...latencies.flatMap(title =>
      (['p50Ms', 'p99Ms', 'p999Ms'] as const).map(name =>
        ratio(`${title}, ${name.slice(0, -2)}`, 'latency', ours, name, x => x <= 1, '<= 1 x', title),
      ),
    ),
  ];
}

function rssGoal(figures: readonly PulsarFigure[], side: string): PulsarGoal {
  const bytes = figures.find(figure => figure.work === 'drain' && figure.side === side)?.rssMaxBytes ?? null;
  const head = { what: `drain, RSS (${side})`, want: '<= 150 MB' };
  if (bytes === null) return { ...head, got: null, isReached: null };
  return { ...head, got: `${(bytes / 1e6).toFixed(0)} MB`, isReached: bytes <= rssBytesMax };
}
