import { describe, expect, it } from 'vitest';
import { type PulsarErrorCode, pulsarErrorCodes } from '../../src/pulsar/errors/error-codes.js';
import { projectFiles, read } from './sources.js';

const codes = Object.keys(pulsarErrorCodes) as PulsarErrorCode[];
const files = projectFiles();

describe('the documents of the Pulsar client', () => {
  it('list the error codes, in order, with what the catalogue says, both ways', () => {
    const rows = [
      ...read('docs/ERRORS.md').matchAll(/^\| `([A-Z_]+)` \| (yes|no) \| (\S[^|]*) \| (\S[^|]*) \|$/gm),
    ];
    expect(rows.map(([, code, retryable]) => [code, retryable])).toEqual(
      codes.map(code => [code, pulsarErrorCodes[code].retryable ? 'yes' : 'no']),
    );
  });

  it('name only codes that there are', () => {
    const pages = ['src/pulsar/README.md', 'docs/PULSAR.md'];
    for (const page of pages) {
      const named = [...read(page).matchAll(/`([A-Z]+_[A-Z_]+|CLOSED)`/g)].map(match => match[1]);
      expect(
        named.filter(name => !(name in pulsarErrorCodes)),
        page,
      ).toEqual([]);
    }
  });

  it('have no code that is never raised', () => {
    const catalogue = read('src/pulsar/errors/error-codes.ts');
    const ofServer = catalogue.slice(catalogue.indexOf('codeOfServerError'));
    const sources = files.filter(path => path.startsWith('src/pulsar/') && path.endsWith('.ts'));
    const raised = sources
      .filter(path => !path.endsWith('/error-codes.ts'))
      .map(read)
      .concat(ofServer)
      .join('\n');
    expect(codes.filter(code => !raised.includes(`'${code}'`))).toEqual([]);
  });

  it('point at tests for what the client does', () => {
    const rows = read('docs/PULSAR.md')
      .split('\n')
      .filter(line => /^\| [^|-]/.test(line) && !line.startsWith('| What'));
    expect(rows.length).toBeGreaterThan(30);
    const unproven = rows.filter(row => {
      const [, , ours, , proof] = row.split('|').map(cell => cell.trim());
      return !ours.startsWith('no') && !/\]\(\.\.\/test\/[^)]+\.test\.ts\)/.test(proof);
    });
    expect(unproven).toEqual([]);
  });

  it('say rightly that the client has no native code', () => {
    const own = files.filter(path => /^src\/pulsar\/(?!native\/).*\.ts$/.test(path));
    const packages = own.flatMap(path =>
      [...read(path).matchAll(/^(?:import .*|} |export .*)from '([^.'][^']*)';$/gm)].map(match => match[1]),
    );
    const others = packages.filter(name => !name.startsWith('node:'));
    // Both are JavaScript alone.
    expect([...new Set(others)].sort()).toEqual(['@bufbuild/protobuf/wire', 'fzstd']);
  });

  it('say of each folder of the client what it is', () => {
    const folders = new Set(files.flatMap(path => /^src\/pulsar\/([^/]+)\/[^/]/.exec(path)?.[1] ?? []));
    const table = read('src/pulsar/README.md').split('| Folder |')[1];
    for (const folder of folders) expect(table).toContain(`| \`${folder}/\` |`);
  });
});
