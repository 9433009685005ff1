import { type BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { PulsarError } from '../errors/pulsar-error.js';
import type { Field, Presence } from './fields.js';

// biome-ignore lint/suspicious/noExplicitAny: rows of any type; the mapped types below recover each one's own
export type Rows = Readonly<Record<string, Field<any, any, Presence>>>;

type KeysWith<R extends Rows, P extends Presence> = {
  [K in keyof R]: R[K]['presence'] extends P ? K : never;
}[keyof R];
type InOf<F> = F extends Field<infer In, infer _Out, infer _P> ? In : never;
type OutOf<F> = F extends Field<infer _In, infer Out, infer _P> ? Out : never;
type ReadOf<F> = F extends { readonly fallback: undefined }
  ? OutOf<F>
  : F extends { readonly fallback: infer D }
    ? undefined extends D
      ? OutOf<F> | undefined
      : OutOf<F>
    : never;

/** What may be given to be written. */
export type Written<R extends Rows> = {
  readonly [K in KeysWith<R, 'required'>]: InOf<R[K]>;
} & {
  readonly [K in KeysWith<R, 'optional'>]?: InOf<R[K]> | undefined;
} & {
  readonly [K in KeysWith<R, 'repeated'>]?: readonly InOf<R[K]>[] | undefined;
};

/** What comes out of reading. */
export type Decoded<R extends Rows> = {
  readonly [K in KeysWith<R, 'required'>]: OutOf<R[K]>;
} & {
  readonly [K in KeysWith<R, 'optional'>]: ReadOf<R[K]>;
} & {
  readonly [K in KeysWith<R, 'repeated'>]: readonly OutOf<R[K]>[];
};

export interface MessageTable<R extends Rows> {
  readonly name: string;
  readonly rows: R;
  /** @throws PulsarError INVALID_ARGUMENT for a value that its field cannot hold */
  write(writer: BinaryWriter, value: Written<R>): void;
  /** Reads up to `end`. @throws PulsarError PROTOCOL_ERROR that names message and field */
  read(reader: BinaryReader, end: number): Decoded<R>;
}

/** A protobuf message by its table of fields. Unknown fields are skipped. */
export function message<R extends Rows>(name: string, rows: R): MessageTable<R> {
  const byNumber = new Map<number, string>();
  for (const [key, row] of Object.entries(rows)) byNumber.set(row.number, key);
  return {
    name,
    rows,
    write: (writer, value) => writeRows(name, rows, writer, value as Readonly<Record<string, unknown>>),
    read: (reader, end) => readRows(name, rows, byNumber, reader, end) as Decoded<R>,
  };
}

/** A message inside a message. */
export function nested<R extends Rows>(
  number: number,
  table: MessageTable<R>,
): Field<Written<R>, Decoded<R>, 'required'> {
  return {
    number,
    presence: 'required',
    wireType: WireType.LengthDelimited,
    fallback: undefined,
    write(writer, value) {
      writer.fork();
      table.write(writer, value);
      writer.join();
    },
    read(reader) {
      const length = reader.uint32();
      const end = reader.pos + length;
      if (end > reader.len) throw new RangeError('its length points past the end');
      return table.read(reader, end);
    },
  };
}

function writeRows(name: string, rows: Rows, writer: BinaryWriter, value: Readonly<Record<string, unknown>>) {
  for (const [key, row] of Object.entries(rows)) {
    const given = value[key];
    if (given === undefined && row.presence !== 'required') continue;
    try {
      const values: readonly unknown[] = row.presence === 'repeated' ? (given as unknown[]) : [given];
      for (const one of values) row.write(writer.tag(row.number, row.wireType), one);
    } catch (error) {
      if (error instanceof PulsarError) throw error;
      throw new PulsarError('INVALID_ARGUMENT', `${name}.${key}: ${reason(error)}`, { cause: error });
    }
  }
}

function readRows(
  name: string,
  rows: Rows,
  byNumber: ReadonlyMap<number, string>,
  reader: BinaryReader,
  end: number,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(rows)) found[key] = row.presence === 'repeated' ? [] : row.fallback;
  while (reader.pos < end) readField(name, rows, byNumber, reader, found);
  if (reader.pos > end) throw new PulsarError('PROTOCOL_ERROR', `${name}: a field runs past its end`);
  for (const [key, row] of Object.entries(rows)) {
    if (row.presence === 'required' && found[key] === undefined) {
      throw new PulsarError('PROTOCOL_ERROR', `${name}.${key} is missing`);
    }
  }
  return found;
}

function readField(
  name: string,
  rows: Rows,
  byNumber: ReadonlyMap<number, string>,
  reader: BinaryReader,
  found: Record<string, unknown>,
): void {
  let key: string | undefined;
  try {
    const [number, wireType] = reader.tag();
    key = byNumber.get(number);
    if (key === undefined) {
      reader.skip(wireType, number);
      return;
    }
    const row = rows[key];
    if (row.wireType !== wireType) throw new RangeError(`wire type ${wireType}, expected ${row.wireType}`);
    const value: unknown = row.read(reader);
    if (row.presence === 'repeated') (found[key] as unknown[]).push(value);
    else found[key] = value;
  } catch (error) {
    if (error instanceof PulsarError) throw error;
    const where = key === undefined ? name : `${name}.${key}`;
    throw new PulsarError('PROTOCOL_ERROR', `${where}: ${reason(error)}`, { cause: error });
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
