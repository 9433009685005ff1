import { flowPermitsMax } from '../../../native-free-core/limits.js';
import { flowFrameBytesMax, writeFlow } from '../../../native-free-core/wire/ack-frame.js';
import type { Connection } from '../connection/connection.js';

/** Entries that declare very many messages put us in the broker's debt by as many; a command has 31 bits. */
export function sendFlow(connection: Connection, consumerId: number, permits: number): void {
  for (let left = permits; left > 0; left -= flowPermitsMax) {
    const frame = new Uint8Array(flowFrameBytesMax);
    const end = writeFlow(frame, 0, consumerId, Math.min(left, flowPermitsMax));
    connection.write(frame.subarray(0, end));
  }
}
