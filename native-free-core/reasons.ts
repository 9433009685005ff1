/**
 * Why a record became a dead letter. The index is the code in shared memory, 0 is "accepted".
 * `docs/DEAD_LETTERS.md` says what each means; `test/agreement/` holds the two together.
 */
export const reasonNames = [
  'accepted',
  'invalid_json',
  'invalid_utf8',
  'not_an_object',
  'too_deep',
  'line_too_long',
  'missing_field',
  'wrong_type',
  'invalid_timestamp',
  'number_out_of_range',
  'empty_key',
  'unpaired_surrogate',
  'late',
  'future',
  'capacity',
] as const;

export type ReasonName = (typeof reasonNames)[number];

export const accepted = 0;
/** Not JSON as RFC 8259 defines it (also: a byte order mark anywhere but at the start of the input). */
export const invalidJson = 1;
/** Not UTF-8: truncated, overlong or surrogate-encoding sequences, bytes above 0xF4. */
export const invalidUtf8 = 2;
/** JSON, but not an object. */
export const notAnObject = 3;
/** Nested deeper than `nestingDepthMax`. */
export const tooDeep = 4;
/** Longer than `lineBytesMax`. */
export const lineTooLong = 5;
/** The entity, the time or a column is not there. */
export const missingField = 6;
/** The entity is not a string, or the time or a column is not a number. */
export const wrongType = 7;
/** The time's nearest double is not an integer from 0 to 2^53 - 1. */
export const invalidTimestamp = 8;
/** A column's nearest double is not finite. */
export const numberOutOfRange = 9;
/** The entity is the empty string. */
export const emptyKey = 10;
/** The entity holds an unpaired surrogate escape, which has no UTF-8 form. */
export const unpairedSurrogate = 11;
/** Older than any window of its entity, or than the shard's lateness. */
export const late = 12;
/** Further ahead of its publish time than `max_ahead`. */
export const future = 13;
/** A new entity in a shard that is full, after all that may be forgotten was. */
export const capacity = 14;
