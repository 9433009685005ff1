import type { FeatureView } from '../../native-free-core/feature-view.js';
import { formatDuration } from '../view/duration.js';
import { loadFeatureView } from '../view/load-feature-view.js';
import { paintFor, type TextStream } from './terminal.js';

/** @throws MillraceError where the view cannot be read or is not valid */
export function checkView(file: string, stdout: TextStream): void {
  const view = loadFeatureView(file);
  const paint = paintFor(stdout);
  stdout.write(`${file}: ${paint('green', 'valid')}\n${featureTable(view)}${settingsLine(view)}`);
}

function featureTable(view: FeatureView): string {
  const rows = [
    ['feature', 'function', 'column', 'window'],
    ...view.aggregations.map(({ name, function: functionName, column, windowMs }) => [
      JSON.stringify(name).slice(1, -1),
      functionName,
      column === -1 ? '-' : JSON.stringify(view.columns[column]).slice(1, -1),
      formatDuration(windowMs),
    ]),
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map(row => row[column].length)));
  const lines = rows.map(row => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
  return lines.map(line => `  ${line.trimEnd()}\n`).join('');
}

function settingsLine(view: FeatureView): string {
  const settings = [
    `max_window ${formatDuration(view.maxWindowMs)}`,
    `lateness ${formatDuration(view.latenessMs)}`,
    `max_ahead ${formatDuration(view.maxAheadMs)}`,
    `events_per_entity_max ${view.eventsPerEntityMax}`,
  ];
  return `  ${settings.join(', ')}\n`;
}
