import { compareText } from '../lib/plain-text.ts';
import { joinEdited } from './edited-files.ts';
import { joinCopiedEdits } from './session-edits.ts';
import { largerCalls, withOtherCalls } from './other-calls.ts';
import { joinUnknownTools } from './unknown-tools.ts';
import { joinUsages } from './message-usage.ts';
import type { DatedCommit, HelperCount, TranscriptSession } from './transcript-session.ts';

/**
 * One session of several files that tell of the same conversation: a backup, an earlier state of a file that grew, or its
 * parts. The one that ends last knows how it ended; times, usage, commits and edits are those of all. Pure.
 *
 * @param copies at least one
 */
export function joinCopies(copies: readonly [TranscriptSession, ...TranscriptSession[]]): TranscriptSession {
  const [first, ...others] = copies.toSorted(byTimes) as [TranscriptSession, ...TranscriptSession[]];
  return others.reduce(join, first);
}

function byTimes(a: TranscriptSession, b: TranscriptSession): number {
  return (
    compareText(a.endedAt ?? '', b.endedAt ?? '') ||
    a.transcript.events - b.transcript.events ||
    compareText(a.startedAt ?? '', b.startedAt ?? '')
  );
}

/** @param last ends later, or tells more of the same */
function join(first: TranscriptSession, last: TranscriptSession): TranscriptSession {
  const isApart = first.endedAt !== null && last.startedAt !== null && first.endedAt < last.startedAt;
  const [before, after] = [first.transcript, last.transcript];
  return {
    ...last,
    startedAt: [first.startedAt, last.startedAt].filter((at) => at !== null).toSorted(compareText)[0] ?? null,
    cwd: first.cwd ?? last.cwd,
    ...(first.attended === 'yes' && last.attended !== 'yes'
      ? { attended: first.attended, attendedBecause: first.attendedBecause }
      : {}),
    isSteered: first.isSteered || last.isSteered || (isApart && first.prompts > 0 && last.prompts > 0),
    skeleton: beginning(first, last).skeleton ?? first.skeleton ?? last.skeleton,
    helpers: joinHelperCounts(first.helpers, last.helpers, isApart),
    prompts: isApart ? first.prompts + last.prompts : Math.max(first.prompts, last.prompts),
    activeMs: isApart ? first.activeMs + last.activeMs : Math.max(first.activeMs, last.activeMs),
    impossibleTimes: Math.max(first.impossibleTimes, last.impossibleTimes),
    transcript: {
      ...after,
      answers: Math.max(before.answers, after.answers),
      printedCommits: [...new Set([...before.printedCommits, ...after.printedCommits])],
      ...joinEdited([before, after]),
      otherCalls: isApart
        ? withOtherCalls(before.otherCalls, after.otherCalls)
        : largerCalls(before.otherCalls, after.otherCalls),
      unknownTools: joinUnknownTools(before.unknownTools, after.unknownTools, isApart),
      usageByMessage: joinUsages(before.usageByMessage, after.usageByMessage),
    },
    edits: joinCopiedEdits(first.edits, last.edits),
    toldCommits: joinTold(first.toldCommits, last.toldCommits),
    costUsd: last.costUsd ?? first.costUsd,
  };
}

function beginning(a: TranscriptSession, b: TranscriptSession): TranscriptSession {
  return (a.startedAt ?? '') <= (b.startedAt ?? '') ? a : b;
}

/** A commit that both tell of counts once. */
function joinTold(first: readonly DatedCommit[], last: readonly DatedCommit[]): readonly DatedCommit[] {
  return [...new Map([...first, ...last].map((told) => [told.name, told])).values()];
}

function joinHelperCounts(first: HelperCount, last: HelperCount, isApart: boolean): HelperCount {
  const join = (a: number, b: number): number => (isApart ? a + b : Math.max(a, b));
  return {
    tool: first.tool ?? last.tool,
    started: join(first.started, last.started),
    told: join(first.told, last.told),
  };
}
