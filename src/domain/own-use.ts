import type { FoundSession } from './found-session.ts';
import type { TokenCounts } from './session-event.ts';
import type { Transcript } from './transcript.ts';

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
  readonly file: Pick<FoundSession, 'costUsd' | 'transcript'> | null;
}

export interface OwnUse {
  readonly transcript: Transcript;
  readonly costUsd: number | null;
  /** Sentences for people. */
  readonly warnings: readonly string[];
}

/**
 * What one session used of a conversation that others have used too: the CLI's own file says it message by message; where
 * there is none, what earlier records know is taken off the totals. Pure.
 */
export function ownUse(transcript: Transcript, { wholeThread, earlier, file }: UseFacts): OwnUse {
  const messages = file?.transcript.usageByMessage ?? new Map<string, never>();
  // Of a run that prints, a CLI may keep no more than a stub. Where it keeps all, its last word on a message is in there.
  const isTold = messages.size > 0 && messages.size >= transcript.usageByMessage.size;
  const told = isTold ? { ...transcript, usageByMessage: messages } : transcript;
  const { ended } = told;
  if (ended === null) return { transcript: told, costUsd: file?.costUsd ?? null, warnings: [] };
  const isShared = (total: 'tokens' | 'cost'): boolean => earlier.length > 0 && wholeThread.includes(total);
  const takesTokens = isShared('tokens') && !isTold && ended.tokens !== null;
  const toldCost = file?.costUsd ?? null;
  const takesCost = isShared('cost') && toldCost === null && ended.costUsd !== null;
  const tokens = takesTokens ? takeOffTokens(ended.tokens, earlier) : ended.tokens;
  const cost = takesCost ? takeOff(ended.costUsd, sum(earlier.map(({ costUsd }) => costUsd))) : ended.costUsd;
  const costUsd = isShared('cost') ? (toldCost ?? cost) : ended.costUsd;
  return {
    transcript: {
      ...told,
      ended: { ...ended, costUsd, tokens: isShared('tokens') && isTold ? null : tokens },
    },
    costUsd,
    warnings: warningsOf(earlier, takesTokens, takesCost),
  };
}

function takeOffTokens(total: TokenCounts | null, earlier: readonly EarlierUse[]): TokenCounts | null {
  if (total === null) return null;
  const without = (field: keyof TokenCounts): number | null =>
    takeOff(total[field], sum(earlier.map(({ usage }) => usage[field])));
  return {
    input: without('input'),
    output: without('output'),
    cacheRead: without('cacheRead'),
    cacheWrite: without('cacheWrite'),
  };
}

/** A total that is smaller than its parts is none of the whole: that version counts each run alone. */
function takeOff(total: number | null, part: number): number | null {
  return total === null || total < part ? total : total - part;
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function warningsOf(earlier: readonly EarlierUse[], takesTokens: boolean, takesCost: boolean): string[] {
  const silent = earlier.filter(
    ({ usage, costUsd }) =>
      (takesTokens && usage.input === null && usage.output === null) || (takesCost && costUsd === null),
  );
  return silent.map(({ id }) => `its usage includes that of ${id}, which ended before it could say it`);
}
