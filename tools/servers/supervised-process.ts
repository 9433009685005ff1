import { spawn } from 'node:child_process';

/**
 * Runs a command and kills it when standard input closes, which the kernel does when our process ends in whatever
 * way. Then it also removes the folder, if one is given. `read`, not `cat`: killing the watcher ends it.
 */
const supervisor = `
exec 3<&0
"$@" </dev/null >>"$SUPERVISOR_LOG" 2>&1 3<&- &
child=$!
echo "$child"
(
  while read -r line <&3; do :; done
  [ -z "$SUPERVISOR_FOLDER" ] || : >"$SUPERVISOR_FOLDER/orphaned"
  kill -9 "$child"
) >/dev/null 2>&1 &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
if [ -n "$SUPERVISOR_FOLDER" ] && [ -e "$SUPERVISOR_FOLDER/orphaned" ]; then rm -rf -- "$SUPERVISOR_FOLDER"; fi
exit "$code"
`;

export interface SupervisedOptions {
  /** Standard output and standard error are appended to it. */
  readonly logFile: string;
  /** Removed when our process dies without having stopped the command. */
  readonly orphanedFolder?: string | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

export interface SupervisedProcess {
  /** Of the command itself, not of its supervisor. */
  readonly pid: number;
  readonly hasExited: boolean;
  /** Resolves when the command has ended. */
  readonly exited: Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts a command that does not outlive this process, even when that is killed by SIGKILL. */
export async function startSupervised(
  command: readonly string[],
  options: SupervisedOptions,
): Promise<SupervisedProcess> {
  // A session of its own: a terminal's Ctrl-C is for us, who then stop it in order.
  const shell = spawn('sh', ['-c', supervisor, 'sh', ...command], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...(options.env ?? process.env),
      SUPERVISOR_LOG: options.logFile,
      SUPERVISOR_FOLDER: options.orphanedFolder ?? '',
    },
  });
  let hasExited = false;
  const exited = new Promise<void>(resolve => {
    shell.once('exit', () => {
      hasExited = true;
      resolve();
    });
  });
  const pid = await new Promise<number>((resolve, reject) => {
    shell.once('error', reject);
    shell.stdout.once('data', (line: Buffer) => resolve(Number(line.toString())));
    shell.once('exit', code => reject(new Error(`the supervisor ended at once, with ${code}`)));
  });
  // It must not keep our process alive: when we end, it ends.
  shell.unref();
  for (const pipe of [shell.stdin, shell.stdout]) (pipe as unknown as { unref(): void }).unref();
  return {
    pid,
    exited,
    get hasExited() {
      return hasExited;
    },
    signal(signal) {
      if (!hasExited) process.kill(pid, signal);
    },
  };
}
