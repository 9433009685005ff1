import { readUint32 } from '../../../native-free-core/wire/frame-layout.js';
import { type FrameReader, frameTooLarge } from '../../../native-free-core/wire/frame-reader.js';
import { PulsarError } from '../errors/pulsar-error.js';

/** Why a stream cannot be followed any further: `status` of the frame reader. */
export function badFrameError(
  remote: string,
  reader: FrameReader,
  status: number,
  isHandshake: boolean,
): PulsarError {
  const { bytes, writeAt, partialBytes } = reader;
  const start = writeAt - partialBytes;
  const size = readUint32(bytes, start);
  // A TLS alert: record type 21, version 3.x (RFC 8446, section 5.1).
  if (isHandshake && bytes[start] === 0x15 && bytes[start + 1] === 0x03) {
    return new PulsarError('TLS_EXPECTED', `${remote}: the port speaks TLS`, {
      hint: 'use pulsar+ssl:// for it',
    });
  }
  if (isHandshake && status === frameTooLarge) {
    return new PulsarError('PROTOCOL_ERROR', `${remote}: the port does not speak Pulsar's protocol`);
  }
  if (status === frameTooLarge) {
    const words = `a frame of ${size} bytes, more than ${reader.frameBytesMax}`;
    return new PulsarError('FRAME_TOO_LARGE', `${remote}: ${words}`);
  }
  const words = `a frame of ${size} bytes whose command does not fit into it`;
  return new PulsarError('PROTOCOL_ERROR', `${remote}: ${words}`);
}

export function lostError(
  remote: string,
  words: string,
  cause: unknown,
  isHandshake: boolean,
  isTls: boolean,
): PulsarError {
  if (!isHandshake) return new PulsarError('CONNECTION_LOST', `${remote}: ${words}`, { cause });
  return new PulsarError('CONNECT_FAILED', `${remote}: ${words} during the handshake`, {
    cause,
    hint: isTls ? undefined : 'if this persists, the port may speak TLS: use pulsar+ssl:// for it',
  });
}
