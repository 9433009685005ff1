import { describe, expect, it } from 'vitest';
import { entryBytesMax } from '../../../../native-free-core/limits.js';
import { compressLz4 } from '../../../../src/pulsar/compression/lz4-block.js';
import { closedClean, scripted, texts, until } from './scripted-client.js';
import { batchOf, body, sealed } from './scripted-commands.js';
import type { ScriptedEntry } from './scripted-topic.js';

const text = (word: string) => new Uint8Array(Buffer.from(word));
const good = (word: string): ScriptedEntry => ({ body: body(text(word)) });
const noise = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => (i * 151 + 77) & 255);
const damaged = (() => {
  const bytes = body(text('damaged'));
  bytes[bytes.length - 1] ^= 1;
  return bytes;
})();
const long = text('long '.repeat(200));
const packed = compressLz4(long);

interface Bad {
  readonly what: string;
  readonly code: string;
  readonly body: Uint8Array;
  /** Its payload as it came; the checksum and all that follows where there is no telling where the payload begins. */
  readonly payload: Uint8Array;
  /** `ValidationError` of the acknowledgement. */
  readonly validation: number;
}

function bad(what: string, code: string, payload: Uint8Array, metadata: Parameters<typeof body>[1]): Bad {
  const validation = code === 'DECOMPRESSION_FAILED' ? 1 : 3;
  return { what, code, payload, body: body(payload, metadata), validation };
}

const failed = 'DECOMPRESSION_FAILED';
const cases: readonly Bad[] = [
  { what: 'a wrong checksum', code: 'CHECKSUM_MISMATCH', body: damaged, payload: damaged, validation: 2 },
  bad('fewer messages than declared', 'BAD_ENTRY', batchOf(['a', 'b']), { messages: 3 }),
  bad('more messages than declared', 'BAD_ENTRY', batchOf(['a', 'b', 'c']), { messages: 2 }),
  bad('two thousand million messages declared', 'BAD_ENTRY', noise(40), { messages: 0x7fff_ffff }),
  ...[1, 2, 3, 4].map(compression =>
    bad(`compression ${compression} of noise`, failed, noise(90), { compression, uncompressedBytes: 400 }),
  ),
  bad('an over-declared size', failed, packed, { compression: 1, uncompressedBytes: long.length + 1 }),
  bad('an under-declared size', failed, packed, { compression: 1, uncompressedBytes: long.length - 1 }),
  bad('a declared size beyond the bound', failed, packed, {
    compression: 1,
    uncompressedBytes: entryBytesMax + 1,
  }),
  bad('an unknown compression', failed, long, { compression: 9, uncompressedBytes: 1000 }),
  bad('an encrypted payload', 'NOT_SUPPORTED', long, { isEncrypted: true }),
  bad('a chunk without the first one', 'CHUNKS_INCOMPLETE', long, {
    chunk: { uuid: 'u', id: 1, of: 3, bytes: 3000 },
  }),
  bad('a chunk beyond the declared number', 'CHUNKS_INCOMPLETE', long, {
    chunk: { uuid: 'u', id: 3, of: 3, bytes: 3000 },
  }),
  bad('a chunk longer than the declared message', 'CHUNKS_INCOMPLETE', long, {
    chunk: { uuid: 'u', id: 0, of: 2, bytes: 10 },
  }),
  bad('chunks of more bytes than are taken', 'CHUNKS_INCOMPLETE', long, {
    chunk: { uuid: 'u', id: 0, of: 2, bytes: 0x7fff_fff0 },
  }),
  ...[
    { what: 'metadata past the end', body: sealed(noise(0), text('xyz'), 900) },
    { what: 'metadata cut in mid-field', body: sealed(text('\n\tp'), text('')) },
    { what: 'an unknown magic', body: noise(60) },
    { what: 'a size of 32 bits', body: body(packed, { compression: 1, uncompressedBytes: 0xffff_fff0 }) },
  ].map(({ what, body: bytes }) => ({ what, body: bytes, code: 'BAD_ENTRY', validation: 3, payload: bytes })),
];

