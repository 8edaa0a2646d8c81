import type { Belief } from './belief.ts';
import type { MachineUse } from '../lib/machine-use.ts';
import type { CategoryName } from './ids.ts';

/** Whoever replays a choice that other rules made would find differences that are none. Raised when `choose` changes. */
export const CHOICE_VERSION = 3;

/** Everything that a choice is made of: plain data, stored with it, so that it can be made again. Times are ISO 8601 UTC. */
export interface ChoiceInput {
  readonly version: number;
  readonly seed: number;
  readonly at: string;
  /** The most that were asked for. */
  readonly top: number;
  /** Sessions of categories that run now, and how many may. */
  readonly running: number;
  readonly maxConcurrent: number;
  /** Since when `starts` of the categories are counted: seven days ago, or the first session after that. */
  readonly startsSince: string;
  readonly machine: MachineUse;
  /** What of it may be in use. */
  readonly admission: Admission;
  /** Null where no category that could start makes pull requests. */
  readonly pullRequests: PullRequests | null;
  /** The project's; null where none is set. */
  readonly budget: Budget | null;
  /** When the day of budgets is over. */
  readonly dayEndsAt: string;
  readonly categories: readonly CategoryState[];
}

/** What is known of a category at the moment of a choice. */
export interface CategoryState {
  readonly category: CategoryName;
  readonly belief: Belief;
  /** The session that runs in it now, as far as is known. */
  readonly running: string | null;
  /** Another process, a shell with `flock`, say, holds its lock. */
  readonly isLocked: boolean;
  /** End of its last session. */
  readonly lastEndedAt: string | null;
  readonly cooldownMs: number;
  /** What is in the way of each harness that it may use; one without trouble is enough. */
  readonly harnesses: readonly HarnessState[];
  /** Those harnesses with each of their models. */
  readonly arms: readonly ArmCandidate[];
  /** Its sessions since `startsSince`. */
  readonly starts: number;
  /** Its newest grades that count, oldest first, since it last worked with something new. */
  readonly grades: readonly number[];
  readonly hold: Hold | null;
  /** Null where nobody asked: it has no command for it, or something else is in its way. */
  readonly supply: Supply | null;
  /** What its supply was at the choice that the session came of which it is held for; null where nobody knows. */
  readonly supplyBefore: number | null;
  /** Whether its work becomes pull requests. */
  readonly makesPullRequests: boolean;
  /** Its own; null where none is set. */
  readonly budget: Budget | null;
  /** What its next session will most likely use; 0 where nobody knows. */
  readonly expected: SessionUse;
  /** Whom the configuration names for it. */
  readonly owner: string | null;
}

/** A harness with a model that a category may use, and what is believed about it there. */
export interface ArmCandidate {
  readonly harness: string;
  /** Null is the CLI's own default. */
  readonly model: string | null;
  readonly alpha: number;
  readonly beta: number;
  /** Why it cannot start, null when it can. */
  readonly trouble: string | null;
  /** What its next session is the one probe of; absent where nothing is to be tried. */
  readonly probeOf?: string;
}

/** How it did in the draw; null where it took no part. */
export interface ArmDraw extends ArmCandidate {
  readonly draw: number | null;
}

/** With which harness and model a session starts: the best draw of those that can. */
export interface ArmChoice {
  readonly seed: number;
  readonly harness: string;
  readonly model: string | null;
  readonly candidates: readonly ArmDraw[];
}

export interface HarnessState {
  readonly name: string;
  /** Null when it can start. */
  readonly trouble: string | null;
  readonly until: string | null;
  /** True where time or a person lifts it, false where something has to be installed. */
  readonly isParked: boolean;
  /** What its next session is the one probe of, whatever model it starts; absent where nothing is to be tried. */
  readonly probeOf?: string;
}

/** How many tasks a category has, as its own command says it. */
export type Supply =
  { readonly kind: 'known'; readonly count: number } | { readonly kind: 'unknown'; readonly because: string };

export interface SessionUse {
  readonly tokens: number;
  readonly costUsd: number;
}

