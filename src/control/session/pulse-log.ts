import type { Liveness, LivenessPolicy, Pulse } from '../../domain/liveness.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/problem.ts';
import { writeAtOnce } from '../../lib/regular-file.ts';
import { encodePulse, sealLine, type PulseHeader, type WrittenPulse } from '../../supervise/pulse-line.ts';

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
  readonly #onTrouble: (because: string) => void;

  /** @param onTrouble told once, when nothing more can be written */
  constructor(file: string, policy: LivenessPolicy, clock: Clock, onTrouble: (because: string) => void) {
    this.#file = file;
    this.#policy = policy;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
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
      if (this.#isBroken) return;
    }
    const written = { pulse, stdoutBytes, state: liveness.state, end: liveness.end?.reason ?? null };
    this.#append(encodePulse(written, this.#last));
    this.#last = written;
  }

  #append(body: object): void {
    const { text, seal } = sealLine(body, this.#seal);
    try {
      writeAtOnce(this.#file, `${text}\n`, 'append');
      this.#seal = seal;
    } catch (error) {
      // Half a line may stand there now: nothing may follow it.
      if (!this.#isBroken) this.#onTrouble(messageOf(error));
      this.#isBroken = true;
    }
  }
}
