import type { SessionEvent } from '../domain/session-event.ts';
import { codexTokens } from './codex-stream.ts';
import { asNumber, asObject, type JsonObject } from './json-shape.ts';

const FIELDS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'total_tokens',
] as const;

type Totals = Readonly<Record<(typeof FIELDS)[number], number | null>>;

/**
 * The `token_count` lines of a rollout. Each tells the totals of the thread so far, some the same once more; a fork goes
 * on counting where its parent stood. What one answer used is the difference to the line before.
 */
export class CodexUsage {
  #before: Totals | null = null;
  #answers = 0;
  #resetsAt: string | null = null;

  /** When the limits that are used up begin anew, ISO 8601; null when none is known to be. */
  get resetsAt(): string | null {
    return this.#resetsAt;
  }

  /** The usage of one more answer; null where the line tells of none. Of copied lines only the totals are kept. */
  take(
    payload: JsonObject,
    { thread, model }: { thread: string | null; model: string | null },
    isCopied: boolean,
  ): SessionEvent | null {
    this.#resetsAt = latestReset(asObject(payload['rate_limits']));
    const info = asObject(payload['info']);
    const total = asObject(info?.['total_token_usage']);
    if (!total) return null;
    const totals = readTotals(total);
    const last = asObject(info?.['last_token_usage']);
    const used = difference(totals, this.#before, last && readTotals(last));
    this.#before = totals;
    if (isCopied || used === null) return null;
    this.#answers++;
    return {
      kind: 'used',
      messageId: `${thread ?? ''}#${this.#answers}`,
      tokens: { ...codexTokens(used), ...(model === null ? {} : { model }) },
    };
  }
}

function readTotals(usage: JsonObject): Totals {
  return Object.fromEntries(FIELDS.map((field) => [field, asNumber(usage[field])])) as Totals;
}

function difference(totals: Totals, before: Totals | null, last: Totals | null): Totals | null {
  // The first line of a fork has its parent's tokens in the total; those of an older version begin anew on a resume.
  const hasBegunAnew = before !== null && sizeOf(totals) < sizeOf(before);
  if (before === null || hasBegunAnew) return last ?? totals;
  if (sizeOf(totals) === sizeOf(before)) return null;
  const entries = FIELDS.map((field) => {
    const now = totals[field];
    return [field, now === null ? null : Math.max(0, now - (before[field] ?? 0))];
  });
  return Object.fromEntries(entries) as Totals;
}

function sizeOf({ total_tokens: total, input_tokens: input, output_tokens: output }: Totals): number {
  return total ?? (input ?? 0) + (output ?? 0);
}

function latestReset(limits: JsonObject | null): string | null {
  let latest: number | null = null;
  for (const window of [asObject(limits?.['primary']), asObject(limits?.['secondary'])]) {
    const resetsAt = asNumber(window?.['resets_at']);
    if ((asNumber(window?.['used_percent']) ?? 0) < 100 || resetsAt === null) continue;
    if (resetsAt > 0 && resetsAt < 8.64e12 && (latest === null || resetsAt > latest)) latest = resetsAt;
  }
  return latest === null ? null : new Date(latest * 1000).toISOString();
}
