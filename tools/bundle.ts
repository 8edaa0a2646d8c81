import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Makes one program of all modules, libraries included: to find and read six hundred files takes longer than most of what
 * it is started for.
 *
 * @param root of the checkout
 * @param dist where the files go; `cli/main.js` and `api/index.js` are the ways in. All lie one folder deep, as the
 *   sources do, for they find what is published beside them by their own place.
 */
export async function bundle(root: string, dist: string): Promise<void> {
  const build = await rolldown({
    cwd: root,
    input: { 'cli/main': 'src/cli/main.ts', 'api/index': 'src/index.ts' },
    platform: 'node',
    // The oldest Node of `engines` knows no `using`.
    transform: { target: 'node22.14' },
    // It brings a binary.
    external: ['better-sqlite3'],
  });
  await build.write({ dir: dist, format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js' });
  await build.close();
}

/** Lays out in an empty folder what a published stint has, without packing and installing it: for tests and benchmarks. */
export async function makePublished(root: string, folder: string): Promise<void> {
  for (const name of ['bin', 'demo', 'package.json', 'stint.schema.json'])
    cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  await bundle(root, path.join(folder, 'dist'));
}
