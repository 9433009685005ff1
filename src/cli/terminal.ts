import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** A stream that may be a terminal: standard output or standard error. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/**
 * Colours only on a terminal, and not where NO_COLOR is set (https://no-color.org) or the terminal is dumb.
 */
export function hasColours(stream: TextStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (stream.isTTY !== true) return false;
  return (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

export type Paint = (format: Format, text: string) => string;

export function paintFor(stream: TextStream, env: NodeJS.ProcessEnv = process.env): Paint {
  if (!hasColours(stream, env)) return (_format, text) => text;
  return (format, text) => styleText(format, text, { validateStream: false });
}
