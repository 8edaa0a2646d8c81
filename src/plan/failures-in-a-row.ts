import { classOf } from '../domain/failure-mode.ts';
import type { SessionEnd } from '../domain/record.ts';

/** So many equal failures are no coincidence: an upgrade of the CLI, say, that breaks every start. */
export const FAILURES_TO_PARK = 3;

/** Did the harness do its part: it worked, it failed in some way, or nothing can be said of it. */
export type HarnessSign =
  | { readonly kind: 'well' }
  | { readonly kind: 'silent' }
  /** Equal `words` are the same failure. */
  | { readonly kind: 'failed'; readonly words: string };

/**
 * What a session says of its harness. Limits, outages, the machine and people who stop it say nothing; whatever the agent
 * itself did badly shows that the harness works.
 */
export function harnessSign({ outcome, failureModes, stop, unreadableLines }: SessionEnd): HarnessSign {
  if (outcome === 'productive' || outcome === 'noop' || outcome === 'blocked') return { kind: 'well' };
  const hasNoProgram = stop.reason === 'not-started' && (stop.exitCode === 126 || stop.exitCode === 127);
  if (hasNoProgram) return { kind: 'failed', words: stop.because };
  // An outage, or a setting that the provider does not take: neither passes by starting more sessions.
  if (failureModes.includes('provider_unknown'))
    return { kind: 'failed', words: 'an error that stint does not know stood where an answer should stand' };
  const classes = failureModes.map(classOf);
  if (classes.some((each) => each === 'provider' || each === 'host' || each === 'none'))
    return { kind: 'silent' };
  // How long it took differs each time.
  if (classes.includes('harness'))
    return { kind: 'failed', words: stop.because.replaceAll(/\b(\d+(ms|[smhd]))+\b/g, '…') };
  if (outcome === 'unknown')
    return unreadableLines > 0
      ? { kind: 'failed', words: 'nothing that it said could be understood' }
      : { kind: 'silent' };
  return { kind: 'well' };
}

/** How often in a row, up to now, a harness failed in the same way; null where it did not. */
export function failuresInARow(
  newestFirst: readonly SessionEnd[],
): { readonly count: number; readonly words: string } | null {
  let words: string | null = null;
  let count = 0;
  for (const end of newestFirst) {
    const sign = harnessSign(end);
    if (sign.kind === 'silent') continue;
    if (sign.kind === 'well' || (words !== null && sign.words !== words)) break;
    words = sign.words;
    count++;
  }
  return words === null ? null : { count, words };
}
