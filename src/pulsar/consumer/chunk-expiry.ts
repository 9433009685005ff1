import { chunkedAgeMsMax } from '../../../native-free-core/limits.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { badEntry } from './bad-entry.js';
import type { ChunkAssembler } from './chunk-assembler.js';
import type { PartitionConsumer } from './partition-consumer.js';

/**
 * Chunked messages of which nothing came for too long. They are asked for once more by subscribing again; one that
 * stays incomplete then is a bad entry.
 */
export class ChunkExpiry {
  /** Asked for once more. */
  readonly #suspects = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly consumer: PartitionConsumer,
    readonly chunks: ChunkAssembler,
  ) {}

  /** A chunk came: `check` is to be called some time after it. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.consumer.parts.owner.onReadable();
      if (this.chunks.underWay > 0) this.watch();
    }, chunkedAgeMsMax / 4);
    this.#timer.unref();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  check(): void {
    if (this.chunks.underWay === 0) return;
    const { consumer } = this;
    let again: PulsarError | undefined;
    for (const { uuid, next, chunks, ids, bytes, filled } of this.chunks.takeExpired(chunkedAgeMsMax)) {
      const { ledgerId, entryId } = ids[0];
      const words = `${consumer.topic}: entry ${ledgerId}:${entryId}: chunked message ${uuid} has ${next} of ${chunks} chunks`;
      const error = new PulsarError('CHUNKS_INCOMPLETE', words);
      if (this.#suspects.delete(uuid)) badEntry(consumer, ids, bytes.slice(0, filled), error);
      else {
        this.#suspects.add(uuid);
        again = error;
      }
    }
    if (again !== undefined && consumer.stopped === undefined) void consumer.session.renew(again);
  }
}
