import { Problem, messageOf, systemErrorCode } from '../../lib/problem.ts';

/** Says what a failing database means to a person. */
export function unusable(file: string, error: unknown): Problem {
  const code = systemErrorCode(error) ?? '';
  const say = (name: string, what: string, hint: string): Problem =>
    new Problem(name, `${file} ${what}.`, hint, 1);
  if (/^(SQLITE_FULL$|ENOSPC$|SQLITE_IOERR)/.test(code)) {
    const hint = 'Free space there, or set STINT_STATE_DIR.';
    return say('disk_full', 'cannot be written: no space is left, or the disk fails', hint);
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM$)/.test(code)) {
    const hint = 'See the permissions of its folder, or set STINT_STATE_DIR.';
    return say('state_unwritable', 'cannot be written', hint);
  }
  if (/^SQLITE_(NOTADB$|CORRUPT)/.test(code)) {
    const hint = 'Put it aside and keep it; stint then starts a new one.';
    return say('state_corrupt', 'is not a stint database, or it is damaged', hint);
  }
  return say('state_unusable', `cannot be used: ${messageOf(error)}`, 'See the file and its folder.');
}
