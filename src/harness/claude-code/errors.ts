import type { ProviderError } from '../../domain/session-event.ts';
import { errorOfStatus } from '../reading/provider-errors.ts';

/** `Context limit reached` is another matter, so the word before it counts. */
const USAGE_LIMIT =
  /(hit|reached) your .{0,40}limit|\b(usage|\d+-hour|daily|weekly|monthly|session|opus|sonnet) limit reached|out of (extra )?usage\b/i;

/**
 * The kind of trouble that Claude Code reports, from the HTTP status first and its own prose second. Callers pass only
 * text that the CLI itself wrote: the same words inside a tool's output mean nothing.
 */
export function errorOf(status: number | null, prose: string): ProviderError {
  const byStatus = errorOfStatus(status);
  if (byStatus === 'auth') return 'auth';
  if (USAGE_LIMIT.test(prose)) return 'limit';
  if (
    /invalid (x-)?api[- ]?key|authentication_error|please run \/login|oauth token|API Error: 40[13]\b/i.test(
      prose,
    )
  )
    return 'auth';
  if (byStatus !== null) return byStatus;
  if (/overloaded|rate_limit|server_error|API Error: (429|5\d\d)\b/i.test(prose)) return 'overload';
  return 'other';
}

/** The same where the CLI gives its message a word of its own (`authentication_failed`); `unknown` says nothing. */
export function errorOfWord(word: string | null, prose: string): ProviderError {
  const inProse = errorOf(null, prose);
  switch (word ?? 'unknown') {
    case 'authentication_failed':
      return 'auth';
    case 'billing_error':
      return 'limit';
    // A limit of the account and one of the moment: its prose tells them apart.
    case 'rate_limit':
      return inProse === 'limit' ? 'limit' : 'overload';
    case 'server_error':
    case 'overloaded':
      return inProse === 'other' ? 'overload' : inProse;
    default:
      return inProse;
  }
}
