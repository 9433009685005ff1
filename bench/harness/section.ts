import { printMarkdown, printTable, type Table } from './table.js';

/** What one part of the benchmark found: a table for people, and the figures behind it. */
export interface Section {
  readonly title: string;
  readonly table: Table;
  /** Lines below the table: what the figures are, and what was left out. */
  readonly notes: readonly string[];
  /** Goes into `--json`. */
  readonly figures: unknown;
  /** Answers that were not right: they fail the benchmark. */
  readonly wrong: readonly string[];
}

export function printSection({ title, table, notes, wrong }: Section, isMarkdown: boolean): string {
  const below = [...notes, ...wrong.map(what => `WRONG: ${what}`)];
  if (!isMarkdown) return `\n${title}\n\n${printTable(table)}${below.map(note => `  ${note}\n`).join('')}`;
  return `\n## ${title}\n\n${printMarkdown(table)}${below.map(note => `\n${note}\n`).join('')}`;
}
