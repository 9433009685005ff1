// Makes a checkout runnable: installs the locked dependencies when they are missing or stale, then builds.
// Runs before `npm start`, `npm test` and friends; needs nothing but Node and npm.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const NODE_MIN = [20, 19];

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return;
  console.error(`millrace needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(2);
}

function installIfStale() {
  const lock = join(root, 'package-lock.json');
  const installed = join(root, 'node_modules', '.millrace-lock');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === readFileSync(lock, 'utf8')) return;
  console.error('millrace: installing dependencies (npm ci) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // What npm says goes to standard error: standard output belongs to the features.
  execFileSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: root, stdio: ['ignore', 2, 2] });
  copyFileSync(lock, installed);
}

function build() {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
}

checkNode();
try {
  installIfStale();
  build();
} catch (error) {
  console.error(`millrace: could not prepare the checkout: ${error.message}`);
  process.exit(1);
}
