import { aggregationsMax, columnsMax, windowsMax } from '../../native-free-core/limits.js';
import { formatDuration } from './duration.js';
import type { ViewIssue, ViewPath } from './view-document.js';
import type { aggregationSchema, Draft, viewSchema } from './view-schema.js';

/** Fields that a vector may carry beside its features. */
export const reservedNames = ['exact', 'windowComplete', 'meta'] as const;

export type AggregationDraft = Draft<typeof aggregationSchema> & {
  /** Its place in the file. */ index: number;
};
export type ViewDraft = Omit<Draft<typeof viewSchema>, 'aggregations'>;

/**
 * What no field can tell by itself. The drafts hold only valid fields, so each rule asks for what it needs.
 */
export function checkRules(
  view: ViewDraft,
  aggregations: readonly AggregationDraft[],
  aggregationsListed: number,
): ViewIssue[] {
  return [
    ...checkFieldNames(view),
    ...checkEventsPerEntity(view),
    ...checkBounds(aggregations, aggregationsListed),
    ...aggregations.flatMap(aggregation => checkColumn(view, aggregation)),
    ...checkFeatureNames(view, aggregations),
    ...checkMaxWindow(view, aggregations),
  ];
}

function checkFieldNames(view: ViewDraft): ViewIssue[] {
  const issues: ViewIssue[] = [];
  if (isReserved(view.entity)) {
    issues.push({ path: ['entity'], message: `\`entity\`: ${reservedMessage(view.entity)}` });
  }
  if (view.entity !== undefined && view.entity === view.timestamp_field) {
    const message = `\`timestamp_field\` is the entity's field \`${view.entity}\`, which holds text`;
    issues.push({ path: ['timestamp_field'], message });
  }
  return issues;
}

function checkEventsPerEntity(view: ViewDraft): ViewIssue[] {
  if (view.events_per_entity_max === undefined || view.eventsPerEntityMax === undefined) return [];
  const message = '`eventsPerEntityMax` is another spelling of `events_per_entity_max`; keep one of them';
  return [{ path: ['eventsPerEntityMax'], message, at: 'key' }];
}

function checkBounds(aggregations: readonly AggregationDraft[], listed: number): ViewIssue[] {
  const issues: ViewIssue[] = [];
  if (listed > aggregationsMax) {
    const message = `\`aggregations\` holds ${listed}; a view may have ${aggregationsMax}`;
    issues.push({ path: ['aggregations', aggregationsMax], message });
  }
  const bounds = [
    { key: 'time_window', what: 'window', max: windowsMax },
    { key: 'column', what: 'column', max: columnsMax },
  ] as const;
  for (const { key, what, max } of bounds) {
    const distinct = new Set<unknown>();
    for (const aggregation of aggregations) {
      if (aggregation[key] === undefined) continue;
      distinct.add(aggregation[key]);
      if (distinct.size <= max) continue;
      const message = `\`${key}\` is the ${max + 1}th different ${what}; a view may have ${max}`;
      issues.push({ path: pathOf(aggregation, key), message });
      break;
    }
  }
  return issues;
}

function checkColumn(view: ViewDraft, aggregation: AggregationDraft): ViewIssue[] {
  const { function: name, column } = aggregation;
  if (name === 'count' && column !== undefined) {
    const message = '`count` counts events and takes no `column`; remove it';
    return [{ path: pathOf(aggregation, 'column'), message, at: 'key' }];
  }
  if (column !== undefined && column === view.entity) {
    const message = `\`column\` is the entity's field \`${column}\`, which holds text`;
    return [{ path: pathOf(aggregation, 'column'), message }];
  }
  return [];
}

function checkFeatureNames(view: ViewDraft, aggregations: readonly AggregationDraft[]): ViewIssue[] {
  const issues: ViewIssue[] = [];
  const firstAt = new Map<string, number>();
  for (const aggregation of aggregations) {
    const { name } = aggregation;
    if (name === undefined) continue;
    const path = pathOf(aggregation, 'name');
    const first = firstAt.get(name);
    if (first === undefined) firstAt.set(name, aggregation.index);
    else {
      const message = `\`name\`: \`${name}\` is already the feature of aggregations[${first}]`;
      issues.push({ path, message });
    }
    if (isReserved(name)) issues.push({ path, message: `\`name\`: ${reservedMessage(name)}` });
    if (name === view.entity) {
      issues.push({
        path,
        message: `\`name\`: \`${name}\` is the entity's field, which the vector carries too`,
      });
    }
  }
  return issues;
}

function checkMaxWindow(view: ViewDraft, aggregations: readonly AggregationDraft[]): ViewIssue[] {
  const { max_window: maxWindowMs } = view;
  if (maxWindowMs === undefined) return [];
  const greatest = Math.max(0, ...aggregations.map(aggregation => aggregation.time_window ?? 0));
  if (maxWindowMs >= greatest) return [];
  const message = `\`max_window\` (${formatDuration(maxWindowMs)}) is shorter than the greatest \`time_window\` (${formatDuration(greatest)})`;
  return [{ path: ['max_window'], message }];
}

function isReserved(name: string | undefined): name is string {
  return (reservedNames as readonly (string | undefined)[]).includes(name);
}

function reservedMessage(name: string): string {
  return `\`${name}\` is a name that vectors keep for themselves (${reservedNames.join(', ')})`;
}

function pathOf(aggregation: AggregationDraft, key: string): ViewPath {
  return ['aggregations', aggregation.index, key];
}
