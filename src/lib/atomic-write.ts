import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { systemErrorCode } from './problem.ts';
import { randomWord } from './random.ts';

/**
 * Writes a whole file or nothing: a reader sees the old content or the new one, never a part, whoever is killed when.
 *
 * @throws the system's error, which names `file`; the temporary file is gone then
 */
export function atomicWrite(file: string, content: string, mode = 0o600): void {
  const temporary = `${file}.${randomWord(8)}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: 'wx', mode, flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw ofFile(error, file);
  }
}

/**
 * The same for content that comes part by part, so that it never stands in memory as a whole.
 *
 * @throws the system's error, which names `file`, or what `parts` throws; the temporary file is gone then
 */
export async function atomicWriteParts(file: string, parts: AsyncIterable<string>): Promise<void> {
  const temporary = `${file}.${randomWord(8)}.tmp`;
  try {
    await writeFile(temporary, parts, { flag: 'wx', mode: 0o600, flush: true });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw ofFile(error, file);
  }
}

/** The system's error in terms of the file that the caller named: the temporary one means nothing to anybody. */
function ofFile(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const [what] = error.message.split(`, ${String(error.syscall)}`);
  return Object.assign(new Error(`${what}, write '${file}'`, { cause: error }), {
    code: systemErrorCode(error),
  });
}
