import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerAddress } from '../../tools/servers/broker-address.js';
import { read, root } from '../agreement/sources.js';
import { describeWithBroker } from './shared-broker.js';
import { freshTopic } from './topics.js';

const page = 'src/pulsar/README.md';
/** Inside the package, so that `millrace/pulsar` is what the package exports: the build. */
const folder = `dist/readme-${process.pid}`;

interface Example {
  readonly program: string;
  readonly printed: string;
  readonly isTls: boolean;
}

/** The page's programs, in order, each with the output that stands beneath it. */
const examples: readonly Example[] = [
  ...read(page).matchAll(/^```ts\n(.*?)^```\n```text\n(.*?)^```$/gms),
].map(([, program, printed]) => ({ program, printed, isTls: program.includes('pulsar+ssl://localhost') }));

/** With the run's broker and names of its own in the place of the page's. */
function adapted(program: string, broker: BrokerAddress, topic: string): string {
  return program
    .replaceAll('pulsar://localhost:6650', broker.serviceUrl)
    .replaceAll('pulsar+ssl://localhost:6651', broker.tls?.serviceUrl ?? '')
    .replaceAll("'ca.pem'", JSON.stringify(broker.tls?.caFile ?? ''))
    .replaceAll("'payments'", `'${topic}'`);
}

/** As a user's compiler would: against the declarations that the package exports. */
function complaints(names: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
  };
  const program = ts.createProgram([...names], options);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    );
}

/** @returns what it printed; it must end by itself */
async function run(program: string, name: string, token: string | undefined): Promise<string> {
  const file = `${root}${folder}/${name}.mjs`;
  const options = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  writeFileSync(file, ts.transpileModule(program, { compilerOptions: options }).outputText);
  const env = { ...process.env, PULSAR_TOKEN: token };
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env, timeout: 30_000 });
  return stdout;
}

beforeAll(() => mkdirSync(root + folder, { recursive: true }));
afterAll(() => rmSync(root + folder, { recursive: true, force: true }));

describe('the programs in the README of the client', () => {
  it('are all of its TypeScript', () => {
    expect(examples.length).toBeGreaterThan(5);
    expect(read(page).match(/^```ts$/gm)).toHaveLength(examples.length);
  });

  it('compile', () => {
    const names = examples.map(({ program }, i) => {
      const name = `${root}${folder}/checked-${i}.mts`;
      writeFileSync(name, program);
      return name;
    });
    expect(complaints(names)).toEqual([]);
    // The compiler does look.
    const wrong = `${root}${folder}/wrong.mts`;
    writeFileSync(wrong, examples[0].program.replace('serviceUrl:', 'serviceURL:'));
    expect(complaints([wrong]).join()).toContain('serviceURL');
  });
});

describeWithBroker('the programs in the README', 'plain', broker => {
  const topic = freshTopic('readme');
  const plain = examples.filter(({ isTls }) => !isTls);
  it.each(plain.map((example, i) => [i, example] as const))('print what it says: %i', async (i, example) => {
    expect(await run(adapted(example.program, broker, topic), `plain-${i}`, undefined)).toBe(example.printed);
  });
});

describeWithBroker('the programs with a token and TLS in the README', 'secure', broker => {
  const topic = freshTopic('readme');
  const secure = examples.filter(({ isTls }) => isTls);
  it.each(secure.map((example, i) => [i, example] as const))('print what it says: %i', async (i, example) => {
    const token = broker.tokens?.adminToken;
    expect(await run(adapted(example.program, broker, topic), `secure-${i}`, token)).toBe(example.printed);
  });
});
