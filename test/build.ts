import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds before any test runs, so that no test can read a stale build (also under a bare `npx vitest`). */
export default function buildOnce(): void {
  const prepare = fileURLToPath(new URL('../tools/prepare.mjs', import.meta.url));
  execFileSync(process.execPath, [prepare], { stdio: 'inherit' });
}
