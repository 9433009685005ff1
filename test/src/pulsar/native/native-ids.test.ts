import { describe, expect, it } from 'vitest';
import { idOf, nativeId } from '../../../../src/pulsar/native/native-ids.js';
import type { NativeMessageId, NativePackage } from '../../../../src/pulsar/native/native-package.js';

const handle = (bytes: Buffer): NativeMessageId => ({ serialize: () => bytes });
const pack = {
  MessageId: {
    deserialize: handle,
    earliest: () => handle(Buffer.of(1)),
    latest: () => handle(Buffer.of(2)),
  },
} as unknown as NativePackage;

describe('ids of the native package', () => {
  it('are the protocol’s own, read and written', () => {
    const id = { ledgerId: 7, entryId: 300, partition: 3, batchIndex: 5, batchSize: 9 };
    expect(idOf(nativeId(pack, id))).toEqual(id);
  });

  it('go back as the object that they came as', () => {
    // ledgerId 7, entryId 8
    const native = handle(Buffer.of(0x08, 7, 0x10, 8));
    const id = idOf(native);
    expect(id).toEqual({ ledgerId: 7, entryId: 8, partition: -1, batchIndex: -1, batchSize: 1 });
    expect(nativeId(pack, id)).toBe(native);
  });

  it('name the ends', () => {
    expect(nativeId(pack, 'earliest').serialize()[0]).toBe(1);
    expect(nativeId(pack, 'latest').serialize()[0]).toBe(2);
  });
});
