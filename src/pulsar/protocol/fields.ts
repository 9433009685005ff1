import { type BinaryReader, type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export type Presence = 'required' | 'optional' | 'repeated';

/** One row of a message's table. `In` is what is written, `Out` what is read. */
export interface Field<In, Out, P extends Presence> {
  readonly number: number;
  readonly presence: P;
  readonly wireType: WireType;
  readonly fallback: Out | undefined;
  /** Writes the value; the tag is written already. @throws RangeError if it cannot be expressed */
  write(writer: BinaryWriter, value: In): void;
  /** @throws Error if the bytes are not such a value */
  read(reader: BinaryReader): Out;
}

type Plain<T> = Field<T, T, 'required'>;

function field<T>(
  number: number,
  wireType: WireType,
  write: (writer: BinaryWriter, value: T) => void,
  read: (reader: BinaryReader) => T,
): Plain<T> {
  return { number, presence: 'required', wireType, fallback: undefined, write, read };
}

/** The value as a plain number. @throws RangeError beyond 2^53 - 1 on either side */
function exact(value: bigint | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit into 53 bits`);
  return number;
}

function checked(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not an integer of 53 bits`);
  return value;
}

export const string = (number: number) =>
  field<string>(
    number,
    WireType.LengthDelimited,
    (w, v) => w.string(v),
    r => r.string(),
  );

/** Read as a copy. */
export const bytes = (number: number) =>
  field<Uint8Array>(
    number,
    WireType.LengthDelimited,
    (w, v) => w.bytes(v),
    r => r.bytes().slice(),
  );

export const bool = (number: number) =>
  field<boolean>(
    number,
    WireType.Varint,
    (w, v) => w.bool(v),
    r => r.bool(),
  );

export const int32 = (number: number) =>
  field<number>(
    number,
    WireType.Varint,
    (w, v) => w.int32(v),
    r => r.int32(),
  );

export const uint32 = (number: number) =>
  field<number>(
    number,
    WireType.Varint,
    (w, v) => w.uint32(v),
    r => r.uint32(),
  );

export const double = (number: number) =>
  field<number>(
    number,
    WireType.Bit64,
    (w, v) => w.double(v),
    r => r.double(),
  );

export const uint64 = (number: number) =>
  field<number>(
    number,
    WireType.Varint,
    (w, v) => {
      if (v < 0) throw new RangeError(`${v} is negative`);
      w.uint64(checked(v));
    },
    r => exact(r.uint64()),
  );

export const int64 = (number: number) =>
  field<number>(
    number,
    WireType.Varint,
    (w, v) => w.int64(checked(v)),
    r => exact(r.int64()),
  );

/** 64 bits that are a set, not a number. */
export const bits64 = (number: number) =>
  field<bigint>(
    number,
    WireType.Varint,
    (w, v) => w.int64(v),
    r => BigInt(r.int64()),
  );

const earliestBits = 2n ** 64n - 1n;
const latestBits = 2n ** 63n - 1n;

/**
 * Ledger or entry of a message id. The two ends of a topic are values of their own: earliest is -1 here and all bits
 * on the wire, latest is Infinity here and the greatest signed number on the wire.
 */
export const idPart = (number: number) =>
  field<number>(
    number,
    WireType.Varint,
    (w, v) => {
      if (v === -1) w.uint64(earliestBits);
      else if (v === Number.POSITIVE_INFINITY) w.uint64(latestBits);
      else if (v < 0) throw new RangeError(`${v} is negative`);
      else w.uint64(checked(v));
    },
    r => {
      const value = BigInt(r.uint64());
      if (value === earliestBits) return -1;
      return value === latestBits ? Number.POSITIVE_INFINITY : exact(String(value));
    },
  );

/** One of a closed set of names; a number without a name is refused. */
export function enumeration<N extends string>(number: number, numbers: Readonly<Record<N, number>>) {
  const names = new Map<number, N>();
  for (const name of Object.keys(numbers) as N[]) names.set(numbers[name], name);
  return field<N>(
    number,
    WireType.Varint,
    (w, v) => w.int32(numbers[v]),
    r => {
      const value = r.int32();
      const name = names.get(value);
      if (name === undefined) throw new RangeError(`${value} is none of ${[...names.values()].join(', ')}`);
      return name;
    },
  );
}

/** Undefined where it is absent, or `fallback`. */
export function optional<In, Out>(row: Field<In, Out, 'required'>): Field<In, Out, 'optional'> {
  return { ...row, presence: 'optional' };
}

/** Optional on the wire, and `fallback` when it is absent. */
export function defaulted<In, Out>(
  row: Field<In, Out, 'required'>,
  fallback: Out,
): Field<In, Out, 'optional'> & { readonly fallback: Out } {
  return { ...row, presence: 'optional', fallback };
}

export function repeated<In, Out>(row: Field<In, Out, 'required'>): Field<In, Out, 'repeated'> {
  return { ...row, presence: 'repeated' };
}
