import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { FileSource } from '../../../src/source/file-source.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-file-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('reads on where it left off, into shared memory too, and says 0 at the end for good', () => {
  const path = join(folder, 'file');
  writeFileSync(path, 'abcde');
  const source = new FileSource(path, 7);
  const target = new Uint8Array(new SharedArrayBuffer(3));
  expect([source.read(target), Buffer.from(target).toString()]).toEqual([3, 'abc']);
  expect([source.read(target), Buffer.from(target).toString()]).toEqual([2, 'dec']);
  expect([source.read(target), source.read(target)]).toEqual([0, 0]);
  expect(source.publishTimeMs).toBe(7);
  source.close();
});

it('says what it cannot open or read, and why', () => {
  const code = 'source_unreadable';
  const missing = join(folder, 'missing');
  expect(() => new FileSource(missing, 0)).toThrow(
    expect.objectContaining({
      code,
      domain: 'input',
      message: `cannot open ${missing}: no such file or directory`,
    }),
  );
  const source = new FileSource(folder, 0);
  expect(() => source.read(new Uint8Array(9))).toThrow(
    expect.objectContaining({ code, message: `cannot read ${folder}: illegal operation on a directory` }),
  );
  source.close();
});
