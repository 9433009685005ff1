import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { viewBytesMax } from '../../../native-free-core/limits.js';
import { defaultFeatureView } from '../../../src/view/default-feature-view.js';
import { InvalidViewError } from '../../../src/view/invalid-view-error.js';
import { loadFeatureView } from '../../../src/view/load-feature-view.js';

const folder = mkdtempSync(join(tmpdir(), 'millrace-view-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Buffer): string {
  const path = join(folder, 'view.yaml');
  writeFileSync(path, content);
  return path;
}

function errorOf(path: string): unknown {
  try {
    loadFeatureView(path);
  } catch (error) {
    return error;
  }
  throw new Error('expected the view to be refused');
}

it('reads a file', () => {
  expect(loadFeatureView('examples/user-transactions.yaml')).toEqual(defaultFeatureView);
});

it.each([
  ['no file', join(folder, 'nowhere.yaml'), /there is no such file/],
  ['a folder', folder, /it is a directory/],
])('says that it cannot read %s', (_what, path, message) => {
  expect(errorOf(path)).toMatchObject({ code: 'view_unreadable', domain: 'configuration', retryable: false });
  expect(String(errorOf(path))).toMatch(message);
});

it.each([
  ['not UTF-8', Buffer.from('feature_view: x\nentity: a\xff\n', 'latin1'), '2:10', 'not UTF-8'],
  ['UTF-16', Buffer.from('\ufefffeature_view: x\n', 'utf16le'), '1:1', 'save the view as UTF-8'],
  ['too large', Buffer.alloc(viewBytesMax + 1, 0x23), '1:1', 'larger than'],
  ['empty', '', '1:1', 'the view is empty'],
])('points at what is %s', (_what, content, place, message) => {
  const error = errorOf(file(content));
  expect(error).toBeInstanceOf(InvalidViewError);
  expect(error).toMatchObject({ code: 'view_invalid', domain: 'configuration' });
  const text = (error as InvalidViewError).format();
  expect(text).toContain(`view.yaml:${place}: error:`);
  expect(text).toContain(message);
});
