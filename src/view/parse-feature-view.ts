import type * as z from 'zod';
import type { Aggregation, FeatureView } from '../../native-free-core/feature-view.js';
import {
  aggregationsMax,
  eventsPerEntityMaxDefault,
  latenessBeyondWindowMs,
  maxAheadMsDefault,
  viewBytesMax,
} from '../../native-free-core/limits.js';
import { nearestName } from '../nearest-name.js';
import type { ViewDocument, ViewIssue, ViewPath } from './view-document.js';
import { readViewDocument } from './view-document.js';
import type { ViewProblem } from './view-problem.js';
import { type AggregationDraft, checkRules, type ViewDraft } from './view-rules.js';
import { aggregationSchema, draftOf, viewSchema } from './view-schema.js';

export type ParsedFeatureView =
  | { readonly ok: true; readonly view: FeatureView }
  | { readonly ok: false; readonly problems: readonly ViewProblem[] };

/**
 * Reads a feature view from YAML (or JSON) text. All problems are reported, in the order of the file.
 * Documentation: docs/FEATURE_VIEWS.md.
 * @param fileName stands in the problems; nothing is read from it
 */
export function parseFeatureView(text: string, fileName: string): ParsedFeatureView {
  if (Buffer.byteLength(text) > viewBytesMax) {
    const message = `the view is larger than ${viewBytesMax} bytes`;
    return { ok: false, problems: [{ message, line: 1, column: 1, path: '', file: fileName }] };
  }
  const read = readViewDocument(text.startsWith('\ufeff') ? text.slice(1) : text, fileName);
  if (!read.ok) return read;
  return parseDocumentValue(read.document);
}

function parseDocumentValue({ value, locate }: ViewDocument): ParsedFeatureView {
  const issues = checkShape(viewSchema, value, []);
  const { aggregations: listed = [], ...view } = draftOf(viewSchema, value);
  const aggregations: AggregationDraft[] = [];
  // One past the bound is enough to report it; a list of a million must not cost a million checks.
  for (const [index, raw] of listed.slice(0, aggregationsMax + 1).entries()) {
    const draft = draftOf(aggregationSchema, raw);
    aggregations.push({ ...draft, index });
    issues.push(...checkShape(aggregationSchema, raw, ['aggregations', index]));
    if (draft.function !== undefined && draft.function !== 'count' && !mentionsColumn(raw)) {
      issues.push({ path: ['aggregations', index], message: `\`${draft.function}\` needs a \`column\`` });
    }
  }
  issues.push(...checkRules(view, aggregations, listed.length));
  if (issues.length > 0) {
    const problems = issues.map(locate).sort((a, b) => a.line - b.line || a.column - b.column);
    return { ok: false, problems };
  }
  return { ok: true, view: buildView(view, aggregations) };
}

/** Whether a column is given, be it a wrong one or mistyped: then something else is reported already. */
function mentionsColumn(raw: unknown): boolean {
  const keys = Object.keys(raw as object);
  return keys.some(key => nearestName(key, Object.keys(aggregationSchema.shape)) === 'column');
}

function checkShape(schema: z.ZodObject, raw: unknown, base: ViewPath): ViewIssue[] {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return [];
  const known = Object.keys(schema.shape);
  const meant = new Set<string>();
  const issues: ViewIssue[] = [];
  for (const issue of parsed.error.issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    for (const key of issue.keys) {
      const suggestion = nearestName(key, known);
      const isFree = suggestion !== undefined && !Object.hasOwn(raw as object, suggestion);
      if (isFree) meant.add(suggestion);
      const hint = isFree ? `did you mean \`${suggestion}\`?` : `known here: ${documented(known)}`;
      issues.push({ path: [...base, key], message: `unknown key \`${key}\`; ${hint}`, at: 'key' });
    }
  }
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') continue;
    const key = issue.path[0];
    const isMissing = key !== undefined && !Object.hasOwn(raw as object, key);
    // A mistyped key is one mistake: the key that was meant is not reported as missing beside it.
    if (isMissing && meant.has(String(key))) continue;
    const subject = key !== undefined ? `\`${String(key)}\`` : base.length === 0 ? 'the view' : 'this';
    issues.push({ path: [...base, ...(issue.path as ViewPath)], message: `${subject} ${issue.message}` });
  }
  return issues;
}

function documented(keys: readonly string[]): string {
  return keys.filter(key => key !== 'eventsPerEntityMax').join(', ');
}

/** Everything is known to be valid here: a field that is not there is an optional one. */
function buildView(view: ViewDraft, drafts: readonly AggregationDraft[]): FeatureView {
  const columns: string[] = [];
  const aggregations = drafts.map(
    ({ name, function: functionName, column, time_window: windowMs }): Aggregation => {
      if (name === undefined || functionName === undefined || windowMs === undefined) {
        throw new Error(
          `expected a valid aggregation, found ${JSON.stringify({ name, functionName, windowMs })}`,
        );
      }
      if (column !== undefined && !columns.includes(column)) columns.push(column);
      return {
        name,
        function: functionName,
        column: column === undefined ? -1 : columns.indexOf(column),
        windowMs,
      };
    },
  );
  const { feature_view: name, entity, timestamp_field: timestampField } = view;
  if (name === undefined || entity === undefined || timestampField === undefined) {
    throw new Error(`expected a valid view, found ${JSON.stringify({ name, entity, timestampField })}`);
  }
  const maxWindowMs = view.max_window ?? Math.max(...aggregations.map(({ windowMs }) => windowMs));
  return {
    name,
    entity,
    timestampField,
    columns,
    aggregations,
    maxWindowMs,
    latenessMs: view.lateness ?? maxWindowMs + latenessBeyondWindowMs,
    maxAheadMs: view.max_ahead ?? maxAheadMsDefault,
    eventsPerEntityMax: view.events_per_entity_max ?? view.eventsPerEntityMax ?? eventsPerEntityMaxDefault,
  };
}
