import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makePublished } from '../../tools/bundle.ts';

/**
 * Tests start stint as it is published, made once for all of them: it starts in half the time that the sources need. Sets
 * STINT_BUILT, which `test/support/stint.ts` reads. @returns what takes it away again
 */
export default async function build(): Promise<() => void> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'stint-built-')));
  await makePublished(path.resolve(import.meta.dirname, '../..'), folder);
  process.env['STINT_BUILT'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
