import { afterEach, vi } from 'vitest';
import type { FrameRange } from '../../../../native-free-core/wire/frame-range.js';
import type { BrokerConnection } from '../../../../src/pulsar/connection/broker-connection.js';
import type { ConsumerHandler } from '../../../../src/pulsar/connection/handlers.js';
import {
  type OpenConnectionOptions,
  openConnection,
} from '../../../../src/pulsar/connection/open-connection.js';
import { FakeBroker, type FakeSession, quickOptions, smallArena } from '../fake-broker.js';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Stopped after the test, as what follows. */
export async function brokerThat(
  script: (session: FakeSession, index: number) => unknown,
): Promise<FakeBroker> {
  const broker = await FakeBroker.start(script);
  stops.push(() => broker.stop());
  return broker;
}

export function stopAfterTest(stop: () => unknown): void {
  stops.push(stop);
}

export async function open(
  broker: FakeBroker,
  options: Partial<OpenConnectionOptions> = {},
): Promise<BrokerConnection> {
  const connection = await openConnection({
    address: broker.address,
    arena: smallArena(),
    ...quickOptions,
    ...options,
  });
  stops.push(() => connection.close());
  return connection;
}

export function consumer(onEntry: (frame: FrameRange) => void = () => {}): ConsumerHandler {
  return {
    onEntry: vi.fn(onEntry),
    onActiveChange: vi.fn(),
    onEndOfTopic: vi.fn(),
    onClosedByBroker: vi.fn(),
    onAckResponse: vi.fn(),
    onConnectionLost: vi.fn(),
  };
}

/** A MESSAGE for consumer 3 with a payload of `bytes` bytes. */
export function messageFrame(bytes: number, fill = 7): Uint8Array {
  const frame = new Uint8Array(14 + bytes).fill(fill);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frame.length - 4);
  view.setUint32(4, 6);
  frame.set([8, 9, (9 << 3) | 2, 2, 8, 3], 8);
  return frame;
}
