import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { functionNames } from '../../native-free-core/feature-view.js';
import * as limits from '../../native-free-core/limits.js';
import { reasonNames } from '../../native-free-core/reasons.js';
import { projectFiles, read, root } from './sources.js';

function help(...command: string[]): string {
  return execFileSync(process.execPath, ['dist/src/main.js', ...command, '--help'], { cwd: root }).toString();
}

/** First cells of the rows of Markdown tables that begin with code. */
function firstCells(markdown: string): string[] {
  return [...markdown.matchAll(/^\| `([^`]+)`/gm)].map(match => match[1]);
}

describe('the documents', () => {
  it('list the reasons of dead letters, both ways', () => {
    const documented = firstCells(read('docs/DEAD_LETTERS.md').split('| Reason |')[1]);
    expect(documented).toEqual(reasonNames.slice(1));
  });

  it('list the limits with their values, both ways', () => {
    const rows = [...read('docs/LIMITS.md').matchAll(/^\| `(\w+)` \| ([\d,]+)/gm)];
    const documented = Object.fromEntries(
      rows.map(([, name, value]) => [name, Number(value.replaceAll(',', ''))]),
    );
    expect(documented).toEqual({ ...limits });
  });

  it('list the aggregation functions', () => {
    const text = read('docs/FEATURE_VIEWS.md').split('| Function |')[1].split('\n\n')[0];
    const named = [...text.matchAll(/`(\w+)`/g)].map(match => match[1]);
    expect(named.filter(name => (functionNames as readonly string[]).includes(name))).toEqual([
      ...functionNames,
    ]);
  });

  it('list the flags of run, both ways', () => {
    const documented = firstCells(read('docs/CLI.md').split('## run')[1].split('## generate')[0]);
    const flags = documented.map(cell => cell.split(' ')[0]);
    const shown = [
      ...help('run')
        .split('Generator (')[0]
        .matchAll(/^ {2}(--[a-z-]+)/gm),
    ].map(match => match[1]);
    expect(flags).toEqual(shown);
  });

  it('list the flags of generate, both ways', () => {
    const flags = firstCells(read('docs/CLI.md').split('## generate')[1]).map(cell => cell.split(' ')[0]);
    expect(flags).toEqual([...help('generate').matchAll(/^ {2}(--[a-z-]+)/gm)].map(match => match[1]));
  });

  it('name scripts and files that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const files = new Set(projectFiles());
    for (const path of projectFiles().filter(name => name.endsWith('.md'))) {
      for (const [, script] of read(path).matchAll(/npm run ([a-z:-]+)/g))
        expect(scripts, path).toHaveProperty([script]);
      const folder = path.includes('/') ? path.replace(/[^/]+$/, '') : '';
      for (const [, link] of read(path).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
        expect([...files], `${path} links to ${link}`).toContain(
          new URL(link, `file:///${folder}`).pathname.slice(1),
        );
      }
    }
  });
});
