import type { Alias, Document, LineCounter as Lines, Node, Pair } from 'yaml';
import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { viewAliasesMax, viewDepthMax } from '../../native-free-core/limits.js';
import type { ViewProblem } from './view-problem.js';

export type ViewPath = readonly (string | number)[];

/** Something wrong at a path of the view, before its line and column are known. */
export interface ViewIssue {
  readonly path: ViewPath;
  readonly message: string;
  /** Whether the key is pointed at, or (by default) its value. */
  readonly at?: 'key' | 'value';
}

/** A parsed YAML file: plain values, and where each of them stands. */
export interface ViewDocument {
  readonly value: unknown;
  locate(issue: ViewIssue): ViewProblem;
}

export type ReadDocument =
  | { readonly ok: true; readonly document: ViewDocument }
  | { readonly ok: false; readonly problems: readonly ViewProblem[] };

/** Parses YAML 1.2 (so also JSON). All that YAML alone can tell to be wrong is reported here. */
export function readViewDocument(text: string, file: string): ReadDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
    // Duplicates are looked for in `walk`: in linear time, and with both places named.
    uniqueKeys: false,
  });
  const problems: ViewProblem[] = [];
  for (const error of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(error.pos[0]);
    if (problems.some(known => known.line === line)) continue;
    problems.push({ message: yamlMessage(error.code, error.message), line, column: col, path: '', file });
  }
  // Errors after a first error of syntax are mostly its echoes, but the parser recovers well enough to show
  // them.
  if (problems.length > 0) return { ok: false, problems };
  if (document.contents === null || isEmptyScalar(document.contents)) {
    return { ok: false, problems: [{ message: 'the view is empty', line: 1, column: 1, path: '', file }] };
  }
  new DocumentWalk(document, lines, problems, file).walk(document.contents, 0, '');
  if (problems.length > 0) return { ok: false, problems };
  try {
    const value: unknown = document.toJS({ maxAliasCount: viewAliasesMax });
    return { ok: true, document: { value, locate: issue => locate(document, lines, file, issue) } };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const message = 'the aliases (`*name`) of the view expand to too much';
    return { ok: false, problems: [{ message, line: 1, column: 1, path: '', file }] };
  }
}

function yamlMessage(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here; a view file holds one view';
  if (code === 'TAB_AS_INDENT') return 'a tab cannot indent in YAML; use spaces';
  if (code === 'RESOURCE_EXHAUSTION') return 'nested too deeply';
  if (code === 'TAG_RESOLVE_FAILED') return `tags have no meaning in a view (${message})`;
  return `not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
}

function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? '') === '';
}

/**
 * Looks for what YAML allows and a view does not: duplicate and compound keys, cycles, depth, many aliases.
 */
class DocumentWalk {
  private aliases = 0;
  private readonly open = new Set<unknown>();

  constructor(
    private readonly document: Document,
    private readonly lines: Lines,
    private readonly problems: ViewProblem[],
    private readonly file: string,
  ) {}

  walk(node: unknown, depth: number, path: string): void {
    if (depth > viewDepthMax) {
      this.report(node, path, 'nested too deeply');
      return;
    }
    if (isAlias(node)) {
      this.walkAlias(node, path);
      return;
    }
    this.open.add(node);
    if (isSeq(node)) {
      for (const [index, item] of node.items.entries()) this.walk(item, depth + 1, `${path}[${index}]`);
    } else if (isMap(node)) {
      const seen = new Map<string, unknown>();
      for (const pair of node.items) this.walkPair(pair, seen, depth, path);
    }
    this.open.delete(node);
  }

  private walkAlias(alias: Alias, path: string): void {
    this.aliases++;
    if (this.aliases > viewAliasesMax) {
      if (this.aliases === viewAliasesMax + 1)
        this.report(alias, path, `more than ${viewAliasesMax} aliases`);
      return;
    }
    const target = alias.resolve(this.document);
    if (target === undefined) this.report(alias, path, `\`*${alias.source}\` names no anchor before it`);
    else if (this.open.has(target)) this.report(alias, path, `\`*${alias.source}\` contains itself`);
  }

  private walkPair(pair: Pair, seen: Map<string, unknown>, depth: number, path: string): void {
    const { key } = pair;
    if (!isScalar(key) || (typeof key.value !== 'string' && typeof key.value !== 'number')) {
      this.report(key, path, 'a key must be a plain name');
      return;
    }
    const name = String(key.value);
    const keyPath = path === '' ? name : `${path}.${name}`;
    const first = seen.get(name);
    if (first === undefined) seen.set(name, key);
    else {
      const line = this.lines.linePos(startOf(first)).line;
      this.report(key, keyPath, `\`${name}\` is here twice; the first is on line ${line}`);
    }
    this.walk(pair.value, depth + 1, keyPath);
  }

  private report(node: unknown, path: string, message: string): void {
    const { line, col } = this.lines.linePos(startOf(node));
    this.problems.push({ message, line, column: col, path, file: this.file });
  }
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** The place of the path, or of the nearest thing around it that stands in the file. */
function locate(document: Document, lines: Lines, file: string, issue: ViewIssue): ViewProblem {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, part] of issue.path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const child = childOf(node, part);
    if (child === undefined) break;
    const wantsKey = issue.at === 'key' && index === issue.path.length - 1;
    const place =
      isPair(child) && (wantsKey || !isNode(child.value)) ? child.key : isPair(child) ? child.value : child;
    offset = startOf(place);
    node = isPair(child) ? child.value : child;
  }
  const { line, col } = lines.linePos(offset);
  return { message: issue.message, line, column: col, path: pathText(issue.path), file };
}

function childOf(node: unknown, part: string | number): Node | Pair | undefined {
  if (isSeq(node) && typeof part === 'number') return node.items[part] as Node | undefined;
  if (!isMap(node)) return undefined;
  return node.items.find(pair => isScalar(pair.key) && String(pair.key.value) === String(part));
}

function pathText(path: ViewPath): string {
  let text = '';
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`;
  return text;
}