describe('an entry that cannot be used', () => {
  it.each(cases)('stops its partition, and no other: $what', async ({ body: bytes, code }) => {
    const made = await scripted([
      [good('first'), { body: bytes }, good('never')],
      [good('x'), good('y'), good('z')],
    ]);
    const seen = await texts(made.consumer);
    expect(seen.filter(word => !'xyz'.includes(word))).toEqual(['first']);
    expect(seen.filter(word => 'xyz'.includes(word))).toEqual(['x', 'y', 'z']);
    expect(made.stopped).toMatchObject([[0, { code }]]);
    expect(made.stopped[0][1].message).toContain('persistent://public/default/x-partition-0: entry 7:1: ');
    expect(made.script.acks).not.toContain('7:1');
    expect(made.script.deadLetters).toEqual([]);
    await closedClean(made);
  });

  it.each(cases)('goes to the dead letters untouched, and is acknowledged as bad: $what', async one => {
    const { body: bytes, code, payload, validation } = one;
    const made = await scripted([[good('first'), { body: bytes }, good('second')]], {
      onBadEntry: 'dead-letter',
    });
    const seen = await texts(made.consumer);
    expect(seen).toEqual(['first', 'second']);
    const topic = 'persistent://public/default/x';
    await until('acknowledged', () => made.script.acks.includes(`7:1!${validation}`));
    expect(made.script.deadLetters).toMatchObject([
      {
        topic: `${topic}-s-DLQ`,
        properties: { REAL_TOPIC: topic, DEAD_LETTER_CODE: code },
      },
    ]);
    const [{ data, properties }] = made.script.deadLetters;
    expect(data.equals(payload)).toBe(true);
    expect(properties.ORIGIN_MESSAGE_ID).toMatch(/^7:1:-1/);
    expect(properties.DEAD_LETTER_REASON).toContain(`${topic}: entry 7:1: `);
    expect(made.stopped).toEqual([]);
    await closedClean(made);
  });

  it('is asked for once more after a wrong checksum, and used if it is right then', async () => {
    const made = await scripted([
      [good('first'), { body: nth => (nth === 0 ? damaged : body(text('mended'))) }, good('third')],
    ]);
    const seen = await texts(made.consumer);
    expect([...new Set(seen)]).toEqual(['first', 'mended', 'third']);
    expect(made.script.deliveriesOf(0, 1)).toBe(2);
    expect(made.stopped).toEqual([]);
    await closedClean(made);
  });

  it('keeps no permits: a hundred of them between good ones starve nobody', async () => {
    const entries = Array.from({ length: 100 }, (_, i) => [
      good(`${i}`),
      { body: cases[1 + (i % 9)].body },
    ]).flat();
    const made = await scripted([entries], { onBadEntry: 'dead-letter', receiverQueueMessages: 4 });
    const seen = await texts(made.consumer, 500);
    expect(seen.filter(word => /^\d/.test(word))).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`));
    expect(made.script.deadLetters.length).toBe(100);
    await closedClean(made);
  });

  it('is left alone if it is a marker: the broker’s own, acknowledged and handed to nobody', async () => {
    const made = await scripted([[good('first'), { body: body(text('m'), { marker: 20 }) }, good('second')]]);
    expect(await texts(made.consumer)).toEqual(['first', 'second']);
    expect(made.script.acks.sort()).toEqual(['7:0', '7:1', '7:2']);
    await closedClean(made);
  });

  it('is all of a chunked message that lacks one: each part a dead letter, each acknowledged', async () => {
    const chunk = (id: number, word: string) => ({
      body: body(text(word), { chunk: { uuid: 'u', id, of: 3, bytes: 9 } }),
    });
    const made = await scripted([[chunk(0, 'one'), chunk(2, 'two'), good('after')]], {
      onBadEntry: 'dead-letter',
    });
    expect(await texts(made.consumer)).toEqual(['after']);
    await until('acknowledged', () => made.script.acks.length === 3);
    expect(made.script.deadLetters.map(({ data }) => data.toString())).toEqual(['one', 'two']);
    expect(made.script.acks.sort()).toEqual(['7:0!3', '7:1!3', '7:2']);
    const whole = await scripted([[chunk(0, 'one'), chunk(1, 'two'), chunk(1, 'two'), chunk(2, 'six')]]);
    expect(await texts(whole.consumer)).toEqual(['onetwosix']);
    expect(whole.script.acks.sort()).toEqual(['7:0', '7:1', '7:2', '7:3']);
    await closedClean(made);
    await closedClean(whole);
  });
});
