import type { SessionEvent } from '../../domain/session-event.ts';
import type { DatedCommit } from '../../domain/transcript-session.ts';

type Answered = Extract<SessionEvent, { kind: 'answered' }>;
type Called = Extract<SessionEvent, { kind: 'called' }>;

/** More commands than wait at once for their end. */
const MOST_RUNNING = 100;

/** The commits that git named to a session, with the times of the command and of git's answer. */
export class CommitLedger {
  readonly told: DatedCommit[] = [];
  /** When each command began that asks git for commits, by its call, as long as that has no answer. */
  readonly #calledAt = new Map<string, string | null>();
  /** The same by the name under which the command runs on after its answer: another call gets git's words. */
  readonly #runningSince = new Map<string, string | null>();

  /** @param taken the names in this event that count, because the call that it answers makes commits */
  take(event: SessionEvent, at: string | null, taken: readonly string[]): void {
    if (event.kind === 'called' && event.isCommitting) this.#begin(event, at);
    else if (event.kind === 'answered') this.#settle(event, at, taken);
  }

  #begin({ callId, about }: Called, at: string | null): void {
    const since = about && this.#runningSince.get(about.workId);
    this.#calledAt.set(callId, since ?? at);
  }

  #settle({ callId, commits = [], launched }: Answered, at: string | null, taken: readonly string[]): void {
    const calledAt = this.#calledAt.get(callId) ?? null;
    this.#calledAt.delete(callId);
    for (const commit of commits)
      if (taken.includes(commit.name)) this.told.push({ ...commit, calledAt, toldAt: at });
    if (!launched?.workId || calledAt === null) return;
    this.#runningSince.set(launched.workId, calledAt);
    const [oldest = ''] = this.#runningSince.keys();
    if (this.#runningSince.size > MOST_RUNNING) this.#runningSince.delete(oldest);
  }
}
