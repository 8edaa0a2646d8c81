import { appendFileSync } from 'node:fs';
import type { Liveness, LivenessPolicy, Pulse } from '../domain/liveness.ts';
import type { Clock } from '../lib/clock.ts';
import { encodePulse, sealLine, type PulseHeader, type WrittenPulse } from '../supervise/pulse-line.ts';

/**
 * Writes down every look at a session and what was decided from it. It serves to explain: when the disk is full the
 * supervision goes on without, and what was written up to there stands.
 */
export class PulseLog {
  readonly #file: string;
  readonly #policy: LivenessPolicy;
  readonly #clock: Clock;
  #seal = '';
  #last: WrittenPulse | null = null;
  #isBroken = false;

  constructor(file: string, policy: LivenessPolicy, clock: Clock) {
    this.#file = file;
    this.#policy = policy;
    this.#clock = clock;
  }

  write(pulse: Pulse, stdoutBytes: number, liveness: Liveness): void {
    if (this.#isBroken) return;
    if (this.#last === null) {
      const header: PulseHeader = {
        version: 1,
        startedAt: this.#clock.now().toISOString(),
        startedAtMs: Math.round(pulse.atMs),
        policy: this.#policy,
      };
      this.#append(header);
    }
    const written = { pulse, stdoutBytes, state: liveness.state, end: liveness.end?.reason ?? null };
    this.#append(encodePulse(written, this.#last));
    this.#last = written;
  }

  #append(body: object): void {
    const { text, seal } = sealLine(body, this.#seal);
    try {
      appendFileSync(this.#file, `${text}\n`, { mode: 0o600 });
      this.#seal = seal;
    } catch {
      // Half a line may stand there now: nothing may follow it.
      this.#isBroken = true;
    }
  }
}
