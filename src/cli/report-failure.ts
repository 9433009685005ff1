import { CommanderError } from 'commander';
import { MillraceError } from '../errors.js';
import { InvalidViewError } from '../view/invalid-view-error.js';
import { paintFor, type TextStream } from './terminal.js';

/** One clear line and a hint. The stack is for us: only with MILLRACE_DEBUG=1. */
export function reportFailure(
  error: unknown,
  stream: TextStream,
  env: NodeJS.ProcessEnv = process.env,
): void {
  // Commander has written its own message.
  if (error instanceof CommanderError) return;
  const paint = paintFor(stream, env);
  if (env.MILLRACE_DEBUG === '1') {
    stream.write(`${error instanceof Error ? describeStack(error) : String(error)}\n`);
    return;
  }
  if (error instanceof InvalidViewError) {
    const formats = { place: 'bold', error: 'red', caret: 'red' } as const;
    stream.write(`${error.format((part, text) => paint(formats[part], text))}\n`);
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  stream.write(`${paint('red', 'error:')} ${message.split('\n')[0]}\n`);
  const hint = error instanceof MillraceError ? error.hint : 'MILLRACE_DEBUG=1 shows where it happened';
  if (hint !== undefined) stream.write(`${paint('dim', `hint: ${hint}`)}\n`);
}

function describeStack(error: Error): string {
  const stack = error.stack ?? error.message;
  return error.cause instanceof Error ? `${stack}\ncaused by: ${describeStack(error.cause)}` : stack;
}
