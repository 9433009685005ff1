import { PassThrough, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StreamSource } from '../../../src/source/stream-source.js';

async function readAll(source: StreamSource, size: number): Promise<string> {
  const target = new Uint8Array(size);
  const parts: Buffer[] = [];
  for (;;) {
    const read = await source.read(target);
    if (read === 0) return Buffer.concat(parts).toString();
    parts.push(Buffer.from(target.slice(0, read)));
  }
}

it.each([1, 3, 100])('gives every byte once, in reads of up to %i', async size => {
  const stream = Readable.from([Buffer.from('abcdefgh'), Buffer.from('i'), Buffer.from('jk')], {
    objectMode: false,
  });
  expect(await readAll(new StreamSource(stream, 0), size)).toBe('abcdefghijk');
});

it('gives at once what is there, and a promise where nothing is', async () => {
  const stream = new PassThrough();
  const source = new StreamSource(stream, 0);
  const target = new Uint8Array(10);
  const waiting = source.read(target);
  expect(waiting).toBeInstanceOf(Promise);
  await nextTurn();
  stream.write('ab');
  expect(await waiting).toBe(2);
  stream.write('cdefghijklmnop');
  await nextTurn();
  expect(source.read(target)).toBe(10);
  expect(source.read(target)).toBe(4);
  const atEnd = source.read(target);
  stream.end();
  expect(await atEnd).toBe(0);
  expect(await source.read(target)).toBe(0);
});

it('asks the stream for no more than it was asked for itself', async () => {
  let made = 0;
  const endless = new Readable({
    highWaterMark: 1000,
    read() {
      made += 1000;
      this.push(Buffer.alloc(1000));
    },
  });
  const source = new StreamSource(endless, 0);
  for (let i = 0; i < 10; i++) await source.read(new Uint8Array(10));
  await nextTurn();
  expect(made).toBeLessThanOrEqual(4000);
  source.close();
});

it('leaves no listeners behind', async () => {
  const stream = new PassThrough();
  const source = new StreamSource(stream, 0);
  const before = stream.eventNames().map(name => stream.listenerCount(name));
  for (let i = 0; i < 20; i++) {
    const waiting = source.read(new Uint8Array(10));
    stream.write('x');
    await waiting;
  }
  expect(stream.eventNames().map(name => stream.listenerCount(name))).toEqual(before);
});

it('ends when it is closed, also in the middle of a read', async () => {
  const source = new StreamSource(new PassThrough(), 0);
  const waiting = source.read(new Uint8Array(10));
  source.close();
  expect(await waiting).toBe(0);
});

it('says what it cannot read, and why, also if that happened before', async () => {
  const stream = new PassThrough();
  const source = new StreamSource(stream, 0, 'the pipe');
  const waiting = source.read(new Uint8Array(10));
  stream.destroy(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }));
  const failure = { code: 'source_unreadable', domain: 'input', message: 'cannot read the pipe: i/o error' };
  await expect(waiting).rejects.toMatchObject(failure);
  await expect(source.read(new Uint8Array(10))).rejects.toMatchObject(failure);
});
