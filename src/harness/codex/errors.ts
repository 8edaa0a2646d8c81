import type { ProviderError } from '../../domain/session-event.ts';
import { asNumber, asObject, asString } from '../reading/json-shape.ts';
import { errorOfStatus } from '../reading/provider-errors.ts';

const USAGE_LIMIT = /(hit|reached) your .{0,40}limit|usage_limit_reached|quota exceeded|out of credits/i;
const REFUSED = /unauthorized|invalid[_ ]api[_ ]key|not logged in|please (log|sign) in|refresh token/i;
const BUSY = /overloaded|rate.?limit|too many requests|at capacity|high demand|server_error/i;

/**
 * The kind of trouble that Codex reports. Its stream has no codes, only sentences of its own, some with the HTTP
 * status. The words of the account come before the status: a usage limit is a 429 too.
 */
export function codexErrorOf(prose: string): ProviderError {
  if (USAGE_LIMIT.test(prose)) return 'limit';
  const status = /\bstatus:? (\d{3})\b/.exec(prose)?.[1];
  if (status !== undefined) return errorOfStatus(Number(status)) ?? 'other';
  if (REFUSED.test(prose)) return 'auth';
  return BUSY.test(prose) ? 'overload' : 'other';
}

/** The kind of trouble, by its code in a rollout; null for a code that does not decide the kind. */
export function errorOfCode(info: unknown): ProviderError | null {
  const code = asString(info) ?? Object.keys(asObject(info) ?? {})[0] ?? 'other';
  switch (code) {
    case 'usage_limit_exceeded':
      return 'limit';
    case 'unauthorized':
      return 'auth';
    case 'server_overloaded':
    case 'internal_server_error':
      return 'overload';
    default:
      return errorOfStatus(asNumber(asObject(asObject(info)?.[code])?.['http_status_code']));
  }
}
