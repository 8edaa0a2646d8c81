import type { FoundSession } from '../domain/found-session.ts';
import { countOf } from '../lib/count-of.ts';

/**
 * Why nobody can say that a session without a commit of its own delivered nothing; null where its files decide it.
 *
 * @param wasAsked whether there was a repository that could have confirmed its commits
 */
export function doubtFound(session: FoundSession, confirmed: number, wasAsked: boolean): string | null {
  const { printedCommits, silentCommits, answers } = session.transcript;
  if (confirmed > 0 || answers === 0) return null;
  const named = `git named ${countOf(new Set(printedCommits).size, 'commit')} to it`;
  if (printedCommits.length > 0)
    return wasAsked
      ? `${named}, and the repository does not have them, or not any more`
      : `${named}, and there was no repository to ask (--repo DIR names one)`;
  if (silentCommits > 0) return 'it ran git commit, and git did not say what became of it (--quiet)';
  if (session.attended !== 'no')
    return 'nobody saw whether the person at it, if there was one, committed what it made';
  return null;
}
