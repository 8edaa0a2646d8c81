import type { SessionId } from '../../domain/ids.ts';
import type { LandingResult } from '../../domain/landing.ts';
import type { LandingWay } from '../../domain/record-words.ts';
import type { SessionFiles } from '../../domain/layout.ts';
import type { Landing, Plan } from '../../domain/plan.ts';
import type { SessionRecord } from '../../domain/record.ts';
import type { Workspace } from '../../domain/session.ts';
import type { LandingGit } from '../../git/landing/landing-git.ts';

/** What of a session's record a landing needs. */
export type JudgedWork = Pick<SessionRecord, 'outcome' | 'grade' | 'commits' | 'commitDetails'>;

export interface LandingRequest {
  readonly id: SessionId;
  readonly plan: Plan;
  readonly files: SessionFiles;
  readonly workspace: Workspace;
  readonly work: JudgedWork;
  readonly landing: Exclude<Landing, 'branch'>;
  /** A person asked for it: what the branch holds lands, whoever made it. */
  readonly isAsked: boolean;
  /** False when that person wants no check. */
  readonly isChecked: boolean;
  /** False where a worktree stays that stands on the branch. */
  readonly mayDropBranch: boolean;
  /** Aborts when nobody wants to wait any more; the reason is a sentence. */
  readonly cancelled: AbortSignal;
}

/** One landing while it goes on. */
export interface LandingRun extends LandingRequest {
  readonly how: LandingWay;
  readonly git: LandingGit;
  readonly remainingMs: () => number;
  /** Why it has to end now, null when it may go on. */
  readonly whyStop: () => LandingResult | null;
}

export function wayOf(landing: LandingRequest['landing']): LandingWay {
  return typeof landing === 'string' ? landing : 'command';
}
