import type { Liveness, LivenessPolicy, Pulse } from '../../domain/liveness.ts';
import type { StopReason } from '../../domain/record.ts';
import { isShortage } from '../../lib/problem.ts';
import type { ProcessTable } from '../../lib/process-table.ts';
import type { Sampler } from '../../run/sampler.ts';
import { leftMs, look, notLooked, type Supervision } from '../../supervise/look.ts';
import type { Signs } from '../../supervise/signs.ts';

export interface WatchDeps {
  /** Reads what is new of the session. A look that fails loses nothing of it. */
  readonly pulse: (table: () => ProcessTable) => Pulse;
  /** Aborts as soon as the agent is known to be gone, so that its end is seen at once. */
  readonly gone: AbortSignal;
  /** Aborts when a person or a shutdown ends the session; its reason is a sentence. */
  readonly cancelled: AbortSignal;
  /** Told after each look. It must not wait; what it throws ends the watch. */
  readonly onLiveness: (liveness: Liveness, signs: Signs, pulse: Pulse) => void;
}

/** Why the watch ended: the agent is gone, or the session should be ended. */
export type WatchResult =
  { readonly kind: 'gone' } | { readonly kind: 'end'; readonly reason: StopReason; readonly because: string };

/**
 * Looks at a session every `sample`, and at its time limit, until it is gone or should end. It decides; it does not act.
 *
 * @throws what a look throws; one that the machine is too short of descriptors for is left out
 */
export async function watchSession(
  sampler: Sampler,
  policy: LivenessPolicy,
  { pulse: readPulse, gone, cancelled, onLiveness }: WatchDeps,
): Promise<WatchResult> {
  let state: Supervision = notLooked();
  let result: WatchResult = { kind: 'gone' };
  await sampler.sample({
    sampleMs: policy.sampleMs,
    wakers: [gone, cancelled],
    look: (table) => {
      const pulse = tryPulse(readPulse, table);
      if (!pulse) return policy.sampleMs;
      const { signs, liveness } = (state = look(state, pulse, policy));
      onLiveness(liveness, signs, pulse);
      if (liveness.state === 'gone') return null;
      const end = liveness.end ?? endOf(cancelled);
      if (!end) return leftMs(signs, policy);
      result = { kind: 'end', reason: end.reason, because: end.because };
      return null;
    },
  });
  return result;
}

/** Null while the process has no free descriptor: what it cannot see decides nothing about an agent. */
function tryPulse(read: WatchDeps['pulse'], table: () => ProcessTable): Pulse | null {
  try {
    return read(table);
  } catch (error) {
    if (isShortage(error)) return null;
    throw error;
  }
}

function endOf(cancelled: AbortSignal): { reason: StopReason; because: string } | null {
  return cancelled.aborted ? { reason: 'cancelled', because: String(cancelled.reason) } : null;
}
