import * as z from 'zod';
import { functionNames } from '../../native-free-core/feature-view.js';
import {
  eventsPerEntityMaxMax,
  latenessBeyondWindowMs,
  nameCharsMax,
  windowMsMax,
} from '../../native-free-core/limits.js';
import { nearestName } from '../nearest-name.js';
import { formatDuration, parseDuration } from './duration.js';

/** Messages continue a sentence that begins with the key's name: "`entity` must be text, not a list". */

const name = z
  .string({
    error: ({ input }) => complaint(input, 'text', typeof input === 'number' ? quoteHint(input) : ''),
  })
  .min(1, { error: 'must not be empty' })
  .refine(text => [...text].length <= nameCharsMax, { error: `is longer than ${nameCharsMax} characters` })
  .refine(text => !/\p{Surrogate}/u.test(text), {
    error: 'holds half of a surrogate pair, which UTF-8 cannot write',
  });

/** A duration as text, given on as milliseconds. */
function duration(bounds: { minMs: number; maxMs: number }) {
  return z.string({ error: ({ input }) => durationComplaint(input) }).transform((text, context) => {
    const parsed = parseDuration(text);
    let message = parsed.ok ? '' : parsed.message;
    if (parsed.ok && parsed.ms < bounds.minMs) message = `must be longer than zero, not ${text}`;
    if (parsed.ok && parsed.ms > bounds.maxMs) {
      message = `is longer than ${formatDuration(bounds.maxMs)}: ${text}`;
    }
    if (message === '' && parsed.ok) return parsed.ms;
    context.issues.push({ code: 'custom', message, input: text });
    return z.NEVER;
  });
}

const window = duration({ minMs: 1, maxMs: windowMsMax });

const eventCount = z
  .int({ error: ({ input }) => complaint(input, 'a whole number') })
  .min(1, { error: ({ input }) => `must be at least 1, not ${input}` })
  .max(eventsPerEntityMaxMax, {
    error: ({ input }) => `must be at most ${eventsPerEntityMaxMax}, not ${input}`,
  });

export const aggregationSchema = z.strictObject(
  {
    name,
    function: z.enum(functionNames, { error: ({ input }) => functionComplaint(input) }),
    column: name.optional(),
    time_window: window,
  },
  {
    error: ({ input }) => complaint(input, 'an aggregation: a map of name, function, column and time_window'),
  },
);

export const viewSchema = z.strictObject(
  {
    feature_view: name,
    entity: name,
    timestamp_field: name,
    max_window: window.optional(),
    lateness: duration({ minMs: 0, maxMs: windowMsMax + latenessBeyondWindowMs }).optional(),
    max_ahead: duration({ minMs: 0, maxMs: windowMsMax }).optional(),
    events_per_entity_max: eventCount.optional(),
    /** The spelling of the design papers; `events_per_entity_max` is the documented one. */
    eventsPerEntityMax: eventCount.optional(),
    aggregations: z
      .array(z.unknown(), { error: ({ input }) => complaint(input, 'a list of aggregations') })
      .min(1, { error: 'must hold at least one aggregation' }),
  },
  {
    error: ({ input }) => complaint(input, 'a map of feature_view, entity, timestamp_field and aggregations'),
  },
);

/** What of an object is valid, field by field: lets the rules look at the rest when one field is wrong. */
export type Draft<Schema extends z.ZodObject> = Partial<z.output<Schema>>;

export function draftOf<Schema extends z.ZodObject>(schema: Schema, raw: unknown): Draft<Schema> {
  const draft: Record<string, unknown> = {};
  if (typeof raw !== 'object' || raw === null) return draft as Draft<Schema>;
  for (const [key, field] of Object.entries(schema.shape)) {
    if (!Object.hasOwn(raw, key)) continue;
    const parsed = z.safeParse(field, (raw as Record<string, unknown>)[key]);
    if (parsed.success) draft[key] = parsed.data;
  }
  return draft as Draft<Schema>;
}

function complaint(input: unknown, wanted: string, hint = ''): string {
  if (input === undefined) return 'is missing';
  if (input === null) return `has no value; it must be ${wanted}`;
  return `must be ${wanted}, not ${described(input)}${hint}`;
}

function quoteHint(input: number): string {
  return `; in quotes it is text: "${input}"`;
}

function described(input: unknown): string {
  if (Array.isArray(input)) return 'a list';
  if (typeof input === 'object') return 'a map';
  if (typeof input === 'string') return `the text \`${shortened(input)}\``;
  return typeof input === 'number' ? `the number ${input}` : String(input);
}

function shortened(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}...`;
}

function durationComplaint(input: unknown): string {
  if (typeof input !== 'number' || !Number.isInteger(input))
    return complaint(input, 'a duration such as `10m`');
  const parsed = parseDuration(String(input));
  return parsed.ok ? 'has no unit' : parsed.message;
}

function functionComplaint(input: unknown): string {
  const wanted = `one of ${functionNames.join(', ')}`;
  if (typeof input !== 'string') return complaint(input, wanted);
  const meant = functionSynonyms.get(input.toLowerCase()) ?? nearestName(input, functionNames);
  return complaint(input, wanted, meant === undefined ? '' : `; did you mean \`${meant}\`?`);
}

const functionSynonyms = new Map([
  ['mean', 'avg'],
  ['average', 'avg'],
  ['minimum', 'min'],
  ['maximum', 'max'],
  ['total', 'sum'],
  ['std', 'stddev'],
  ['var', 'variance'],
  ['var_pop', 'variance'],
  ['stddev_pop', 'stddev'],
  ['latest', 'last'],
  ['earliest', 'first'],
]);
