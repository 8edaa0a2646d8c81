import type { Stop } from '../domain/record.ts';
import { OWN_MODEL } from '../domain/model-scope.ts';
import type { Limit } from '../domain/limit.ts';
import type { Transcript } from '../domain/transcript.ts';
import { providerFault } from './provider-fault.ts';

/** What of an account is refused. */
export interface RefusedScope {
  readonly reason: string;
  /** ISO 8601; null where the provider did not say. */
  readonly resetsAt: string | null;
  /** The model that is refused, or `OWN_MODEL`; null for the whole account. */
  readonly model: string | null;
}

/** What a session shows of its account: that it was refused, that it was served, or nothing. */
export type ProviderSign =
  | ({
      readonly kind: 'refused';
      readonly cause: 'usage_limit' | 'overload' | 'auth';
      /** What else is refused. */
      readonly also?: readonly RefusedScope[];
    } & RefusedScope)
  | { readonly kind: 'served' }
  | { readonly kind: 'silent' };

/** While it runs: only a usage limit is sure before the end, for other trouble the CLI tries again by itself. */
export function signSoFar(transcript: Transcript): ProviderSign {
  if (transcript.limit !== null) return limited(transcript.limit, transcript.model);
  return transcript.answers > 0 && transcript.trouble === null ? { kind: 'served' } : { kind: 'silent' };
}

/** At its end. What a session was told about its account before it started is no news of that account. */
export function signAtEnd(stop: Stop, transcript: Transcript): ProviderSign {
  if (transcript.limit !== null) return limited(transcript.limit, transcript.model);
  const { trouble, answers, ended, unreadableLines } = transcript;
  if (trouble !== null) {
    const fault = providerFault(stop, { transcript });
    // Words that stint does not know say nothing of the account.
    return fault === null || fault.mode === 'provider_unknown'
      ? { kind: 'silent' }
      : {
          kind: 'refused',
          cause: fault.mode,
          reason: trouble.message,
          resetsAt: trouble.resetsAt ?? null,
          model: null,
        };
  }
  if (answers > 0) return { kind: 'served' };
  // A format without events shows nothing of the model: that it printed something and ended well is all there is.
  const isWell = stop.reason === 'completed' && stop.exitCode === 0 && transcript.events > 0;
  return isWell && ended === null && unreadableLines === 0 ? { kind: 'served' } : { kind: 'silent' };
}

function limited({ also, ...limit }: Limit, observed: string | null): ProviderSign {
  const scopeOf = ({ model = null, detail, resetsAt }: Limit): RefusedScope => ({
    reason: detail,
    resetsAt,
    model: model === OWN_MODEL ? (observed ?? model) : model,
  });
  return {
    kind: 'refused',
    cause: 'usage_limit',
    ...scopeOf(limit),
    ...(also === undefined ? {} : { also: also.map(scopeOf) }),
  };
}
