import type { ProviderError, SessionEvent } from '../../domain/session-event.ts';
import { resetInProse } from './reset-time.ts';
import { keptWords } from './tool-calls.ts';

const USAGE_LIMIT =
  /(hit|reached|exceeded) your .{0,40}(limit|quota)|usage_limit_reached|usage limit|daily quota|PerDay|insufficient_quota|credit balance is too low|out of credits/i;
/** The quota of a minute is full for a minute, whatever its sentence says. */
const FOR_A_MINUTE = /quota.{0,200}(PerMinute|per minute)/is;
const REFUSED =
  /unauthori[sz]ed|authentication_error|permission_denied|invalid[_ -](x-)?api[_ -]key|api[_ ]key not valid|no api key/i;
const BUSY =
  /overloaded|rate.?limit|too many requests|at capacity|resource.?exhausted|service.?unavailable|server_error|internal error/i;

/**
 * The kind of trouble that a provider reported, from the sentence that a CLI hands through: its HTTP status, where it
 * stands at the beginning or as a `code`, and words of the API. The account's own limits come first, as they are a 429
 * too.
 */
function providerErrorOf(prose: string): ProviderError {
  if (FOR_A_MINUTE.test(prose)) return 'overload';
  if (USAGE_LIMIT.test(prose)) return 'limit';
  const status = Number(STATUS.exec(prose)?.slice(1).find(Boolean) ?? 0);
  const byStatus = errorOfStatus(status);
  if (byStatus !== null) return byStatus;
  if (REFUSED.test(prose)) return 'auth';
  return BUSY.test(prose) ? 'overload' : 'other';
}

/** The trouble that an HTTP status stands for; null for one that names none. */
export function errorOfStatus(status: number | null): ProviderError | null {
  if (status === 401 || status === 403) return 'auth';
  return status !== null && (status === 429 || status >= 500) ? 'overload' : null;
}

const STATUS = /^\W{0,3}(?:(?:API )?Error:? )?([45]\d\d)\b|"code" ?: ?([45]\d\d)\b|\bstatus:? ([45]\d\d)\b/i;

/** The event of a sentence in which a CLI says what its provider answered; `at` is when. */
export function providerTrouble(prose: string, at: string | null): SessionEvent {
  const error = providerErrorOf(prose.slice(0, LONGEST_READ));
  return troubleEvent(error, prose, () => resetInProse(prose, new Date(at ?? Number.NaN)));
}

/** The event of trouble in a CLI's own words. A usage limit is more than an error: it lasts, until `resetsAt` says. */
export function troubleEvent(
  error: ProviderError,
  prose: string,
  resetsAt: () => string | null,
  isRetrying = false,
): SessionEvent {
  const words = keptWords(prose);
  if (error === 'limit') return { kind: 'limited', resetsAt: resetsAt(), detail: words };
  return { kind: 'erred', error, message: words, isRetrying };
}

/** Providers put whole documents into their errors; the kind stands in front. */
const LONGEST_READ = 4000;
