import { adminAnswerBytesMax } from '../../../native-free-core/limits.js';
import { reasonOf } from '../../errors.js';
import type { TokenSource } from '../api/pulsar-client.js';
import { readToken } from '../connection/token-reader.js';
import type { PulsarErrorCode } from '../errors/error-codes.js';
import { PulsarError } from '../errors/pulsar-error.js';

export interface AdminOptions {
  /** `http://broker:8080` */
  readonly url: string;
  readonly authentication?: TokenSource | undefined;
  /** For one question; default 10 s. */
  readonly timeoutMs?: number | undefined;
}

export type AdminMethod = 'GET' | 'PUT' | 'POST' | 'DELETE';

const timeoutMsDefault = 10_000;

/**
 * One question to the admin address. Redirects to the owner of a topic are followed with the token.
 * @param path below `/admin/v2/`
 * @returns the answer's JSON; undefined for an empty one
 * @throws PulsarError ADMIN_FAILED, ADMIN_NOT_FOUND, AUTHENTICATION_FAILED, AUTHORIZATION_FAILED, NOT_ALLOWED
 */
export async function adminRequest(
  options: AdminOptions,
  method: AdminMethod,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const doing = `${method} ${path}`;
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (options.authentication !== undefined) {
    headers.authorization = `Bearer ${await readToken(options.authentication)}`;
  }
  const timeoutMs = options.timeoutMs ?? timeoutMsDefault;
  try {
    const answer = await follow(urlOf(options.url, path), {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await textOf(answer, doing);
    if (!answer.ok) throw refused(answer.status, text, doing);
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof PulsarError) throw error;
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const words = isLate ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    throw new PulsarError('ADMIN_FAILED', `${doing}: ${words}`, { cause: error });
  }
}

const redirectsMax = 5;

/** `fetch` drops the Authorization header on a redirect to another host, and the owner's broker is another host. */
async function follow(url: URL, init: RequestInit): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects++) {
    const answer = await fetch(at, { ...init, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (answer.status !== 307 || location === null) return answer;
    await answer.body?.cancel();
    if (redirects >= redirectsMax) throw new Error(`more than ${redirectsMax} redirects`);
    const next = new URL(location, at);
    if (at.protocol === 'https:' && next.protocol !== 'https:') {
      throw new Error(`redirected from https to ${next.protocol}, where the token will not be sent`);
    }
    at = next;
  }
}

function urlOf(base: string, path: string): URL {
  try {
    return new URL(`${base.replace(/\/+$/, '')}/admin/v2/${path}`);
  } catch (error) {
    throw new PulsarError('INVALID_SERVICE_URL', `admin URL "${base}" cannot be read`, { cause: error });
  }
}

async function textOf(answer: Response, doing: string): Promise<string> {
  if (answer.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    if (bytes > adminAnswerBytesMax) {
      throw new PulsarError(
        'ADMIN_FAILED',
        `${doing}: the answer is longer than ${adminAnswerBytesMax} bytes`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const codeOfStatus: Readonly<Record<number, PulsarErrorCode>> = {
  401: 'AUTHENTICATION_FAILED',
  403: 'AUTHORIZATION_FAILED',
  404: 'ADMIN_NOT_FOUND',
  405: 'NOT_ALLOWED',
  409: 'NOT_ALLOWED',
  412: 'NOT_ALLOWED',
};

function refused(status: number, text: string, doing: string): PulsarError {
  let words = text.slice(0, 300);
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    if (typeof reason === 'string') words = reason;
  } catch {
    // Not JSON: a proxy's or servlet's own page; its first words stand as they are.
  }
  return new PulsarError(codeOfStatus[status] ?? 'ADMIN_FAILED', `${doing}: HTTP ${status} ${words}`, {
    httpStatus: status,
  });
}
