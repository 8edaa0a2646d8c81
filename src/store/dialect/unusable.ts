import { Problem, messageOf, systemErrorCode } from '../../lib/problem.ts';

/** Says what a failing database means to a person. */
export function unusable(file: string, error: unknown): Problem {
  const code = systemErrorCode(error) ?? '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code.startsWith('SQLITE_IOERR')) {
    return new Problem(
      'disk_full',
      `${file} cannot be written: no space is left, or the disk fails.`,
      'Free space there, or set STINT_STATE_DIR.',
      1,
    );
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN') || code === 'SQLITE_PERM') {
    return new Problem(
      'state_unwritable',
      `${file} cannot be written.`,
      'See the permissions of its folder, or set STINT_STATE_DIR.',
      1,
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return new Problem(
      'state_corrupt',
      `${file} is no stint database, or it is damaged.`,
      'Put it aside and keep it; stint then starts a new one.',
      1,
    );
  }
  return new Problem(
    'state_unusable',
    `${file} cannot be used: ${messageOf(error)}.`,
    'See the file and its folder.',
    1,
  );
}
