import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FileSink } from '../../../src/sink/file-sink.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-file-sink-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('writes a file anew, from shared memory too', () => {
  const path = join(folder, 'anew');
  writeFileSync(path, 'what was there before');
  const sink = new FileSink(path);
  expect(readFileSync(path, 'utf8')).toBe('');
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared.set(Buffer.from('abcd'));
  expect(sink.write(shared.subarray(1, 3))).toBe(undefined);
  sink.write(new Uint8Array(0));
  sink.write(Buffer.from('e\n'));
  expect(readFileSync(path, 'utf8')).toBe('bce\n');
  sink.close();
  sink.close();
});

it('opened late, makes its file with the first record', () => {
  const path = join(folder, 'late');
  const sink = new FileSink(path, true);
  sink.write(new Uint8Array(0));
  expect(existsSync(path)).toBe(false);
  sink.write(Buffer.from('x'));
  expect(readFileSync(path, 'utf8')).toBe('x');
  sink.close();
});

it('writes to a descriptor that it was given', () => {
  const path = join(folder, 'given');
  const sink = FileSink.ofStandardOutput(openSync(path, 'w'));
  sink.write(Buffer.from('y'));
  sink.close();
  expect(readFileSync(path, 'utf8')).toBe('y');
});

it('says what it cannot open or write, and why', () => {
  const failure = { code: 'sink_unwritable', domain: 'output' };
  const message = `cannot open ${folder}: illegal operation on a directory`;
  expect(() => new FileSink(folder)).toThrow(expect.objectContaining({ ...failure, message }));
  if (!existsSync('/dev/full')) return;
  const full = new FileSink('/dev/full');
  expect(() => full.write(Buffer.from('x'))).toThrow(
    expect.objectContaining({ ...failure, message: 'cannot write to /dev/full: no space left on device' }),
  );
  full.close();
});
