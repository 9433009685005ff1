import { systemCodeOf } from '../errors.js';
import { EventGenerator, type GeneratorOptions } from '../source/generator.js';

const bufferBytes = 64 * 1024;

/** Just what is needed of standard output. */
export interface ByteStream {
  write(bytes: Uint8Array, done: (error?: Error | null) => void): boolean;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Writes the events as fast as the reader takes them; a reader that goes away (`| head`) ends it quietly. */
export async function generateEvents(options: GeneratorOptions, stdout: ByteStream): Promise<void> {
  const generator = new EventGenerator(options);
  // The error also comes to the callback below, where it is dealt with.
  stdout.on('error', () => {});
  const buffer = new Uint8Array(bufferBytes);
  while (!generator.done) {
    const end = generator.fill(buffer, 0, bufferBytes, Number.POSITIVE_INFINITY);
    const error = await written(stdout, buffer.subarray(0, end));
    if (error === undefined) continue;
    if (systemCodeOf(error) === 'EPIPE') return;
    throw error;
  }
}

/** Waits until the bytes are out, so that the buffer may be used again, and signals are heard in between. */
function written(stdout: ByteStream, bytes: Uint8Array): Promise<Error | undefined> {
  return new Promise(resolve => {
    stdout.write(bytes, error => setImmediate(resolve, error ?? undefined));
  });
}
