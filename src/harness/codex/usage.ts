import type { SessionEvent } from '../../domain/session-event.ts';
import { codexTokens } from './stream.ts';
import { asCount, asNumber, asObject, asString, type JsonObject } from '../reading/json-shape.ts';
import { modelOfName } from '../reading/limit-scope.ts';
import { resetInField } from '../reading/reset-time.ts';
import { NOTED } from '../reading/transcript-format.ts';

const FIELDS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_input_tokens',
  'output_tokens',
  'total_tokens',
] as const;

type Totals = Readonly<Record<(typeof FIELDS)[number], number | null>>;

/** The thread and the model whose answers are counted. */
interface Teller {
  readonly thread: string | null;
  readonly model: string | null;
}

/**
 * Tokens, as the lines of a rollout tell them. Newer versions write a `token_usage_record` for each answer, at once. A
 * `token_count`, which they write too, tells the totals of the thread, some the same once more; a fork goes on counting
 * where its parent stood, and a session that was killed may be missing in them. Where there are records, they count.
 */
export class CodexUsage {
  #before: Totals | null = null;
  #answers = 0;
  #hasRecords = false;
  #full: FullLimit = { resetsAt: null, model: null };

  /** When the limits that are used up begin anew, ISO 8601; null when none is known to be. */
  get resetsAt(): string | null {
    return this.#full.resetsAt;
  }

  /** The model whose own limit is used up; null where it is the account's, or none is. */
  get limitedModel(): string | null {
    return this.#full.model;
  }

  /** The usage of one more answer: the difference to the totals before. `NOTED` where the line tells of none. */
  takeCount(payload: JsonObject, teller: Teller, isCopied: boolean): readonly SessionEvent[] {
    this.#full = fullLimit(asObject(payload['rate_limits']));
    const info = asObject(payload['info']);
    const totals = readTotals(asObject(info?.['total_token_usage']));
    if (!totals) return NOTED;
    const last = readTotals(asObject(info?.['last_token_usage']));
    const used = difference(totals, this.#before, last);
    this.#before = totals;
    if (isCopied || this.#hasRecords || used === null) return NOTED;
    this.#answers++;
    // Lines may be missing in between; then the difference is that of several requests.
    const isSum = last === null || sizeOf(used) !== sizeOf(last);
    return usedBy(teller, `${teller.thread ?? ''}#${this.#answers}`, used, isSum);
  }

  takeRecord(payload: JsonObject, teller: Teller, isCopied: boolean): readonly SessionEvent[] {
    const used = asObject(payload['usage']);
    const id = asString(payload['response_id']);
    if (!used || id === null) return NOTED;
    this.#hasRecords = true;
    const isForeign = asString(payload['thread_id']) !== teller.thread;
    return isCopied || isForeign ? NOTED : usedBy(teller, id, used, false);
  }
}

function usedBy({ model }: Teller, messageId: string, usage: JsonObject, isSum: boolean): SessionEvent[] {
  const facts = { ...(model === null ? {} : { model }), ...(isSum ? { isSum } : {}) };
  return [{ kind: 'used', messageId, tokens: { ...codexTokens(usage), ...facts } }];
}

function readTotals(usage: JsonObject | null): Totals | null {
  if (!usage) return null;
  return Object.fromEntries(FIELDS.map((field) => [field, asCount(usage[field])])) as Totals;
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

/** What a `token_count` says of a limit that is used up. */
interface FullLimit {
  readonly resetsAt: string | null;
  readonly model: string | null;
}

function fullLimit(limits: JsonObject | null): FullLimit {
  const full = [asObject(limits?.['primary']), asObject(limits?.['secondary'])].filter(
    (window) => (asNumber(window?.['used_percent']) ?? 0) >= 100,
  );
  const resets = full.map((window) => resetInField(window?.['resets_at'])).filter((at) => at !== null);
  // Models with a limit of their own have it under their name; that of the account has none.
  const name = full.length > 0 ? asString(limits?.['limit_name']) : null;
  return { resetsAt: resets.toSorted().at(-1) ?? null, model: modelOfName(name) };
}
