import type { Evidence } from '../domain/evidence.ts';
import type { FailureMode } from '../domain/failure-mode.ts';
import type { Stop } from '../domain/record.ts';

/** What the provider of the model did wrong. */
export interface ProviderFault {
  readonly mode: Extract<FailureMode, 'usage_limit' | 'auth' | 'overload'>;
  readonly words: string;
}

/** The provider's fault in how a session ended, or null. Trouble that the model got over is none. */
export function providerFault(stop: Stop, evidence: Pick<Evidence, 'transcript'>): ProviderFault | null {
  if (stop.reason === 'limited') return { mode: 'usage_limit', words: stop.because };
  if (stop.reason === 'unauthorised') return { mode: 'auth', words: stop.because };
  // Whoever stopped it, or lost it, ended it.
  if (stop.reason === 'cancelled' || stop.reason === 'lost') return null;
  const { trouble, ended } = evidence.transcript;
  if (ended !== null && !ended.isError) return null;
  if (trouble?.error === 'overload')
    return { mode: 'overload', words: `the provider was overloaded: ${trouble.message}` };
  if (trouble?.error === 'auth')
    return { mode: 'auth', words: `the provider refused the credentials: ${trouble.message}` };
  return null;
}
