/**
 * The one error class of stint: something a user (or a bug) did wrong, told in one sentence.
 *
 * What an agent does wrong is never an exception: it is a stop, evidence or a verdict.
 *
 * @example throw new Problem('no_repository', 'There is no git repository in /tmp.', 'Run `git init` there.')
 */
export class Problem extends Error {
  /** A stable word for scripts, such as `unknown_category`. */
  readonly code: string;
  /** What to do next, one sentence. */
  readonly hint: string;
  /** The exit code of the process: 1 failed, 2 usage or configuration, 75 try later. */
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string, exitCode = 2) {
    super(message);
    this.name = 'Problem';
    this.code = code;
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** A call that is wrong as it was typed: code `usage`, exit code 2. */
export function wrongCall(message: string, hint: string): Problem {
  return new Problem('usage', message, hint);
}

/** For the `catch` of a promise: a Problem gives an answer, any other error is thrown on. */
export function onProblem<T>(answer: (problem: Problem) => T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Problem) return answer(error);
    throw error;
  };
}

/** The `code` of a system error (`ENOSPC`, `EACCES`), or null for anything else. */
export function systemErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Errors that pass when other programs end or close files. */
const SHORTAGES = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether the machine had too few processes, open files or memory at that moment. */
export function isShortage(error: unknown): boolean {
  return SHORTAGES.has(systemErrorCode(error) ?? '');
}

/** The result of a read; null in a shortage: what cannot be seen then decides nothing. */
export function unlessShort<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isShortage(error)) return null;
    throw error;
  }
}

/** What such an error means for a person. @param sentence what could not be done, without a full stop */
export function tooMany(sentence: string, error: unknown): Problem {
  return new Problem(
    'too_many_processes',
    `${sentence}: too many processes or open files (${systemErrorCode(error)}).`,
    'Try again when others have ended; see `ulimit -u` and `ulimit -n`.',
    75,
  );
}

/** The message of anything that was thrown. Never throws: a value may refuse to become text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    // An object without a prototype, say, which a listener of a program may throw.
    return 'an error without a text';
  }
}
