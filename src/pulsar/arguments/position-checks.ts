import { wrongArgument } from './wrong-argument.js';

const idShape = '{ ledgerId, entryId, partition, batchIndex, batchSize }';
const otherParts = [
  ['partition', -1],
  ['batchIndex', -1],
  ['batchSize', 0],
] as const;
const ends = ['earliest', 'latest'] as const;

/**
 * @param positionLeast of ledger and entry: -1 where "before the first" is a position, too
 * @throws PulsarError INVALID_ARGUMENT: not a message id; the hint tells when it is the message itself
 */
export function checkMessageId(name: string, id: unknown, positionLeast: 0 | -1): void {
  if (typeof id !== 'object' || id === null) {
    throw wrongArgument(name, id, `a message id ${idShape}`, 'pass message.id');
  }
  const parts = id as Readonly<Record<string, unknown>>;
  if ('id' in id && !('ledgerId' in id)) {
    throw wrongArgument(name, id, `a message id ${idShape}, and not the message`, 'pass message.id');
  }
  checkPart(name, 'ledgerId', parts.ledgerId, positionLeast);
  checkPart(name, 'entryId', parts.entryId, positionLeast);
  for (const [part, least] of otherParts) checkPart(name, part, parts[part], least);
}

function checkPart(name: string, part: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw wrongArgument(`${name}.${part}`, value, `a whole number from ${least}`);
}

/** An end, a publish time or a message id. @throws PulsarError INVALID_ARGUMENT */
export function checkPosition(name: string, to: unknown): void {
  if (ends.some(end => end === to)) return;
  const isObject = typeof to === 'object' && to !== null;
  if (!isObject) {
    const words = `"earliest", "latest", { publishTimeMs }, or a message id ${idShape}`;
    throw wrongArgument(name, to, words, hintFor(to));
  }
  if (!('publishTimeMs' in to) || 'id' in to) {
    checkMessageId(name, to, -1);
    return;
  }
  const { publishTimeMs } = to;
  if (Number.isSafeInteger(publishTimeMs) && (publishTimeMs as number) >= 0) return;
  throw wrongArgument(`${name}.publishTimeMs`, publishTimeMs, 'whole milliseconds since 1970');
}

function hintFor(to: unknown): string | undefined {
  if (typeof to === 'number') return '{ publishTimeMs } seeks to a time';
  if (typeof to !== 'string') return undefined;
  if (/^(begin|start|first|old|earl)/i.test(to)) return 'the beginning is "earliest"';
  return /^(end|last|new|late)/i.test(to) ? 'the end is "latest"' : undefined;
}
