import type { Liveness, LivenessPolicy, Pulse } from '../../domain/liveness.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/problem.ts';
import { shortenAtOnce, writeAtOnce } from '../../lib/regular-file.ts';
import {
  encodePulse,
  sealLine,
  type PulseHeader,
  type PulseTail,
  type WrittenPulse,
} from '../../supervise/pulse-line.ts';

/**
 * Writes down every look at a session and what was decided from it. It serves to explain: when the disk is full the
 * supervision goes on without, and what was written up to there stands.
 */
export class PulseLog {
  readonly #file: string;
  readonly #policy: LivenessPolicy;
  readonly #clock: Clock;
  #seal: string;
  #last: WrittenPulse | null;
  #hasHeader: boolean;
  #isBroken = false;
  readonly #onTrouble: (because: string) => void;

  /**
   * @param onTrouble told once, when nothing more can be written
   * @param tail where an existing file goes on, as a rebuild found it; what stands behind it (half a line) is cut off
   */
  constructor(
    file: string,
    policy: LivenessPolicy,
    clock: Clock,
    onTrouble: (because: string) => void,
    tail: PulseTail | null = null,
  ) {
    this.#file = file;
    this.#policy = policy;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
    this.#seal = tail?.seal ?? '';
    this.#last = tail?.last ?? null;
    this.#hasHeader = tail !== null;
    if (tail) this.#attempt(() => shortenAtOnce(file, tail.bytes));
  }

  write(pulse: Pulse, stdoutBytes: number, liveness: Liveness): void {
    if (!this.#hasHeader) {
      const header: PulseHeader = {
        version: 1,
        startedAt: this.#clock.now().toISOString(),
        startedAtMs: Math.round(pulse.atMs),
        policy: this.#policy,
      };
      this.#append(header);
      this.#hasHeader = true;
    }
    const written = { pulse, stdoutBytes, state: liveness.state, end: liveness.end?.reason ?? null };
    this.#append(encodePulse(written, this.#last));
    this.#last = written;
  }

  #append(body: object): void {
    const { text, seal } = sealLine(body, this.#seal);
    this.#attempt(() => writeAtOnce(this.#file, `${text}\n`, 'append'));
    this.#seal = seal;
  }

  /** After a failure half a line may stand in the file, so nothing may follow it. */
  #attempt(change: () => void): void {
    if (this.#isBroken) return;
    try {
      change();
    } catch (error) {
      this.#isBroken = true;
      this.#onTrouble(messageOf(error));
    }
  }
}
