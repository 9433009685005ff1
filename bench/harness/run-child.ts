import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Set beside the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

export interface ChildOutcome {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** User and system time of the process and its threads; null where nothing on this machine tells. */
  readonly cpuSeconds: number | null;
  readonly peakRssBytes: number | null;
}

const gnuTime = '/usr/bin/time';
const outputCharsMax = 1 << 20;
const timeMark = 'MILLRACE-TIME';
const pollMs = 50;

/**
 * Runs a command to its end, or for `limitMs`, and tells what it cost. Node has no wait4, so GNU time asks the kernel
 * where it is installed (exact); elsewhere on Linux `/proc` is polled, which misses the last 50 ms of CPU time.
 */
export async function runChild(command: Command, limitMs: number): Promise<ChildOutcome> {
  const timed = existsSync(gnuTime);
  const file = timed ? gnuTime : command.file;
  const args = timed ? ['-f', `${timeMark} %U %S %M`, '--', command.file, ...command.args] : command.args;
  // A group of its own, so that the limit ends it with its children.
  const child = spawn(file, args, {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const poll = timed ? null : new ProcPoll(child.pid);
  const ended = await collect(child, limitMs);
  return { ...ended, ...(poll === null ? readGnuTime(ended.stderr) : poll.end()) };
}

type Ended = Pick<ChildOutcome, 'exitCode' | 'timedOut' | 'stdout' | 'stderr'>;

function collect(child: ChildProcess, limitMs: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      killGroup(child);
    }, limitMs);
    // A terminal's Ctrl-C reaches this process only: the child is in a group of its own.
    const interrupted = (signal: NodeJS.Signals): void => {
      killGroup(child);
      release();
      process.kill(process.pid, signal);
    };
    const release = (): void => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
    };
    process.on('SIGINT', interrupted);
    process.on('SIGTERM', interrupted);
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-outputCharsMax);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-outputCharsMax);
    });
    child.on('error', error => {
      release();
      reject(error);
    });
    child.on('close', exitCode => {
      release();
      resolve({ exitCode, timedOut, stdout, stderr });
    });
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, 'SIGKILL');
}

type Cost = Pick<ChildOutcome, 'cpuSeconds' | 'peakRssBytes'>;

/** Reads the line that GNU time appended to standard error; its memory is in KiB. */
export function readGnuTime(stderr: string): Cost {
  const match = new RegExp(`^${timeMark} ([\\d.]+) ([\\d.]+) (\\d+)$`, 'm').exec(stderr);
  if (match === null) return { cpuSeconds: null, peakRssBytes: null };
  return { cpuSeconds: Number(match[1]) + Number(match[2]), peakRssBytes: Number(match[3]) * 1024 };
}

/** The last known cost of a process, from Linux's `/proc`. */
class ProcPoll {
  readonly #pid: number | undefined;
  readonly #timer: NodeJS.Timeout;
  #cost: Cost = { cpuSeconds: null, peakRssBytes: null };

  constructor(pid: number | undefined) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#read(), pollMs);
  }

  #read(): void {
    try {
      this.#cost = readProc(
        readFileSync(`/proc/${this.#pid}/stat`, 'latin1'),
        readFileSync(`/proc/${this.#pid}/status`, 'latin1'),
      );
    } catch {
      // It has ended, or this is not Linux: what was last known stands.
    }
  }

  end(): Cost {
    clearInterval(this.#timer);
    return this.#cost;
  }
}

/** Linux counts process times in hundredths of a second for user space (USER_HZ), on every architecture of Node. */
const ticksPerSecond = 100;

/** The cost as told by `/proc/PID/stat` and `/proc/PID/status`. */
export function readProc(stat: string, status: string): Cost {
  // The second field is the name in parentheses, which may hold spaces; the third is the first after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    peakRssBytes: peak === null ? null : Number(peak[1]) * 1024,
  };
}
