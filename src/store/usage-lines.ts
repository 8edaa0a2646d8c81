import type { ModelUsage, SessionRecord } from '../domain/record.ts';
import type { Tables } from './tables.ts';

type UsageLine = Omit<Tables['usage'], 'seq' | 'line'>;

/**
 * The use that a record reports: a line for each model, or one with the totals where it does not tell models apart. It
 * gives no line where the record reports no use.
 */
export function usageLines(record: Partial<SessionRecord>): UsageLine[] {
  const { usageByModel, usage, model } = record;
  const told = Array.isArray(usageByModel) ? (usageByModel as readonly (Partial<ModelUsage> | null)[]) : [];
  if (told.length > 0) return told.map((each) => toLine(each ?? {}));
  const counts = countsOf(usage);
  if (Object.values(counts).every((count) => count === null)) return [];
  return [{ ...toLine({}), ...counts, model: text(model) }];
}

function toLine(use: Partial<ModelUsage>): UsageLine {
  const { model, isSubagent, messages, tokens, serviceTier, contextBand } = use;
  return {
    model: text(model),
    is_subagent: isSubagent === undefined ? null : isSubagent ? 1 : 0,
    service_tier: text(serviceTier),
    context_band: text(contextBand),
    requests: whole(messages),
    ...countsOf(tokens),
    cache_write_5m: whole(tokens?.cacheWrite5m),
    cache_write_1h: whole(tokens?.cacheWrite1h),
  };
}

/** The kinds of tokens as columns. */
export function countsOf(counts: Partial<ModelUsage['tokens']> | null | undefined) {
  return {
    input: whole(counts?.input),
    output: whole(counts?.output),
    cache_read: whole(counts?.cacheRead),
    cache_write: whole(counts?.cacheWrite),
  };
}

/** A text that a column takes. What was stored long ago, or by hand, may be anything. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** A number that a column of whole numbers takes: a file of another system may hold any. */
export function whole(value: number | null | undefined): number | null {
  return Number.isSafeInteger(value) ? (value ?? null) : null;
}
