import { cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundle } from '../../tools/bundle.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/**
 * Tests start stint as it is published, once for all of them: it starts in half the time that the sources need. Sets
 * STINT_BUILT, which `test/support/stint.ts` reads. @returns what takes it away again
 */
export default async function build(): Promise<() => void> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'stint-built-')));
  for (const name of ['bin', 'demo', 'package.json', 'stint.schema.json'])
    cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  await bundle(ROOT, path.join(folder, 'dist'));
  process.env['STINT_BUILT'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
