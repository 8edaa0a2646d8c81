import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomWord } from './random.ts';

/**
 * Writes a whole file or nothing: a reader sees the old content or the new one, never a part, whoever is killed when.
 *
 * @throws the system's error; the temporary file is gone then
 */
export function atomicWrite(file: string, content: string, mode = 0o600): void {
  const temporary = `${file}.${randomWord(8)}.tmp`;
  try {
    const descriptor = openSync(temporary, 'wx', mode);
    try {
      // Not `writeSync`: that may write a part and say so only in its result.
      writeFileSync(descriptor, content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
