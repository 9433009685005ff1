import { type Summary, speedRatio } from './result.js';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

export interface Table {
  readonly columns: readonly Column[];
  /** Each row has as many cells as there are columns. */
  readonly rows: readonly (readonly string[])[];
}

/** Plain text, aligned by spaces, with a line under the titles. */
export function printTable({ columns, rows }: Table): string {
  const lines = [columns.map(column => column.title), ...rows];
  const widths = columns.map((_, i) => Math.max(...lines.map(line => line[i].length)));
  const print = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (columns[i].align === 'left' ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd();
  const rule = widths.map(width => '-'.repeat(width)).join('  ');
  return `${[print(lines[0]), rule, ...rows.map(print)].join('\n')}\n`;
}

/** A table of GitHub's Markdown. */
export function printMarkdown({ columns, rows }: Table): string {
  const print = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const rule = `|${columns.map(column => (column.align === 'left' ? '---' : '---:')).join('|')}|`;
  return `${[print(columns.map(column => column.title)), rule, ...rows.map(print)].join('\n')}\n`;
}

/** 3,214,000 as `3.21 M`; 56,120 as `56.1 k`. */
export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return '-';
  if (perSecond >= 999_500) return `${(perSecond / 1e6).toPrecision(3)} M`;
  if (perSecond >= 999.5) return `${(perSecond / 1e3).toPrecision(3)} k`;
  return perSecond.toPrecision(3);
}

export function formatRatio(ratio: number | null): string {
  if (ratio === null) return '-';
  return ratio >= 100 ? `${ratio.toFixed(0)} x` : `${ratio.toPrecision(3)} x`;
}

function formatNumber(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}

const summaryColumns: readonly Column[] = [
  { title: 'data', align: 'left' },
  { title: 'work', align: 'left' },
  { title: 'engine', align: 'left' },
  { title: 'runs', align: 'right' },
  { title: 'events/s', align: 'right' },
  { title: 'CPU s/M', align: 'right' },
  { title: 'RSS MB', align: 'right' },
  { title: 'answer', align: 'left' },
];

/** The figures of every engine; with `engine`, also how many times as fast that engine is. */
export function summaryTable(summaries: readonly Summary[], engine?: string): Table {
  const columns =
    engine === undefined
      ? summaryColumns
      : summaryColumns.toSpliced(5, 0, { title: `${engine} is`, align: 'right' });
  const rows = summaries.map(summary => {
    const cells = [
      summary.dataset,
      summary.workload,
      summary.title,
      String(summary.runs),
      formatRate(summary.eventsPerSecond),
      formatNumber(summary.cpuSecondsPerMillion, 2),
      formatNumber(summary.peakRssBytes === null ? null : summary.peakRssBytes / 1e6, 0),
      summary.answer,
    ];
    return engine === undefined ? cells : cells.toSpliced(5, 0, ratioTo(summaries, summary, engine));
  });
  return { columns, rows };
}

function ratioTo(summaries: readonly Summary[], summary: Summary, engine: string): string {
  const own = summaries.find(
    other =>
      other.peer === engine && other.dataset === summary.dataset && other.workload === summary.workload,
  );
  return own === undefined || own === summary ? '-' : formatRatio(speedRatio(own, summary));
}