/** What may be used in a day, and what of it is. */
export interface Budget {
  /** Null is no limit. */
  readonly limit: { readonly tokens: number | null; readonly costUsd: number | null };
  /** By sessions that ended today. */
  readonly spent: SessionUse;
  /** By those that run: what they have used, and no less than is usual. */
  readonly inFlight: SessionUse;
  /** How many of today's sessions reported none. */
  readonly silent: SessionUse;
}

/** Limits on the machine's use: shares from 0 to 1, and tasks for each processor. */
export interface Admission {
  readonly memory: number;
  readonly disk: number;
  readonly load: number;
}

/** The pull requests of stint's branches that wait for somebody. */
export interface PullRequests {
  /** Null where the forge could not be asked; `because` says why. */
  readonly open: number | null;
  readonly because: string | null;
  /** With so many nothing starts that makes more of them. */
  readonly most: number;
}

/** A rest that a category takes because its last sessions could do nothing. */
export interface Hold {
  readonly sessionId: string;
  readonly outcome: 'blocked' | 'noop' | 'setup';
  /** What the session said, or what went wrong before it. */
  readonly text: string;
  /** How many sessions in a row ended so. */
  readonly repeats: number;
  readonly since: string;
  readonly until: string;
}

/** What the choice reads of a recorded session of a category. */
export interface PastSession {
  readonly id: string;
  readonly outcome: string;
  readonly grade: number | null;
  readonly feedsBelief: boolean;
  /** What it declared of itself, null when nothing. */
  readonly declared: string | null;
  /** Its blocker, or why there was nothing to do; empty for others. */
  readonly text: string;
  readonly harness: string;
  readonly model: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** A session of a category that ended before its agent started. */
export type FailedStart = Pick<PastSession, 'id' | 'text' | 'endedAt'>;

/** What a category scored, in parts that add up to `score`; `plateau` is taken off. */
export interface ScoreComponents {
  /** Drawn from the belief, less the reference grade. */
  readonly thompson: number;
  readonly diversity: number;
  readonly lessons: number;
  readonly plateau: number;
}

export interface ScoredCategory {
  readonly category: CategoryName;
  readonly score: number;
  readonly components: ScoreComponents;
}

export type ChosenCategory = ScoredCategory & Omit<ArmChoice, 'seed'>;

export interface NotChosen extends ScoredCategory {
  readonly because: string;
}

export type ObstacleKind =
  'running' | 'cooling' | 'harness' | 'parked' | 'held' | 'dry' | 'review' | 'budget';

/** One thing that keeps a category from starting. */
export interface Obstacle {
  readonly kind: ObstacleKind;
  readonly reason: string;
  /** When it is over, null when nobody knows. */
  readonly until: string | null;
}

export interface IneligibleCategory {
  readonly category: CategoryName;
  readonly reason: string;
  /** When all that is in its way is over, null when nobody knows. */
  readonly until: string | null;
  readonly obstacles: readonly Obstacle[];
  /** Whom to ask about what holds it; null where nobody is named or it is not held. */
  readonly owner: string | null;
}

/** How widely attention was spread, and what it makes of the bonus for neglect. */
export interface Spread {
  /** exp of the entropy of the starts: so many categories, used evenly, would be as diverse. Null with too few starts. */
  readonly effective: number | null;
  readonly floor: number;
  /** What the bonus is multiplied with: 1, and more while `effective` is more than a tenth under its floor. */
  readonly factor: number;
  /** Of so many starts. */
  readonly starts: number;
  /** A category that was not seen for so long is next, whatever it scores. */
  readonly turnAfterHours: number;
}

export type RestKind = ObstacleKind | 'several' | 'score' | 'full' | 'machine';

/** Why nothing starts now. */
export interface Rest {
  readonly kind: RestKind;
  readonly reason: string;
  /** When to try again, null when nobody knows. */
  readonly until: string | null;
}

/** One decision about what to start. */
export interface Choice {
  readonly seed: number;
  readonly chosen: readonly ChosenCategory[];
  readonly notChosen: readonly NotChosen[];
  readonly ineligible: readonly IneligibleCategory[];
  readonly spread: Spread;
  readonly rest: Rest | null;
}

/** A choice with all that it was made of. */
export interface Decision {
  readonly input: ChoiceInput;
  readonly choice: Choice;
}
