import { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StreamSink } from '../../../src/sink/stream-sink.js';

function failing(code: string): Writable {
  return new Writable({
    write: (_bytes, _encoding, done) => done(Object.assign(new Error(`${code}: oh no, write`), { code })),
  });
}

it('confirms when the stream has taken the bytes, not before', async () => {
  let taken = '';
  const stream = new Writable({
    write: (bytes, _encoding, done) => {
      setTimeout(() => {
        taken += bytes;
        done();
      }, 30);
    },
  });
  const sink = new StreamSink(stream);
  const bytes = Buffer.from('abc');
  const confirmed = sink.write(bytes);
  expect(taken).toBe('');
  await confirmed;
  // Only now may they be changed.
  bytes.fill(0);
  expect(taken).toBe('abc');
  expect(sink.write(new Uint8Array(0))).toBe(undefined);
  expect(sink.isClosedByReader).toBe(false);
});

it.each([
  'EPIPE',
  'ERR_STREAM_DESTROYED',
])('takes %s for the reader having gone, which is no failure', async code => {
  const sink = new StreamSink(failing(code));
  await sink.write(Buffer.from('a'));
  expect(sink.isClosedByReader).toBe(true);
  expect(sink.write(Buffer.from('b'))).toBe(undefined);
});

it('notices a reader that goes between two writes', async () => {
  const stream = new Writable({ write: (_bytes, _encoding, done) => done() });
  const sink = new StreamSink(stream);
  await sink.write(Buffer.from('a'));
  stream.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
  await pause(5);
  expect(sink.isClosedByReader).toBe(true);
});

it('says what it cannot write, and why', async () => {
  await expect(new StreamSink(failing('EIO')).write(Buffer.from('a'))).rejects.toMatchObject({
    code: 'sink_unwritable',
    domain: 'output',
    message: 'cannot write to standard output: oh no',
  });
});
