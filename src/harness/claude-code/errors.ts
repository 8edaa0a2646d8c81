import type { ProviderError } from '../../domain/session-event.ts';
import { errorLine, type OwnErrors } from '../contract/own-errors.ts';
import { providerErrorOf } from '../reading/provider-errors.ts';

/** The kind of trouble where the CLI gives its message a word of its own (`authentication_failed`); `unknown` says nothing. */
export function errorOfWord(word: string | null, prose: string): ProviderError {
  const inProse = providerErrorOf(prose);
  switch (word ?? 'unknown') {
    case 'authentication_failed':
    case 'oauth_org_not_allowed':
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

/** Its exit codes tell no causes: 1 is any error. */
export const CLAUDE_ERRORS: OwnErrors = {
  line: errorLine(
    'Invalid API key',
    'Credit balance',
    'Not logged in',
    'Please run /login',
    "You've (?:hit|reached)",
  ),
};
