import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';
import { projectFiles, read } from './sources.js';

/** Which room may import from which, beside itself. Packages and `node:` modules are for the control plane. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'native-free-core': [],
  workers: ['native-free-core'],
  src: ['native-free-core', 'workers'],
  tools: [],
  bench: ['native-free-core', 'workers', 'src', 'tools'],
};
const dataPlane = new Set(['native-free-core', 'workers']);
/** Stages of the pipeline, which only `pipeline.ts` and the pump wire together. */
const stages = ['src/source/', 'src/sink/', 'src/cli/', 'src/view/'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function importsOf(path: string): Import[] {
  const found = read(path).matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]/gms);
  return [...found].map(([, type, target]) => ({
    from: path,
    to: target.startsWith('.') ? join(dirname(path), target) : target,
    isTypeOnly: type !== undefined,
  }));
}

const sources = projectFiles().filter(
  path => path.endsWith('.ts') && (path.split('/')[0] ?? '') in mayImport,
);
const imports = sources.flatMap(importsOf);

describe('the rooms', () => {
  it('are found, with their imports', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(150);
  });

  it('import only from the rooms below them', () => {
    const wrong = imports.filter(({ from, to }) => {
      const room = from.split('/')[0];
      const target = to.split('/')[0];
      return target in mayImport && target !== room && !mayImport[room].includes(target);
    });
    expect(wrong).toEqual([]);
  });

  it('keep packages and node modules out of the data plane', () => {
    const wrong = imports.filter(
      ({ from, to }) => dataPlane.has(from.split('/')[0]) && !(to.split('/')[0] in mayImport),
    );
    expect(wrong).toEqual([]);
  });

  it('reach the workers from src by type and URL only', () => {
    const wrong = imports.filter(
      ({ from, to, isTypeOnly }) => from.startsWith('src/') && to.startsWith('workers/') && !isTypeOnly,
    );
    expect(wrong).toEqual([]);
  });

  it('keep sources, sinks and views apart from one another', () => {
    const wrong = imports.filter(({ from, to, isTypeOnly }) => {
      const stage = stages.find(name => from.startsWith(name));
      const other = stages.find(name => to.startsWith(name));
      return (
        stage !== undefined && other !== undefined && stage !== other && !isTypeOnly && stage !== 'src/cli/'
      );
    });
    expect(wrong).toEqual([]);
  });
});
