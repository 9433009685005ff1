import type { Message } from '../api/message.js';
import type { EndOfTopic, MessageId } from '../api/message-id.js';
import type { Reader, ReaderOptions } from '../api/reader.js';
import { parseTopicName } from '../lookup/topic-name.js';
import { nativeError, translated } from './native-errors.js';
import { nativeId } from './native-ids.js';
import { messageOf } from './native-message.js';
import type { NativeClientHandle, NativePackage, NativeReaderHandle } from './native-package.js';

type Start = MessageId | EndOfTopic | { readonly publishTimeMs: number };

/** `startInclusive` is not known to the package: it begins after the message at `start`. */
export async function createNativeReader(
  of: NativePackage,
  client: NativeClientHandle,
  options: ReaderOptions,
): Promise<Reader> {
  const topic = parseTopicName(options.topic).full;
  const { start } = options;
  const byTime = typeof start === 'object' && 'publishTimeMs' in start;
  const config = {
    topic,
    startMessageId: nativeId(of, byTime ? 'earliest' : start),
    receiverQueueSize: options.receiverQueueMessages ?? 1000,
    ...(options.name === undefined ? {} : { readerName: options.name }),
  };
  const reader = new NativeReader(
    of,
    await translated(`READER ${topic}`, () => client.createReader(config)),
    topic,
  );
  if (byTime) await reader.seek(start);
  return reader;
}

class NativeReader implements Reader {
  constructor(
    readonly of: NativePackage,
    readonly handle: NativeReaderHandle,
    readonly topic: string,
  ) {}

  async read(timeoutMs?: number): Promise<Message | undefined> {
    try {
      return messageOf(await this.handle.readNext(timeoutMs));
    } catch (error) {
      const failure = nativeError(error, `read ${this.topic}`);
      if (timeoutMs !== undefined && failure.code === 'OPERATION_TIMEOUT') return undefined;
      throw failure;
    }
  }

  async hasNext(): Promise<boolean> {
    return this.handle.hasNext();
  }

  async seek(to: Start): Promise<void> {
    await translated(`seek ${this.topic}`, () =>
      typeof to === 'object' && 'publishTimeMs' in to
        ? this.handle.seekTimestamp(to.publishTimeMs)
        : this.handle.seek(nativeId(this.of, to)),
    );
  }

  async close(): Promise<void> {
    await translated(`close ${this.topic}`, () => this.handle.close());
  }
}
