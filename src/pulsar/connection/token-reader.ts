import { readFile } from 'node:fs/promises';
import type { TokenSource } from '../api/pulsar-client.js';
import { asPulsarError, PulsarError } from '../errors/pulsar-error.js';

/**
 * The token, read anew at each call, so that one that was rotated is found. White space around it is dropped.
 * @throws PulsarError TOKEN_UNREADABLE, which never shows the token
 */
export async function readToken(source: TokenSource): Promise<string> {
  const where = placeOf(source);
  let text: string | undefined;
  try {
    text = await textOf(source);
  } catch (error) {
    throw asPulsarError(error, 'TOKEN_UNREADABLE', `read the token from ${where}`);
  }
  const token = typeof text === 'string' ? text.trim() : '';
  if (token === '') throw new PulsarError('TOKEN_UNREADABLE', `the token from ${where} is missing or empty`);
  return token;
}

async function textOf(source: TokenSource): Promise<string | undefined> {
  if ('token' in source) return source.token;
  if ('file' in source) return readFile(source.file, 'utf8');
  if ('environment' in source) return process.env[source.environment];
  return source.supply();
}

function placeOf(source: TokenSource): string {
  if ('token' in source) return 'the configuration';
  if ('file' in source) return `file ${source.file}`;
  if ('environment' in source) return `environment variable ${source.environment}`;
  return 'its supplier';
}
