import { countWork, unfinishedAgents } from '../domain/background-work.ts';
import { hiddenCommits } from '../domain/deliverable.ts';
import type { Evidence, ForeignCommit } from '../domain/evidence.ts';
import type { Stop } from '../domain/record.ts';
import type { Outcome } from '../domain/record-words.ts';
import { describeDelivered } from './deliverables.ts';
import { countOf } from '../lib/quantities.ts';
import { contextOverflow, stashEnds } from './open-ends.ts';
import { unseenCalls } from './unseen-calls.ts';
import { unseenEdits } from './unseen-edits.ts';
import { providerFault } from './provider-fault.ts';

/**
 * Exactly one outcome, by the first rule that fits. docs/outcomes.md holds the same table.
 *
 * | delivered something                                   | productive |
 * | imported, with edits of its own calls                 | unknown    |
 * | cancelled, lost, or git cannot read the repository    | unknown    |
 * | commits on its own branch, made past every log        | unknown    |
 * | limit, credentials or provider before the first turn  | not-run    |
 * | the same after it                                     | failed     |
 * | could not be started                                  | not-run    |
 * | a stream in an unknown format, or no word at all      | unknown    |
 * | asked a person, permission refused, declared blocked  | blocked    |
 * | crash, stuck, lost completion, time, loop, budget     | failed     |
 * | a result that is an error                             | failed     |
 * | a wrapped script that ended well and declared nothing | unknown    |
 * | only commits that change nothing themselves           | unknown    |
 * | files that it left uncommitted in its own worktree    | unknown    |
 * | work of its own that it left in a stash entry         | unknown    |
 * | edits of its own calls that git could not see         | unknown    |
 * | calls of which nothing shows what they did            | unknown    |
 * | ended with agents at work in the background           | unknown    |
 * | ended well with nothing                               | noop       |
 */
export function decideOutcome(stop: Stop, evidence: Evidence): { outcome: Outcome; reason: string } {
  const delivered = describeDelivered(evidence);
  if (delivered !== '') return { outcome: 'productive', reason: `it delivered ${delivered}` };
  return outcomeWithoutDelivery(stop, evidence);
}

const MOST_NAMED = 3;

function outcomeWithoutDelivery(stop: Stop, evidence: Evidence): { outcome: Outcome; reason: string } {
  const edits = unseenEdits(evidence);
  // A person may have committed them, however the session ended: none of its ends proves that nothing came of it.
  if (edits !== null && evidence.isImported) return { outcome: 'unknown', reason: edits };
  // Whoever stopped it, or lost it, ended it: what the provider did meanwhile decides nothing.
  if (stop.reason === 'cancelled' || stop.reason === 'lost')
    return { outcome: 'unknown', reason: stop.because };
  if (evidence.gitTrouble !== null)
    return { outcome: 'unknown', reason: `git could not say what it did: ${evidence.gitTrouble}` };
  const hidden = hiddenCommits(evidence);
  // Had a log shown them to be the session's, it would have delivered; so that it did not is not known.
  if (hidden.length > 0) return { outcome: 'unknown', reason: describeHidden(hidden) };
  const calls = unseenCalls(evidence);
  // A person at it can have gone on with their results: a later error took nothing away.
  if (calls !== null && evidence.mayBeAttended && hasWorked(evidence))
    return { outcome: 'unknown', reason: calls };
  const provider = providerFault(stop, evidence)?.words ?? null;
  const refused = refusedWords(evidence);
  if (provider !== null) {
    return !hasWorked(evidence)
      ? { outcome: 'not-run', reason: `${provider}, before the agent's first turn` }
      : {
          outcome: 'failed',
          reason: `${provider}, and nothing was delivered before${refused === null ? '' : `; ${refused}`}`,
        };
  }
  switch (stop.reason) {
    case 'not-started':
      return { outcome: 'not-run', reason: stop.because };
    case 'asked':
      return { outcome: 'blocked', reason: stop.because };
    case 'crashed':
      return {
        outcome: 'failed',
        reason: `${contextOverflow(evidence) ?? stop.because}, and nothing was delivered`,
      };
    case 'stuck':
    case 'lost-completion':
    case 'timed-out':
    case 'looping':
    case 'budget':
      return { outcome: 'failed', reason: `${stop.because}, and nothing was delivered` };
    case 'completed':
    case 'limited':
    case 'unauthorised':
      return outcomeOfCompleted(evidence);
  }
}

