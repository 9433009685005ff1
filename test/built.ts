interface Modules {
  'src/pipeline.js': typeof import('../src/pipeline.js');
  'src/worker-pool.js': typeof import('../src/worker-pool.js');
}

/**
 * Modules of `dist/`, for tests whose code starts threads: a worker's file is reached by its URL, and only what was
 * built (`test/build.ts`) can run there.
 */
export async function built<Path extends keyof Modules>(path: Path): Promise<Modules[Path]> {
  const url = new URL(`../dist/${path}`, import.meta.url).href;
  return (await import(/* @vite-ignore */ url)) as Modules[Path];
}
