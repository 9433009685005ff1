import { expect, it } from 'vitest';
import { PulsarError } from '../../../../src/pulsar/errors/pulsar-error.js';
import { golden, goldenFrames } from '../../../golden/pulsar-frames.js';
import { type SeededRandom, seededRandom, seedOfRun } from '../../../seeded-random.js';
import { closedClean, scripted, texts } from './scripted-client.js';
import { sealed } from './scripted-commands.js';

/** What follows the command in the golden MESSAGEs. */
const bodies = [...new Set(goldenFrames.filter(({ kind }) => kind === 'MESSAGE').map(({ name }) => name))]
  .flatMap(name => golden(name, 'MESSAGE'))
  .filter(frame => frame.length < 3000)
  .map(frame => frame.subarray(8 + Buffer.from(frame).readUInt32BE(4)));

/** Some bytes are others, or its end is cut off; often with a checksum that says that all is well. */
function mutated(random: SeededRandom): Uint8Array {
  const bytes = Uint8Array.from(bodies[random.int(bodies.length)]);
  for (let n = random.int(5); n > 0; n--) bytes[random.int(bytes.length)] = random.int(256);
  const cut = random.int(4) === 0 ? bytes.subarray(0, random.int(bytes.length)) : bytes;
  const magicAt = Buffer.from(cut).indexOf(Buffer.from([0x0e, 0x01]));
  if (random.int(4) === 0 || magicAt < 0 || cut.length < magicAt + 10) return cut;
  const declared = Buffer.from(cut).readUInt32BE(magicAt + 6);
  return sealed(cut.subarray(magicAt + 10), new Uint8Array(0), declared);
}

it.each([
  'stop',
  'dead-letter',
] as const)('mutated entries (%s): typed errors, the other partition goes on, all memory comes back', async onBadEntry => {
  const seed = seedOfRun();
  const codes = new Set<string>();
  for (let round = 0; round < 12; round++) {
    const random = seededRandom(seed + round);
    const hostile = Array.from({ length: 12 }, () => ({ body: mutated(random) }));
    const words = ['a', 'b', 'c'];
    const sound = words.map(word => ({
      body: sealed(Buffer.from('0a017010001801', 'hex'), Buffer.from(word)),
    }));
    const made = await scripted([hostile, sound], { onBadEntry });
    const seen = await texts(made.consumer, 300);
    const where = `seed ${seed}, round ${round}`;
    expect(
      words.filter(word => !seen.includes(word)),
      where,
    ).toEqual([]);
    for (const [partition, error] of made.stopped) {
      expect(partition, where).toBe(0);
      expect(error, where).toBeInstanceOf(PulsarError);
      expect(error.message, where).toContain('x-partition-0');
      codes.add(error.code);
    }
    if (onBadEntry === 'dead-letter') expect(made.stopped, where).toEqual([]);
    for (const { properties } of made.script.deadLetters) codes.add(properties.DEAD_LETTER_CODE);
    await closedClean(made).catch(error => {
      throw new Error(where, { cause: error });
    });
  }
  expect([...codes]).toContain('BAD_ENTRY');
}, 60_000);
