import type { Evidence } from '../domain/evidence.ts';
import type { FailureMode } from '../domain/failure-mode.ts';
import type { Stop } from '../domain/record.ts';
import type { Trouble } from '../domain/transcript.ts';
import { contextOverflow } from './open-ends.ts';
import { standingTrouble } from './standing-trouble.ts';

/** What the provider of the model did wrong. */
export interface ProviderFault {
  readonly mode: Extract<FailureMode, 'usage_limit' | 'auth' | 'overload' | 'provider_unknown'>;
  readonly words: string;
}

/** The provider's fault in how a session ended, or null. Trouble that the model got over is none. */
export function providerFault(stop: Stop, evidence: Pick<Evidence, 'transcript'>): ProviderFault | null {
  if (stop.reason === 'limited') return { mode: 'usage_limit', words: stop.because };
  if (stop.reason === 'unauthorised') return { mode: 'auth', words: stop.because };
  // Whoever stopped it, or lost it, ended it.
  if (stop.reason === 'cancelled' || stop.reason === 'lost') return null;
  const trouble = standingTrouble(evidence.transcript);
  // A conversation that is too long is the agent's.
  return trouble === null || contextOverflow(evidence) !== null ? null : faultOf(trouble);
}

function faultOf({ error, message }: Trouble): ProviderFault {
  switch (error) {
    case 'limit':
      return { mode: 'usage_limit', words: `the account is at its limit: ${message}` };
    case 'auth':
      return { mode: 'auth', words: `the provider refused the credentials: ${message}` };
    case 'overload':
      return { mode: 'overload', words: `the provider was overloaded or unreachable: ${message}` };
    case 'overflow':
    case 'other':
      return { mode: 'provider_unknown', words: `an error stood where an answer should stand: ${message}` };
  }
}
