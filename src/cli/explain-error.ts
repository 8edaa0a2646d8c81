import { messageOf, Problem, systemErrorCode } from '../lib/problem.ts';

export interface ErrorWords {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly exitCode: number;
}

/** Anything that was thrown, in one sentence with the next step. */
export function explainError(error: unknown): ErrorWords {
  if (error instanceof Problem)
    return { code: error.code, message: error.message, hint: error.hint, exitCode: error.exitCode };
  const code = systemErrorCode(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return {
      code: 'disk_full',
      message: `No space is left on the disk: ${messageOf(error)}.`,
      hint: 'Free space, then try again.',
      exitCode: 1,
    };
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return {
      code: 'not_permitted',
      message: `${messageOf(error)}.`,
      hint: 'See the permissions of that place.',
      exitCode: 1,
    };
  }
  return {
    code: 'bug',
    message: `Something went wrong inside stint: ${messageOf(error)}.`,
    hint: 'Please report it; STINT_TRACE=1 prints where.',
    exitCode: 1,
  };
}
