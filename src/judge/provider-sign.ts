import type { Stop } from '../domain/record.ts';
import type { Transcript } from '../domain/transcript.ts';
import { providerFault } from './provider-fault.ts';

/** What a session shows of its account: that it was refused, that it was served, or nothing. */
export type ProviderSign =
  | {
      readonly kind: 'refused';
      readonly cause: 'usage_limit' | 'overload' | 'auth';
      readonly reason: string;
      /** ISO 8601; null where the provider did not say. */
      readonly resetsAt: string | null;
    }
  | { readonly kind: 'served' }
  | { readonly kind: 'silent' };

/** While it runs: only a usage limit is sure before the end, for other trouble the CLI tries again by itself. */
export function signSoFar(transcript: Transcript): ProviderSign {
  if (transcript.limit !== null) return limited(transcript.limit);
  return transcript.answers > 0 && transcript.trouble === null ? { kind: 'served' } : { kind: 'silent' };
}

/** At its end. What a session was told about its account before it started is no news of that account. */
export function signAtEnd(stop: Stop, transcript: Transcript): ProviderSign {
  if (transcript.limit !== null) return limited(transcript.limit);
  const { trouble, answers, ended, unreadableLines } = transcript;
  if (trouble !== null) {
    const fault = providerFault(stop, { transcript });
    // Words that stint does not know say nothing of the account.
    return fault === null || fault.mode === 'provider_unknown'
      ? { kind: 'silent' }
      : { kind: 'refused', cause: fault.mode, reason: trouble.message, resetsAt: null };
  }
  if (answers > 0) return { kind: 'served' };
  // A format without events shows nothing of the model: that it ended well is all there is.
  const isWell = stop.reason === 'completed' && stop.exitCode === 0;
  return isWell && ended === null && unreadableLines === 0 ? { kind: 'served' } : { kind: 'silent' };
}

function limited(limit: NonNullable<Transcript['limit']>): ProviderSign {
  return { kind: 'refused', cause: 'usage_limit', reason: limit.detail, resetsAt: limit.resetsAt };
}
