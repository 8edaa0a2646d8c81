import type { Liveness, LivenessPolicy, Pulse } from '../../domain/liveness.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/problem.ts';
import { shortenAtOnce, writeAtOnce } from '../../lib/regular-file.ts';
import { encodePulse, sealLine, type PulseHeader, type PulseTail } from '../../supervise/pulse-line.ts';

export type PulseLog = (pulse: Pulse, stdoutBytes: number, liveness: Liveness) => void;

/**
 * Writes down every look at a session and what was decided from it. It serves to explain: when the disk is full the
 * supervision goes on without, and what was written up to there stands.
 *
 * @param onTrouble told once, when nothing more can be written
 * @param tail where an existing file goes on, as a rebuild found it; what stands behind it (half a line) is cut off
 */
export function pulseLog(
  file: string,
  policy: LivenessPolicy,
  clock: Clock,
  onTrouble: (because: string) => void,
  tail: PulseTail | null = null,
): PulseLog {
  let last = tail?.last ?? null;
  let seal = tail?.seal ?? '';
  let hasHeader = tail !== null;
  let isBroken = false;
  /** After a failure half a line may stand in the file, so nothing may follow it. */
  const attempt = (change: () => void): void => {
    if (isBroken) return;
    try {
      change();
    } catch (error) {
      isBroken = true;
      onTrouble(messageOf(error));
    }
  };
  const append = (body: object): void => {
    const sealed = sealLine(body, seal);
    attempt(() => writeAtOnce(file, `${sealed.text}\n`, 'append'));
    seal = sealed.seal;
  };
  if (tail) attempt(() => shortenAtOnce(file, tail.bytes));
  return (pulse, stdoutBytes, liveness) => {
    if (!hasHeader) {
      const startedAt = clock.now().toISOString();
      append({ version: 1, startedAt, startedAtMs: Math.round(pulse.atMs), policy } satisfies PulseHeader);
    }
    hasHeader = true;
    const written = { pulse, stdoutBytes, state: liveness.state, end: liveness.end?.reason ?? null };
    append(encodePulse(written, last));
    last = written;
  };
}
