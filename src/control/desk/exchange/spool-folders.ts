import { lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { listNames } from '../../../lib/file-system.ts';
import { readProcess } from '../../../lib/process-table.ts';

const PREFIX = 'stint-import-';
/** An import in another container has a process that this machine does not show. */
const LEAST_AGE_MS = 24 * 3_600_000;

/** A private temporary folder, whose name tells the process that made it. */
export function makeSpoolFolder(): string {
  return mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
}

/** Removes the temporary folders of imports that were killed more than a day ago. */
export function removeLeftSpools(now: Date): void {
  for (const name of listNames(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d{1,10})-`).exec(name)?.[1];
    if (pid === undefined || readProcess(Number(pid)) !== null) continue;
    const folder = path.join(tmpdir(), name);
    try {
      if (now.getTime() - lstatSync(folder).mtimeMs >= LEAST_AGE_MS)
        rmSync(folder, { recursive: true, force: true });
    } catch {
      // It is another user's, or another import has removed it.
    }
  }
}
