import { partitionsMax } from '../../../native-free-core/limits.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';
import type { TopicName } from './topic-name.js';

export interface PartitionWatchOptions {
  readonly topic: TopicName;
  readonly everyMs: number;
  /** Number of partitions known so far. */
  readonly known: number;
  readonly ask: (topic: TopicName) => Promise<number>;
  /** There are more partitions; never fewer, as Pulsar does not shrink a topic. */
  readonly onGrowth: (partitions: number, before: number) => void;
  /** The question failed; it is asked again after `everyMs`. */
  readonly onError?: ((error: PulsarError) => void) | undefined;
}

/** Asks for a topic's number of partitions from time to time. */
export class PartitionWatch {
  #known: number;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(readonly options: PartitionWatchOptions) {
    this.#known = options.known;
    if (options.everyMs > 0) this.#schedule();
  }

  get known(): number {
    return this.#known;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  /** Asks now. Never rejects. */
  async check(): Promise<void> {
    const { topic, ask, onGrowth, onError } = this.options;
    let partitions: number;
    try {
      partitions = await ask(topic);
      if (partitions > partitionsMax) {
        throw new PulsarError(
          'PROTOCOL_ERROR',
          `${topic.base}: ${partitions} partitions, at most ${partitionsMax}`,
        );
      }
    } catch (error) {
      if (!this.#isStopped) onError?.(asPulsarError(error, 'LOOKUP_FAILED', `partitions of ${topic.base}`));
      return;
    }
    const before = this.#known;
    if (this.#isStopped || partitions <= before) return;
    this.#known = partitions;
    onGrowth(partitions, before);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => {
      this.check().finally(() => {
        if (!this.#isStopped) this.#schedule();
      });
    }, this.options.everyMs);
    this.#timer.unref();
  }
}
