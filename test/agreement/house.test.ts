import { describe, expect, it } from 'vitest';
import { projectFiles, read } from './sources.js';

const files = projectFiles();
const code = files.filter(path => /\.(ts|mts|mjs)$/.test(path));

describe('house rules', () => {
  it('keep files within 300 lines', () => {
    const long = code.filter(path => read(path).split('\n').length > 301);
    expect(long).toEqual([]);
  });

  it('name files after one thing, in kebab-case', () => {
    const named = code.filter(path => {
      const name = path.split('/').pop() ?? '';
      return (
        !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.(ts|mts|mjs)$/.test(name) ||
        /utils?|helpers?|common|misc|manager/.test(name)
      );
    });
    expect(named).toEqual([]);
  });

  it('leave nothing open', () => {
    const words = [
      'TO' + 'DO',
      'FIX' + 'ME',
      'X' + 'XX',
      '.on' + 'ly(',
      '@ts-' + 'ignore',
      '@ts-' + 'nocheck',
    ];
    const open = code.filter(path => words.some(word => read(path).includes(word)));
    expect(open).toEqual([]);
  });

  it('commit no address of a package registry and no path of a machine', () => {
    const patterns = [
      /registry\.[a-z]+js\.org|registry\.yarnpkg|repo1?\.maven|proxy\.golang|pypi\.org|crates\.io/,
      /\/(root|work|home)\/[a-z]/,
    ];
    const checked = files.filter(path => !path.startsWith('test/agreement/'));
    const wrong = checked.filter(path => patterns.some(pattern => pattern.test(read(path))));
    expect(wrong).toEqual([]);
  });

  it('describe every room', () => {
    for (const room of ['native-free-core', 'workers', 'src', 'bench', 'test', 'tools/servers']) {
      expect(files).toContain(`${room}/README.md`);
      expect(read(`${room}/README.md`).split('\n').length).toBeLessThan(60);
    }
  });
});
