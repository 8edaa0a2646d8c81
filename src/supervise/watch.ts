import type { Liveness, LivenessPolicy, Pulse } from '../domain/liveness.ts';
import type { StopReason } from '../domain/stop.ts';
import type { Clock } from '../lib/clock.ts';
import { assess } from './assess.ts';
import { observe } from './observe.ts';
import { noSigns, type Signs } from './signs.ts';

export interface WatchDeps {
  readonly clock: Clock;
  /** One look at the session. */
  readonly pulse: () => Pulse;
  /** Aborts as soon as the agent is known to be gone, so that its end is seen at once. */
  readonly gone: AbortSignal;
  /** Aborts when a person or a shutdown ends the session; its reason is a sentence. */
  readonly cancelled: AbortSignal;
  /** Told after each look. It must not throw and must not wait. */
  readonly onLiveness: (liveness: Liveness, signs: Signs, pulse: Pulse) => void;
}

/** Why the watch ended: nobody is left to watch, or the session should be ended. */
export type WatchResult =
  { readonly kind: 'gone' } | { readonly kind: 'end'; readonly reason: StopReason; readonly because: string };

/** Looks at a session every `sample`, and at its time limit, until it is gone or should end. It decides; it does not act. */
export async function watch(policy: LivenessPolicy, deps: WatchDeps): Promise<WatchResult> {
  let signs = noSigns();
  const woken = AbortSignal.any([deps.gone, deps.cancelled]);
  for (;;) {
    const pulse = deps.pulse();
    signs = observe(signs, pulse, policy);
    const liveness = assess(signs, policy);
    deps.onLiveness(liveness, signs, pulse);
    if (liveness.state === 'gone') return { kind: 'gone' };
    if (liveness.end) return { kind: 'end', reason: liveness.end.reason, because: liveness.end.because };
    if (deps.cancelled.aborted)
      return { kind: 'end', reason: 'cancelled', because: String(deps.cancelled.reason) };
    const leftMs = signs.startedAtMs + policy.timeoutMs - signs.nowMs;
    await deps.clock.sleep(Math.min(policy.sampleMs, Math.max(leftMs, 0)), woken);
  }
}
