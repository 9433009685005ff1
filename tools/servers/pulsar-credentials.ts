import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, runProgram } from './programs.js';

const opensslMsMax = 60_000;
/** Name of the certificate that mTLS clients show: the broker takes it as a superuser's. */
export const clientCertificateRole = 'millrace-client';

/** A JSON Web Token (HS256) as the broker's token provider reads it: the subject is the role. */
export function signToken(secretBase64: string, subject: string, expiresAtSeconds?: number): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = expiresAtSeconds === undefined ? {} : { exp: expiresAtSeconds };
  const signed = `${encode({ alg: 'HS256' })}.${encode({ sub: subject, ...claims })}`;
  const key = Buffer.from(secretBase64, 'base64');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** The broker's signing key, made on first use. */
export function ensureSecret(folder: string): { file: string; base64: string } {
  const file = join(folder, 'secret.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return { file, base64: readFileSync(file).toString('base64') };
}

/** Paths of PEM files. */
export interface Certificates {
  readonly caFile: string;
  /** The broker's, for `localhost` and `127.0.0.1`; no other name. */
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** An authority that has signed nothing here. */
  readonly strangerCaFile: string;
}

/** An authority, the broker's certificate and a client's, by openssl, on first use. */
export async function ensureCertificates(folder: string): Promise<Certificates> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  if (!existsSync(at('client.pem'))) {
    await makeAuthority(folder, 'ca');
    await makeAuthority(folder, 'stranger-ca');
    writeFileSync(at('broker.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
    writeFileSync(at('client.ext'), 'extendedKeyUsage=clientAuth\n');
    await makeSigned(folder, 'broker', 'localhost');
    await makeSigned(folder, 'client', clientCertificateRole);
  }
  return {
    caFile: at('ca.pem'),
    certFile: at('broker.pem'),
    keyFile: at('broker.key'),
    clientCertFile: at('client.pem'),
    clientKeyFile: at('client.key'),
    strangerCaFile: at('stranger-ca.pem'),
  };
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function makeAuthority(folder: string, name: string): Promise<void> {
  return openssl(folder, [
    ...['req', '-x509', ...newKey, '-days', '3650', '-subj', `/CN=millrace-test-${name}`],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', `${name}.key`, '-out', `${name}.pem`],
  ]);
}

async function makeSigned(folder: string, name: string, commonName: string): Promise<void> {
  const request = ['-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${commonName}`];
  await openssl(folder, ['req', ...newKey, ...request]);
  await openssl(folder, [
    ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '3650', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
  ]);
}

async function openssl(cwd: string, args: readonly string[]): Promise<void> {
  const said = await runProgram('openssl', args, { cwd, limitMs: opensslMsMax });
  if (!said.ok) throw new Error(`openssl ${args[0]} failed: ${lastLines(said.stderr)}`);
}
