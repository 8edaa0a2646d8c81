import { joinEdited } from '../../domain/edited-files.ts';
import { joinHelpersEdits } from '../../domain/session-edits.ts';
import { withOtherCalls } from '../../domain/other-calls.ts';
import { joinUnknownTools } from '../../domain/unknown-tools.ts';
import { joinUsages } from '../../domain/message-usage.ts';
import type { HelperCount, TranscriptSession } from '../../domain/transcript-session.ts';
import type { MessageUsage } from '../../domain/session-event.ts';

/**
 * A session together with its helpers: what they used counts for it, flagged, and no message twice, however many files
 * hold it. Their words and trouble stay theirs; commits that git told them count for the session, as a claim,
 * and so do their edits and the calls that may have changed something.
 */
export function withSubagents(
  session: TranscriptSession,
  helpers: readonly TranscriptSession[],
): TranscriptSession {
  if (helpers.length === 0) return session;
  const usage = joinUsages(session.transcript.usageByMessage, usageOfHelpers(helpers));
  const commits = helpers.flatMap(({ transcript }) => transcript.printedCommits);
  const unreadable = helpers.reduce((sum, { transcript }) => sum + transcript.unreadableLines, 0);
  return {
    ...session,
    toldCommits: [session, ...helpers].flatMap(({ toldCommits }) => toldCommits),
    endedAt: latest([session, ...helpers].map(({ endedAt }) => endedAt)),
    transcript: {
      ...session.transcript,
      usageByMessage: usage,
      printedCommits: [...session.transcript.printedCommits, ...commits],
      otherCalls: helpers.reduce(
        (all, { transcript }) => withOtherCalls(all, transcript.otherCalls),
        session.transcript.otherCalls,
      ),
      unknownTools: helpers.reduce(
        (all, { transcript }) => joinUnknownTools(transcript.unknownTools, all, true),
        session.transcript.unknownTools,
      ),
      ...joinEdited([session, ...helpers].map(({ transcript }) => transcript)),
      unreadableLines: session.transcript.unreadableLines + unreadable,
    },
    helpers: countHelpers(session, helpers),
    edits: joinHelpersEdits([session, ...helpers].map(({ edits }) => edits)),
  };
}

/** A helper starts others; one that several files tell of is one. */
function countHelpers(session: TranscriptSession, helpers: readonly TranscriptSession[]): HelperCount {
  const told = new Set(helpers.map(({ agent, thread }, index) => agent ?? thread ?? index));
  const all = [session, ...helpers];
  return {
    tool: all.find(({ helpers: { tool } }) => tool !== null)?.helpers.tool ?? null,
    started: all.reduce((sum, each) => sum + each.helpers.started, 0),
    told: session.helpers.told + told.size,
  };
}

function* usageOfHelpers(helpers: readonly TranscriptSession[]): Generator<readonly [string, MessageUsage]> {
  for (const { transcript } of helpers)
    for (const [message, used] of transcript.usageByMessage) yield [message, { ...used, isSubagent: true }];
}

function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
}
