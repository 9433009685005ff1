import { PulsarError } from '../errors/pulsar-error.js';
import type { PartitionConsumer } from './partition-consumer.js';
import { ReadableSignal } from './readable-signal.js';
import type { EntryStream, ReceivedEntry } from './received-entry.js';

/** The entries of several partitions, one of each in turn. */
export class EntryFanIn implements EntryStream {
  readonly signal = new ReadableSignal();
  readonly #partitions: PartitionConsumer[] = [];
  readonly #byIndex = new Map<number, PartitionConsumer>();
  #turn = 0;

  constructor(readonly topic: string) {}

  add(partition: PartitionConsumer): void {
    this.#partitions.push(partition);
    this.#byIndex.set(partition.partition, partition);
    this.signal.wake();
  }

  /** Undefined: not one of ours. */
  of(partition: number): PartitionConsumer | undefined {
    return this.#byIndex.get(partition);
  }

  get partitions(): readonly PartitionConsumer[] {
    return this.#partitions;
  }

  next(entry: ReceivedEntry): boolean {
    const partitions = this.#partitions;
    for (let tried = 0; tried < partitions.length; tried++) {
      const partition = partitions[this.#turn];
      this.#turn = this.#turn + 1 === partitions.length ? 0 : this.#turn + 1;
      if (partition.next(entry)) return true;
    }
    return false;
  }

  async whenReadable(): Promise<void> {
    this.throwIfStopped();
    await this.signal.wait();
  }

  /** @throws PulsarError when no partition is left that could deliver */
  throwIfStopped(): void {
    const partitions = this.#partitions;
    if (partitions.length === 0 || partitions.some(({ stopped }) => stopped === undefined)) return;
    const cause = partitions[0].stopped;
    if (cause?.code === 'CLOSED') throw cause;
    throw new PulsarError('PARTITION_STOPPED', `${this.topic}: nothing will come: ${cause?.message}`, {
      cause,
    });
  }

  release(entry: ReceivedEntry): void {
    const { token } = entry;
    entry.token = -1;
    this.releaseToken(entry.partition, token);
  }

  releaseToken(partition: number, token: number): void {
    const owner = this.#byIndex.get(partition);
    if (owner === undefined) throw new Error(`${this.topic}: no partition ${partition}`);
    owner.releaseToken(token);
  }

  reject(entry: ReceivedEntry, why: string): void {
    const { ledgerId, entryId } = entry.entry;
    const words = `${entry.topic}: entry ${ledgerId}:${entryId}: ${why}`;
    this.#byIndex.get(entry.partition)?.reject(entry, new PulsarError('BAD_ENTRY', words));
    entry.token = -1;
  }
}
