import { holdingWork } from './background-work.ts';
import type { TranscriptSession } from './transcript-session.ts';
import type { TokenCounts } from './session-event.ts';
import { addUp, joinTokens } from './token-counts.ts';
import type { Transcript } from './transcript.ts';
import { modelOf } from './usage-by-model.ts';

/** An earlier session of the same conversation, as its record has it. */
export interface EarlierUse {
  readonly id: string;
  readonly usage: TokenCounts;
  readonly costUsd: number | null;
}

/** What is known about a session's use beside its own stream. */
export interface UseFacts {
  /** Totals of its result that count the whole conversation (`Harness.wholeThread`). */
  readonly wholeThread: readonly ('tokens' | 'cost')[];
  /** The sessions that it went on from; none where it began its conversation. */
  readonly earlier: readonly EarlierUse[];
  /** What the CLI's own file says since the session began; null where there is none. */
  readonly file: Pick<TranscriptSession, 'costUsd' | 'counted' | 'transcript'> | null;
  /** The agents that the session let work beside itself may stand in that file alone (`Harness.agentsInFile`). */
  readonly agentsInFile?: boolean;
}

export interface OwnUse {
  readonly transcript: Transcript;
  readonly costUsd: number | null;
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

/**
 * What one session used of a conversation that others have used too: the CLI's own file says it; where there is none, what
 * earlier records know is taken off the totals. Pure.
 */
export function ownUse(stream: Transcript, facts: UseFacts): OwnUse {
  const { wholeThread, earlier, file } = facts;
  const transcript = withAgentsOf(withModelOf(stream, file), facts);
  const told = withMessagesOf(transcript, file);
  const { ended } = told;
  if (ended === null) return { transcript: told, costUsd: file?.costUsd ?? null, warnings: [] };
  const isShared = (total: 'tokens' | 'cost'): boolean => earlier.length > 0 && wholeThread.includes(total);
  const tokens = isShared('tokens') ? ownTokens(told, transcript, earlier, file) : ended.tokens;
  const cost = isShared('cost') ? ownCost(ended.costUsd, earlier, file) : ended.costUsd;
  return {
    transcript: { ...told, ended: { ...ended, tokens, costUsd: cost } },
    costUsd: cost,
    warnings: warningsOf(earlier, {
      tokens: isShared('tokens') && ended.tokens !== null && !file?.counted && told === transcript,
      cost: isShared('cost') && ended.costUsd !== null && (file?.costUsd ?? null) === null,
    }),
  };
}

/** Codex names its model in its own file alone. */
function withModelOf(transcript: Transcript, file: UseFacts['file']): Transcript {
  if (transcript.model !== null || file === null) return transcript;
  return { ...transcript, model: modelOf(file.transcript) };
}

function withAgentsOf(transcript: Transcript, { file, agentsInFile }: UseFacts): Transcript {
  const agents = agentsInFile && file ? holdingWork(file.transcript) : [];
  if (agents.length === 0 || holdingWork(transcript).length > 0) return transcript;
  return { ...transcript, background: [...transcript.background, ...agents] };
}

/** The messages as the CLI's own file has them: its stream can tell a message before all of its tokens are counted. */
function withMessagesOf(transcript: Transcript, file: UseFacts['file']): Transcript {
  const kept = file?.transcript.usageByMessage ?? new Map<string, never>();
  const helpers = [...transcript.usageByMessage].filter(([, used]) => used.isSubagent);
  // Of a run that prints, a CLI may keep no more than a stub.
  if (kept.size === 0 || kept.size < transcript.usageByMessage.size - helpers.length) return transcript;
  // Helpers have files of their own; what they used is told in the stream only.
  return { ...transcript, usageByMessage: new Map([...kept, ...helpers]) };
}

/** Null where the messages say it better. */
function ownTokens(
  told: Transcript,
  transcript: Transcript,
  earlier: readonly EarlierUse[],
  file: UseFacts['file'],
): TokenCounts | null {
  if (file?.counted) return file.counted;
  return told === transcript ? takeOffTokens(transcript.ended?.tokens ?? null, earlier) : null;
}

function ownCost(
  total: number | null,
  earlier: readonly EarlierUse[],
  file: UseFacts['file'],
): number | null {
  return file?.costUsd ?? takeOff(total, sum(earlier.map(({ costUsd }) => costUsd)));
}

function takeOffTokens(total: TokenCounts | null, earlier: readonly EarlierUse[]): TokenCounts | null {
  const before = addUp(earlier.map(({ usage }) => usage));
  return total && joinTokens(total, before, (whole, part) => takeOff(whole, part ?? 0));
}

/** A total that is smaller than its parts is none of the whole: that version counts each run alone. */
function takeOff(total: number | null, part: number): number | null {
  return total === null || total < part ? total : total - part;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function warningsOf(
  earlier: readonly EarlierUse[],
  takesOff: { readonly tokens: boolean; readonly cost: boolean },
): string[] {
  const silent = earlier.filter(
    ({ usage, costUsd }) =>
      (takesOff.tokens && usage.input === null && usage.output === null) ||
      (takesOff.cost && costUsd === null),
  );
  return silent.map(({ id }) => `its usage includes that of ${id}, which ended before it could say it`);
}
