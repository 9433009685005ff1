import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const outputBytesMax = 4 << 20;

/** The path of a program that `PATH` holds. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

export interface Said {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most for `limitMs`. Never rejects: what it said tells. */
export function runProgram(
  file: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly limitMs: number },
): Promise<Said> {
  const { cwd, env, limitMs } = options;
  return new Promise(resolve => {
    execFile(
      file,
      args,
      { cwd, env, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: outputBytesMax },
      (error, stdout, stderr) => {
        const why = error === null ? '' : `\n${error.killed ? `stopped after ${limitMs / 1000} s` : ''}`;
        resolve({ ok: error === null, stdout, stderr: stderr + why });
      },
    );
  });
}

/** The last lines of an output, as one line for a message. */
export function lastLines(text: string, count = 5): string {
  return text.trim().split('\n').slice(-count).join(' / ');
}
