import { openQuestion } from '../domain/asks.ts';
import { unfinishedAgents } from '../domain/background-work.ts';
import { limitWords } from '../domain/limit.ts';
import type { Stop, StopReason } from '../domain/record.ts';
import type { Transcript } from '../domain/transcript.ts';

const SIGNALS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** A shell adds the number of a signal to it. */
const FIRST_SIGNAL = 128;

/** What a shell says when a program is not there or may not be run. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

export interface EndFacts {
  /** The reason that somebody claimed before a signal was sent, if anybody did. */
  readonly claimed: { readonly reason: StopReason; readonly because: string } | null;
  readonly exitCode: number | null;
  readonly transcript: Transcript;
  readonly hasEvents: boolean;
  /** Whether its output is there to be read. */
  readonly hasOutput: boolean;
  /** Whether the shell before it said that it cannot run it; null where only the exit code is asked. */
  readonly isRefusedByShell: boolean | null;
}

/**
 * Why the session ended, from what it left: the same for a supervisor that watched it and for one that found it later.
 * A result that was emitted counts, whatever became of the process afterwards and whoever ended it.
 */
export function explainEnd(facts: EndFacts): Stop {
  const { reason, because } = findReason(facts);
  const signal = SIGNALS[(facts.exitCode ?? 0) - FIRST_SIGNAL] ?? null;
  return { reason, because, exitCode: facts.exitCode, signal };
}

function findReason(facts: EndFacts): { reason: StopReason; because: string } {
  const { transcript, exitCode, claimed } = facts;
  if (transcript.limit) return { reason: 'limited', because: limitWords(transcript.limit) };
  // An error may be what a CLI says when it is ended; a success is the session's own last word, unless work goes on.
  const isAtWork = unfinishedAgents(transcript).length > 0 && claimed?.reason !== 'stuck';
  const isDone = transcript.ended?.isError === false && !isAtWork;
  if (claimed && (!isDone || claimed.reason === 'completed' || claimed.reason === 'limited')) return claimed;
  if (transcript.trouble?.error === 'auth')
    return {
      reason: 'unauthorised',
      because: `the provider refused the credentials: ${transcript.trouble.message}`,
    };
  if (transcript.isInterrupted === true && !isDone)
    return { reason: 'cancelled', because: 'its turn was interrupted, and it said nothing more' };
  if (transcript.ended) {
    const result = `it emitted its result (${transcript.ended.subtype})`;
    return {
      reason: 'completed',
      because: claimed ? `${result}, and was ended after it: ${claimed.because}` : result,
    };
  }
  if (exitCode === null) return { reason: 'lost', because: 'nothing says how it ended' };
  const hasSpoken = transcript.events > 0;
  if ((facts.isRefusedByShell ?? !hasSpoken) && (exitCode === NOT_FOUND || exitCode === NOT_EXECUTABLE)) {
    return { reason: 'not-started', because: `the agent's program could not be run (exit ${exitCode})` };
  }
  const question = openQuestion(transcript);
  if (question !== null && exitCode < FIRST_SIGNAL)
    return { reason: 'asked', because: `it asked a person, and ended without an answer: ${question}` };
  if (exitCode === 0 && facts.hasEvents && !hasSpoken) {
    // What cannot be found or understood hides its result too: no crash is proven.
    if (!facts.hasOutput) return { reason: 'completed', because: 'it exited with 0; its output is gone' };
    if (transcript.unreadableLines > 0)
      return { reason: 'completed', because: 'it exited with 0; nothing in its stream could be understood' };
  }
  if (facts.hasEvents)
    return { reason: 'crashed', because: `it exited with ${exitCode} and emitted no result` };
  if (exitCode === 0) return { reason: 'completed', because: 'it exited with 0' };
  return { reason: 'crashed', because: `it exited with ${exitCode}` };
}
