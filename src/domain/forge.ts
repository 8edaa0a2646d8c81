import type { Effect, OwnCommit } from './evidence.ts';

/** What continuous integration says of a commit; `none` where nothing ran. */
export type CiResult = 'passed' | 'failed' | 'pending' | 'none';

/** A pull request, as the forge says it. */
export interface PullRequestFacts {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  /** Null where the account is gone. */
  readonly author: string | null;
  /** ISO 8601 UTC, by the forge's clock. */
  readonly createdAt: string;
  readonly headSha: string;
  readonly headBranch: string;
  /** Its first hundred commits. */
  readonly commits: readonly string[];
  /** Numbers of the issues that its merge closes. */
  readonly closes: readonly number[];
}

/** What the forge says of a session's commits and branches. */
export interface ForgeFacts {
  /** The account that the forge took us for. */
  readonly login: string;
  readonly pullRequests: readonly PullRequestFacts[];
  /** By commit, for those that the forge has. */
  readonly ci: ReadonlyMap<string, CiResult>;
}

/** An issue and what closed it last, as the forge says it. */
export interface IssueFacts {
  readonly number: number;
  readonly url: string;
  readonly isClosed: boolean;
  /** The pull request (by its address) or the commit whose landing closed it; null when a person did. */
  readonly closedBy: { readonly pullRequest: string } | { readonly commit: string } | null;
}

/** What the forge says of a recorded session by now. */
export interface ForgeNews {
  /** Its pull requests and the issues that it closed, as they stand. */
  readonly effects: readonly Effect[];
  /** Commits of the session that no branch here has any more, and one of these pull requests does. */
  readonly recovered: readonly OwnCommit[];
  /** Addresses of issues that are open, or that something else has closed. */
  readonly notClosed: readonly string[];
  /** Continuous integration on its last commit; `none` where the forge does not have it or ran nothing. */
  readonly ci: CiResult;
  /** The same of the commit that it started from. */
  readonly ciBefore: CiResult;
}

/** The forge's answer. Half an answer is none: what could not be verified stays as it was. */
export type ForgeAnswer<T> =
  { readonly kind: 'known'; readonly facts: T } | { readonly kind: 'unknown'; readonly because: string };
