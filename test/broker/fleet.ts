import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { SubscriptionType } from '../../src/pulsar/api/consumer.js';

const program = fileURLToPath(new URL('fleet-member.mjs', import.meta.url));

/** What a member tells (`fleet-member.mjs`); `at` is epoch milliseconds of this machine. */
export interface Told {
  readonly at: number;
  readonly name: string;
  readonly kind: 'ready' | 'active' | 'seen' | 'acked' | 'left';
  readonly partition: number;
  readonly ledger: number;
  readonly entry: number;
  readonly key: string;
  readonly number: number;
}

/** Consumers of one subscription, each in a process of its own; all that they tell, in the order of its arrival. */
export class Fleet {
  readonly told: Told[] = [];
  readonly #members = new Map<string, ChildProcess>();

  constructor(
    readonly serviceUrl: string,
    readonly topic: string,
    readonly type: SubscriptionType,
  ) {}

  /** Resolves when it has subscribed. */
  join(name: string): Promise<void> {
    const { serviceUrl, topic, type } = this;
    const task = JSON.stringify({ serviceUrl, topic, type, name, subscription: 'fleet' });
    const child = spawn(process.execPath, [program, task], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#members.set(name, child);
    return new Promise((resolve, reject) => {
      child.on('exit', code => reject(new Error(`${name} ended with ${code}`)));
      createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', line => {
        // A killed member's last line may be cut off.
        if (!line.endsWith('}')) return;
        const told = JSON.parse(line) as Told;
        this.told.push(told);
        if (told.kind === 'ready') resolve();
      });
    });
  }

  /** SIGKILL: nothing is closed, nothing is said. */
  kill(name: string): Promise<void> {
    return this.#end(name, 'SIGKILL');
  }

  /** Acknowledges what it has, and leaves. */
  leave(name: string): Promise<void> {
    return this.#end(name, 'SIGTERM');
  }

  async close(): Promise<void> {
    await Promise.all([...this.#members.keys()].map(name => this.kill(name)));
  }

  #end(name: string, signal: NodeJS.Signals): Promise<void> {
    const child = this.#members.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise(resolve => {
      child.removeAllListeners('exit').once('close', () => resolve());
      child.kill(signal);
    });
  }

  seen(): Told[] {
    return this.told.filter(({ kind }) => kind === 'seen');
  }

  /** Messages that came to somebody after their acknowledgement had its receipt. */
  seenAgain(): string[] {
    const isCumulative = this.type === 'Failover';
    const acked = this.told.filter(({ kind }) => kind === 'acked');
    const wrong: string[] = [];
    for (const { at, name, partition, number } of this.seen()) {
      const before = acked.find(
        ack =>
          ack.at < at &&
          ack.partition === partition &&
          (isCumulative ? ack.number >= number : ack.number === number),
      );
      if (before !== undefined)
        wrong.push(`${number} of partition ${partition} at ${name} ${at - before.at} ms after its receipt`);
    }
    return wrong;
  }

  /**
   * First sightings that are out of order, by partition (Failover) or key. Members' lines may arrive in another order
   * than they were written, so the time of seeing counts.
   */
  outOfOrder(): string[] {
    const first = new Map<number, Told>();
    for (const told of this.seen().sort((a, b) => a.at - b.at)) {
      if (!first.has(told.number)) first.set(told.number, told);
    }
    const latest = new Map<string | number, Told>();
    const wrong: string[] = [];
    for (const told of [...first.values()].sort((a, b) => a.at - b.at)) {
      const group = this.type === 'Failover' ? told.partition : told.key;
      const before = latest.get(group);
      if (before !== undefined && before.number > told.number && before.at < told.at)
        wrong.push(`${told.number} at ${told.name} after ${before.number} at ${before.name}, of ${group}`);
      latest.set(group, told);
    }
    return wrong;
  }
}
