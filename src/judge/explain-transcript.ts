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

function findReason({
  transcript,
  attended,
  lastWord,
  prompts,
  handOff,
}: TranscriptSession): [StopReason, string] {
  const { limit, trouble, ended, answers, unreadableLines, isInterrupted } = transcript;
  if (limit) return ['limited', limitWords(limit)];
  if (trouble?.error === 'auth')
    return ['unauthorised', `the provider refused the credentials: ${trouble.message}`];
  if (ended && !(ended.isError && isInterrupted === true))
    return ['completed', `it emitted its result (${ended.subtype})`];
  // The words before an interruption are not the end of a turn.
  const isCut = isInterrupted === true && ended === null;
  if (lastWord === 'agent' && !isCut) return ['completed', 'the agent had the last word'];
  if (handOff !== null)
    return ['completed', `it handed off its work with ${handOff} (import.endingCommands)`];
  if (answers === 0 && unreadableLines > 0 && trouble === null)
    return ['lost', 'format unknown: nothing that the model said could be understood'];
  if (prompts === 0 && answers === 0) return ['cancelled', 'it was opened, and nothing was asked'];
  if (trouble) return ['crashed', `its last word is an error of the provider: ${trouble.message}`];
  const question = openQuestion(transcript);
  if (question !== null) return ['asked', `it asked a person and got no answer: ${question}`];
  // A prompt that got no answer is a start that failed, or a file that ends too early: a person ended it only where the
  // CLI says so.
  if (lastWord === 'person')
    return isInterrupted === true
      ? ['cancelled', 'it was interrupted before its last prompt got an answer']
      : ['lost', noAnswer(answers)];
  if (lastWord === 'agent') return ['cancelled', 'it was interrupted before the agent had ended its turn'];
  if (attended === 'yes') return ['cancelled', `${BROKEN_OFF[lastWord]}, and a person sat at it`];
  return ['lost', `${BROKEN_OFF[lastWord]}, and nothing says how it ended`];
}

function noAnswer(answers: number): string {
  return answers === 0
    ? 'no answer: it was prompted, and its file holds no answer of the model'
    : 'no answer: its last prompt got none, and nothing says why';
}

const BROKEN_OFF: Readonly<Record<Exclude<TranscriptSession['lastWord'], 'agent' | 'person'>, string>> = {
  call: 'it breaks off in a call without an answer',
  tool: 'it breaks off at the answer of a tool',
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
  const names = new Set(printedCommits).size;
  const named = `git named ${countOf(names, 'commit')} to it`;
  if (printedCommits.length > 0)
    return wasAsked
      ? `${named}, and the repository has no commit that is known to be ${names === 1 ? 'it' : 'one of them'}`
      : `${named}, and there was no repository to ask (stint import --repo PATH names one)`;
  if (silentCommits > 0) return 'it ran git commit, and git did not say what became of it (--quiet)';
  return null;
}
