import { availableParallelism } from 'node:os';
import type { Section } from '../harness/section.js';
import { formatRate } from '../harness/table.js';
import type { BrokerFloor } from './broker-floor.js';
import { judgePulsar } from './goals.js';
import type { PulsarFigure } from './match.js';

const title = 'Pulsar: our client beside the Java client, on one broker';

export function skippedSection(why: string): Section {
  return { title, table: { columns: [], rows: [] }, notes: [`skipped: ${why}`], figures: null, wrong: [] };
}

export function pulsarSections(
  figures: readonly PulsarFigure[],
  floor: BrokerFloor,
  wrong: readonly string[],
): Section[] {
  return [figureSection(figures, floor, wrong), goalSection(figures)];
}

function figureSection(
  figures: readonly PulsarFigure[],
  floor: BrokerFloor,
  wrong: readonly string[],
): Section {
  const number = (value: number | null, digits: number): string => value?.toFixed(digits) ?? '-';
  return {
    title,
    table: {
      columns: [
        { title: 'work', align: 'left' },
        { title: 'client', align: 'left' },
        ...['runs', 'msg/s', 'CPU s/M', 'p50 ms', 'p99 ms', 'p99.9 ms', 'RSS MB'].map(column => ({
          title: column,
          align: 'right' as const,
        })),
        { title: 'answer', align: 'left' },
      ],
      rows: figures.map(figure => [
        figure.title,
        figure.side,
        String(figure.runs),
        formatRate(figure.messagesPerSecond),
        number(figure.cpuSecondsPerMillion, 3),
        number(figure.p50Ms, 2),
        number(figure.p99Ms, 2),
        number(figure.p999Ms, 2),
        number(figure.rssMaxBytes === null ? null : figure.rssMaxBytes / 1e6, 0),
        figure.answer === 'equal' ? 'equal' : 'WRONG',
      ]),
    },
    notes: [
      `Broker and clients share ${availableParallelism()} cores: ratios and CPU per message count, not msg/s.`,
      'Medians of alternating rounds; CPU and time of the timed part only, after a warm-up in the same process.',
      '10 k/s one by one: a call for each message, open loop, the client batches for at most 1 ms; from when it was meant to be sent.',
      'The broker does not sync its journal (journalSyncData=false).',
      `The broker's own floor: SEND to SEND_RECEIPT by a bare socket, idle: p50 ${floor.p50Ms.toFixed(2)} ms, p99 ${floor.p99Ms.toFixed(2)} ms.`,
    ],
    figures: { figures, floor },
    wrong,
  };
}

function goalSection(figures: readonly PulsarFigure[]): Section {
  const goals = judgePulsar(figures);
  return {
    title: 'Pulsar: the figures to reach',
    table: {
      columns: ['what', 'want', 'got', 'verdict'].map(column => ({ title: column, align: 'left' as const })),
      rows: goals.map(({ what, want, got, isReached }) => [
        what,
        want,
        got ?? '-',
        isReached === null ? 'no figure' : isReached ? 'reached' : 'MISS',
      ]),
    },
    notes: [],
    figures: goals,
    wrong: [],
  };
}
