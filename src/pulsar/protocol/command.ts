import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { PulsarError } from '../errors/pulsar-error.js';
import { type Decoded, type MessageTable, message, type Rows, type Written } from './message-table.js';

/** A cold command. Its number is both `BaseCommand.type` and the number of the field that holds it. */
export interface Command<R extends Rows = Rows> {
  readonly type: number;
  /** As the protocol calls it: `LOOKUP_RESPONSE`. */
  readonly name: string;
  readonly table: MessageTable<R>;
}

/** A command that the broker answers; both carry `requestId`. */
export interface RequestCommand<R extends Rows = Rows, A extends Rows = Rows> extends Command<R> {
  readonly reply: Command<A>;
}

export type ReplyTo<C> = C extends RequestCommand<infer _R, infer A> ? Decoded<A> : never;
/** What the caller gives: the connection fills in `requestId`. */
export type RequestFields<C> =
  C extends RequestCommand<infer R, infer _A> ? Omit<Written<R>, 'requestId'> : never;

export function command<R extends Rows>(type: number, name: string, rows: R): Command<R> {
  return { type, name, table: message(name, rows) };
}

export function request<R extends Rows, A extends Rows>(
  type: number,
  name: string,
  rows: R,
  reply: Command<A>,
): RequestCommand<R, A> {
  return { ...command(type, name, rows), reply };
}

/** `[u32 total][u32 command size][BaseCommand]`, in a buffer of its own. */
export function encodeFrame<R extends Rows>(what: Command<R>, fields: Written<R>): Uint8Array {
  const writer = new BinaryWriter();
  writer.raw(new Uint8Array(8));
  writer.tag(1, WireType.Varint).int32(what.type);
  writer.tag(what.type, WireType.LengthDelimited).fork();
  what.table.write(writer, fields);
  const frame = writer.join().finish();
  const view = new DataView(frame.buffer, frame.byteOffset, 8);
  view.setUint32(0, frame.length - 4);
  view.setUint32(4, frame.length - 8);
  return frame;
}

/**
 * The sub-command of a BaseCommand.
 * @param bytes the BaseCommand, not in shared memory (texts are decoded from it)
 * @throws PulsarError PROTOCOL_ERROR that names command and field
 */
export function decodeCommand<R extends Rows>(what: Command<R>, bytes: Uint8Array): Decoded<R> {
  const reader = new BinaryReader(bytes);
  let found: Decoded<R> | undefined;
  try {
    while (reader.pos < reader.len) {
      const [number, wireType] = reader.tag();
      if (number === what.type && wireType === WireType.LengthDelimited) {
        const length = reader.uint32();
        if (reader.pos + length > reader.len) throw new RangeError('its length points past the end');
        found = what.table.read(reader, reader.pos + length);
      } else reader.skip(wireType, number);
    }
  } catch (error) {
    if (error instanceof PulsarError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    throw new PulsarError('PROTOCOL_ERROR', `${what.name}: ${words}`, { cause: error });
  }
  if (found === undefined) throw new PulsarError('PROTOCOL_ERROR', `${what.name} has no body`);
  return found;
}
