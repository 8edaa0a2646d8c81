import type { SessionId } from '../../domain/ids.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { signSoFar, type ProviderSign } from '../../judge/provider-sign.ts';
import { noteAccount } from './note-account.ts';
import type { Project } from '../project/project.ts';

/**
 * Tells the machine what a running session shows of its account as soon as it is seen: nobody starts into a limit while
 * its first victim is still being judged, and the others need not wait for the end of a probe that is served.
 */
export class AccountWatch {
  readonly #project: Project;
  readonly #session: { readonly id: SessionId; readonly plan: Plan };
  #told: ProviderSign['kind'] = 'silent';
  #telling: Promise<void> = Promise.resolve();

  constructor(project: Project, session: { readonly id: SessionId; readonly plan: Plan }) {
    this.#project = project;
    this.#session = session;
  }

  /** Never throws and never waits. */
  look(transcript: Transcript): void {
    const sign = signSoFar(transcript);
    if (sign.kind === 'silent' || sign.kind === this.#told) return;
    this.#told = sign.kind;
    const at = this.#project.clock.now();
    this.#telling = this.#telling
      .then(() => noteAccount(this.#project, this.#session, sign, at))
      // The same is told again when the session is concluded, and what fails there is seen.
      .catch(() => undefined);
  }

  /** Resolves when all of it is stored. */
  finish(): Promise<void> {
    return this.#telling;
  }
}