function outcomeOfCompleted(evidence: Evidence): { outcome: Outcome; reason: string } {
  const { transcript, declared, isScript, commits, uncommitted } = evidence;
  // The work of a script is often neither a file nor a commit: nothing here shows whether it was done.
  if (isScript && declared === null) return { outcome: 'unknown', reason: 'completed; nothing to judge' };
  const refused = refusedWords(evidence);
  const overflow = contextOverflow(evidence);
  if (transcript.ended?.isError || overflow !== null) {
    const reason = overflow ?? `its result is an error (${transcript.ended?.subtype ?? ''})`;
    return { outcome: 'failed', reason: refused === null ? reason : `${reason}, after ${refused}` };
  }
  const mute = declared === null ? whyMute(evidence) : null;
  if (mute !== null) return { outcome: 'unknown', reason: mute };
  if (declared?.kind === 'blocked')
    return { outcome: 'blocked', reason: `it declared itself blocked: ${declared.reason}` };
  if (refused !== null) return { outcome: 'blocked', reason: refused };
  if (commits.length > 0) return { outcome: 'unknown', reason: describeEmpty(commits) };
  if (uncommitted !== null && uncommitted.length > 0) {
    const left = `it left ${countOf(uncommitted.length, 'file')} uncommitted`;
    return { outcome: 'unknown', reason: `${left}, and nothing here shows whether that was its work` };
  }
  const [aside] = stashEnds(evidence);
  if (aside !== undefined)
    return { outcome: 'unknown', reason: `${aside}, and nothing here shows whether that was its work` };
  const edits = unseenEdits(evidence);
  if (edits !== null) return { outcome: 'unknown', reason: edits };
  const calls = declared === null ? unseenCalls(evidence) : null;
  if (calls !== null) return { outcome: 'unknown', reason: calls };
  const held = unfinishedAgents(transcript);
  if (held.length > 0) {
    const reason = `it ended with ${countWork(held)} at work, and nothing says what became of that`;
    return { outcome: 'unknown', reason };
  }
  if (declared?.kind === 'noop')
    return { outcome: 'noop', reason: `it declared that there was nothing to do: ${declared.reason}` };
  return { outcome: 'noop', reason: 'it ended well and delivered nothing' };
}

function describeHidden(hidden: readonly ForeignCommit[]): string {
  const names = hidden.slice(0, MOST_NAMED).map(({ sha }) => sha.slice(0, 12));
  const more = hidden.length > MOST_NAMED ? ', …' : '';
  return `its own branch has ${countOf(hidden.length, 'commit')} that no log shows being made: ${names.join(', ')}${more}`;
}

/** A merge may have been all that was asked for, and an empty commit the start of something elsewhere. */
function describeEmpty(all: Evidence['commits']): string {
  const foreign = all.filter(({ foreignFiles }) => foreignFiles !== undefined);
  if (foreign.length > 0)
    return `it made ${countOf(foreign.length, 'commit')} whose changes come from another's stash entry: ${foreign.flatMap(({ foreignFiles = [] }) => foreignFiles).join(', ')}`;
  return describeChangeless(all);
}

function describeChangeless(commits: Evidence['commits']): string {
  const merges = commits.filter(({ isMerge }) => isMerge).length;
  const made = [
    ...(merges > 0 ? [countOf(merges, 'merge')] : []),
    ...(merges < commits.length ? [countOf(commits.length - merges, 'empty commit')] : []),
  ];
  return `it made ${made.join(' and ')} without a change of its own, and nothing here shows whether that was its work`;
}

/**
 * Which tools its harness refused it, and the key that decides so; null when it refused none. A session that is to plan
 * only is kept in plan mode, and that it cannot leave it is no help that it lacks; one that went there by itself waits
 * for a person.
 */
function refusedWords({ transcript, isReadOnly }: Evidence): string | null {
  const { deniedTools, deniedPlanEnds, isPlanMode } = transcript;
  const denied = (isPlanMode ?? isReadOnly) ? deniedTools : [...deniedTools, ...deniedPlanEnds];
  if (denied.length === 0) return null;
  return `it was refused ${[...new Set(denied)].join(', ')}; \`permissions\` in stint.yaml decides that`;
}

/** Whether the model got to work: a text agent shows no answers, but words. */
function hasWorked({ hasEvents, transcript }: Evidence): boolean {
  return transcript.answers > 0 || (!hasEvents && transcript.events > 0);
}

/**
 * Why nothing is known of what the model said: its stream may hold anything, for its format has changed, say; a text
 * agent printed nothing, or its CLI's own error alone. Null where it said something.
 */
function whyMute({ hasEvents, transcript, commits }: Evidence): string | null {
  const { events, answers, unreadableLines, onlyError } = transcript;
  if (hasEvents) {
    const isUnderstood = events > 0 && (answers > 0 || unreadableLines === 0);
    return isUnderstood ? null : 'nothing that the model said could be understood';
  }
  if (events > 0 || commits.length > 0) return null;
  return onlyError === undefined
    ? 'it exited with 0 and printed nothing of an answer: nothing shows that the model got to work'
    : `it printed nothing but an error of the agent CLI: ${onlyError}`;
}
