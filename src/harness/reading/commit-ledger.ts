import type { SessionEvent } from '../../domain/session-event.ts';
import type { DatedCommit } from '../../domain/transcript-session.ts';

/** The commits that git named to a session, with the times of the call and of its answer. */
export class CommitLedger {
  readonly told: DatedCommit[] = [];
  /** When each call was made that asks git for commits, as long as it has no answer. */
  readonly #calledAt = new Map<string, string | null>();

  /** @param taken the names in this event that count, because the call that it answers makes commits */
  take(event: SessionEvent, at: string | null, taken: readonly string[]): void {
    if (event.kind === 'called' && event.isCommitting) this.#calledAt.set(event.callId, at);
    if (event.kind !== 'answered') return;
    const calledAt = this.#calledAt.get(event.callId) ?? null;
    this.#calledAt.delete(event.callId);
    const told = (event.commits ?? []).filter(({ name }) => taken.includes(name));
    for (const commit of told) this.told.push({ ...commit, calledAt, toldAt: at });
  }
}
