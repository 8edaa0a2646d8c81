import type { Stop, StopReason } from '../domain/record.ts';
import { limitWords } from '../domain/limit.ts';
import type { TranscriptSession } from '../domain/transcript-session.ts';
import { openQuestion } from '../domain/asks.ts';
import { countOf } from '../lib/quantities.ts';

/**
 * How a session ended that nobody watched, from what its own files say. Silence is not death: where they break off in
 * the middle, nothing proves how it ended.
 */
export function explainTranscript(session: TranscriptSession): Stop {
  const [reason, because] = findReason(session);
  return { reason, because, exitCode: null, signal: null };
}

function findReason({ transcript, attended, lastWord, prompts }: TranscriptSession): [StopReason, string] {
  const { limit, trouble, ended, answers, unreadableLines, isInterrupted } = transcript;
  if (limit) return ['limited', limitWords(limit)];
  if (trouble?.error === 'auth')
    return ['unauthorised', `the provider refused the credentials: ${trouble.message}`];
  if (ended && !(ended.isError && isInterrupted === true))
    return ['completed', `it emitted its result (${ended.subtype})`];
  if (lastWord === 'agent') return ['completed', 'the agent had the last word'];
  if (answers === 0 && unreadableLines > 0 && trouble === null)
    return ['lost', 'format unknown: nothing that the model said could be understood'];
  if (prompts === 0 && answers === 0) return ['cancelled', 'it was opened, and nothing was asked'];
  if (trouble) return ['crashed', `its last word is an error of the provider: ${trouble.message}`];
  const question = openQuestion(transcript);
  if (question !== null) return ['asked', `it asked a person and got no answer: ${question}`];
  if (attended === 'yes') return ['cancelled', `${BROKEN_OFF[lastWord]}, and a person sat at it`];
  return ['lost', `${BROKEN_OFF[lastWord]}, and nothing says how it ended`];
}

const BROKEN_OFF: Readonly<Record<Exclude<TranscriptSession['lastWord'], 'agent'>, string>> = {
  call: 'it breaks off in a call without an answer',
  tool: 'it breaks off at the answer of a tool',
  person: 'it breaks off at a prompt without an answer',
  none: 'no turn is in it',
};

/**
 * Why a session without a confirmed commit may still have delivered something; null where its files decide that.
 *
 * @param wasAsked whether there was a repository that could have confirmed its commits
 */
export function whyWorkIsUnverified(
  session: TranscriptSession,
  confirmed: number,
  wasAsked: boolean,
): string | null {
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
