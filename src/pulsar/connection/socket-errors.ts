import { reasonOf } from '../../errors.js';
import type { PulsarErrorCode } from '../errors/error-codes.js';
import { PulsarError } from '../errors/pulsar-error.js';
import { type Address, addressText } from './address.js';

const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);
/** What OpenSSL says when the first bytes of the peer are no TLS record. */
const notTls = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_HTTP_REQUEST',
]);

/** The error of a socket that could not be opened. */
export function socketError(error: Error, address: Address): PulsarError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const where = addressText(address);
  const made = (mine: PulsarErrorCode, words: string, hint?: string) =>
    new PulsarError(mine, `${where}: ${words}`, { cause: error, hint });
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return made('TLS_HOSTNAME_MISMATCH', error.message, 'connect by a name that the certificate has');
  }
  if (untrusted.has(code)) {
    return made('TLS_UNTRUSTED', `the certificate is refused (${error.message})`, 'set tls.caFile');
  }
  if (notTls.has(code)) {
    return made('PLAINTEXT_EXPECTED', 'the port does not speak TLS', 'use pulsar:// for it');
  }
  if (address.isTls && (code === 'ECONNRESET' || code === '')) {
    return made(
      'CONNECT_FAILED',
      `the peer ended the TLS handshake (${error.message})`,
      'if this persists, the port may not speak TLS: use pulsar:// for it',
    );
  }
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS') || code.startsWith('ERR_OSSL')) {
    return made('TLS_FAILED', error.message);
  }
  return made('CONNECT_FAILED', reasonOf(error));
}
