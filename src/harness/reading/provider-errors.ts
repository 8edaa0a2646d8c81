import type { ProviderError, SessionEvent } from '../../domain/session-event.ts';
import { limitedModel } from './limit-scope.ts';
import { resetInProse } from './reset-time.ts';
import { keptWords } from './tool-calls.ts';

/** The model can take no more: the conversation is at fault, and waiting does not help. */
const OVERFLOW =
  /prompt is too long|input is too long|conversation (is )?too long|context_(length|window)_exceeded|context limit reached|maximum context length|exceeds? [^.]{0,60}\bcontext (window|length|limit|size)|\bcontext (window|length|limit|size) [^.]{0,40}\bexceed|room in the model.s context|exceeds the maximum number of (input )?tokens/i;
/** A CLI says so of trouble that is something else. */
const NO_LIMIT = /\b(?:not|no|isn.t|unrelated to|nothing to do with) (?:\w+ ){0,3}limits?\b/gi;
const USAGE_LIMIT =
  /(hit|reached|exceeded|exhausted|used up) your .{0,40}(limit|quota|capacity|allowance)|usage_limit_reached|usage limit|\b(\d+-hour|session|(daily|weekly|monthly|(opus|sonnet|haiku)( \d(\.\d{1,2})?)?)( (?!rate |turn )\w{1,20}){0,2}) limit reached|out of (extra )?usage\b|daily quota|quota exceeded|PerDay|insufficient_quota|credit balance is too low|out of credits|\bhave no (\w+ )?quota\b/i;
/** The same with the limit first: "your weekly Opus limit has been reached". A rate limit is one of the moment. */
const LIMIT_REACHED =
  /\b(?:(?:\d+-hour|daily|weekly|monthly|opus|sonnet|haiku)(?: usage)? (?:limit|quota)|your (?:(?!rate )[\w.-]{1,40} ){0,4}(?:limit|quota|allowance)|(?:limit|quota) for this model)\b.{0,40}\b(?:reached|exceeded|exhausted|used up)\b|\b(?:reached|hit|exceeded|exhausted) its (?:daily|weekly|monthly|usage) (?:limit|quota)|used all of your .{0,40}(?:limit|quota|allowance)/i;
/** The quota of a minute is full for a minute, whatever its sentence says. */
const FOR_A_MINUTE = /quota.{0,200}(PerMinute|per minute)/is;
const WRONG_KEY =
  /invalid[_ -](x-)?api[_ -]key|api[_ ]key (is )?(not|missing|required|invalid|expired)|(no|missing|incorrect) api[_ ]key/i;
const REFUSED =
  /unauthori[sz]ed|authenticat|permission_denied|forbidden|not logged in|(run|use) \/?(\w+ )?login|(log|sign) in\b|login required|oauth token|(access|refresh) token|token (has )?expired|credentials/i;
const BUSY =
  /overloaded|rate.?limit|limiting requests|too many requests|at capacity|high demand|resource.?exhausted|unavailable|server_error|internal (server )?error|bad gateway|gateway time-?out|try again (later|in )/i;
/** The words of programs and libraries for a provider that does not answer. */
const UNREACHABLE =
  /\b(ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EPIPE|UND_ERR\w*|ERR_(TLS|SSL|NETWORK|SOCKET)\w*)\b|connection|connect to|fetch failed|failed to fetch|socket|network|unreachable|getaddrinfo|\bdns\b|certificate|\b(ssl|tls)\b|time[d-]? ?out|proxy|stream (disconnected|closed|ended|error)|error sending request|premature close|^terminated$/i;

/**
 * The kind of trouble that a provider reported, from the sentence that a CLI hands through: its HTTP status, and words of
 * the API and of the network. The account's own limits come before the status, as they are a 429 too. Callers pass only
 * text that the CLI itself wrote: the same words inside an answer or a tool's output mean nothing.
 */
export function providerErrorOf(prose: string, status: number | null = null): ProviderError {
  const words = prose.slice(0, LONGEST_READ).replace(NO_LIMIT, '');
  const told = status ?? statusIn(words);
  if (told === 401) return 'auth';
  if (OVERFLOW.test(words)) return 'overflow';
  if (FOR_A_MINUTE.test(words)) return 'overload';
  if (USAGE_LIMIT.test(words) || LIMIT_REACHED.test(words)) return 'limit';
  const byStatus = errorOfStatus(told);
  if (byStatus !== null) return byStatus;
  // The request itself was wrong, and its own words may be quoted.
  if (told !== null) return WRONG_KEY.test(words) ? 'auth' : 'other';
  if (WRONG_KEY.test(words) || REFUSED.test(words)) return 'auth';
  return BUSY.test(words) || UNREACHABLE.test(words) ? 'overload' : 'other';
}

/** The trouble that an HTTP status stands for; null for one that names none. */
export function errorOfStatus(status: number | null): ProviderError | null {
  if (status === 401 || status === 403) return 'auth';
  if (status === 402) return 'limit';
  return status !== null && (status === 407 || status === 408 || status === 429 || status >= 500)
    ? 'overload'
    : null;
}

/** At the beginning, with a word for it, or before the words that HTTP has for it. */
const STATUS =
  /^\W{0,3}(?:(?:API )?Error:? )?([45]\d\d)\b|\b(?:code|status|HTTP)(?:[ _]?code)?["']?(?:\/[\d.]+)? ?[:=]? ?["']?([45]\d\d)\b|\b([45]\d\d) (?:bad|unauthorized|payment|forbidden|not found|request|too many|internal|service|gateway)\b/i;

function statusIn(prose: string): number | null {
  const digits = STATUS.exec(prose)?.slice(1).find(Boolean);
  return digits === undefined ? null : Number(digits);
}

/** The event of a sentence in which a CLI says what its provider answered; `at` is when. */
export function providerTrouble(prose: string, at: string | null): SessionEvent {
  return troubleEvent(providerErrorOf(prose), prose, () => resetInProse(prose, new Date(at ?? Number.NaN)));
}

/** The event of trouble in a CLI's own words. A usage limit is more than an error: it lasts, until `resetsAt` says. */
export function troubleEvent(
  error: ProviderError,
  prose: string,
  resetsAt: () => string | null,
  isRetrying = false,
): SessionEvent {
  const words = keptWords(prose);
  if (error === 'limit') {
    const model = limitedModel(prose);
    return {
      kind: 'limited',
      resetsAt: resetsAt(),
      detail: words,
      ...(model === undefined ? {} : { model }),
    };
  }
  const told = error === 'overload' ? resetsAt() : null;
  return { kind: 'erred', error, message: words, isRetrying, ...(told === null ? {} : { resetsAt: told }) };
}

/** What a CLI tries again has passed before: it is an outage, where its words say nothing else. */
export function retriedError(error: ProviderError): ProviderError {
  return error === 'other' ? 'overload' : error;
}

/** Providers put whole documents into their errors; the kind stands in front. */
const LONGEST_READ = 4000;
