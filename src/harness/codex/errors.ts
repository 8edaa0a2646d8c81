import type { ProviderError } from '../../domain/session-event.ts';
import { errorLine, type OwnErrors } from '../contract/own-errors.ts';
import { asNumber, asObject, asString } from '../reading/json-shape.ts';
import { errorOfStatus } from '../reading/provider-errors.ts';

/** The kind of trouble, by its code in a rollout; null for a code that does not decide the kind. */
export function errorOfCode(info: unknown): ProviderError | null {
  const code = asString(info) ?? Object.keys(asObject(info) ?? {})[0] ?? 'other';
  switch (code) {
    case 'usage_limit_exceeded':
      return 'limit';
    case 'unauthorized':
      return 'auth';
    case 'context_window_exceeded':
      return 'overflow';
    case 'server_overloaded':
    case 'internal_server_error':
      return 'overload';
    default:
      return errorOfStatus(asNumber(asObject(asObject(info)?.[code])?.['http_status_code'])) ?? byName(code);
  }
}

/** Errors of a request beside the turn, which goes on: steering it, and taking a turn back. */
const BESIDE = new Set(['active_turn_not_steerable', 'thread_rollback_failed']);

/** Whether an error with such a code ends the turn. */
export function endsTurn(info: unknown): boolean {
  return !BESIDE.has(asString(info) ?? Object.keys(asObject(info) ?? {})[0] ?? '');
}

/** Codes of the connection, which may come without a status: `response_stream_disconnected` and the like. */
function byName(code: string): ProviderError | null {
  return /connection|stream|too_many_failed_attempts|retry_limit/.test(code) ? 'overload' : null;
}

/** Its exit codes tell no causes: 1 is any error, 2 a wrong argument, which it explains. */
export const CODEX_ERRORS: OwnErrors = { line: errorLine('Not logged in', 'Not inside a trusted directory') };
