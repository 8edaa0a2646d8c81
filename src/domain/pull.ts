/** A checkout before it is pulled: all that it takes to put it back. */
export interface CheckoutState {
  readonly folder: string;
  readonly branch: string;
  readonly head: string;
  /** A commit that holds what is not committed (`git stash create`), null when there is nothing. */
  readonly edits: string | null;
  /** The newest entry of the stash list. */
  readonly stash: string | null;
}

/** What became of a pull of a checkout. */
export type CheckoutPull =
  | {
      readonly kind: 'pulled';
      readonly folder: string;
      readonly branch: string;
      /** `origin/main`. */
      readonly upstream: string;
      readonly from: string;
      readonly to: string;
      /** Commits that came from the upstream. */
      readonly commits: number;
      /** Commits of its own that stand on top of them. */
      readonly ownCommits: number;
    }
  | { readonly kind: 'failed'; readonly folder: string; readonly because: string }
  /** Left alone, because somebody works in it. */
  | { readonly kind: 'skipped'; readonly folder: string; readonly because: string };

/** What a pull brought, and for whom it may stand. */
export interface PullReport {
  /** For each remote that was fetched, why that failed, null where it did not. */
  readonly remotes: Readonly<Record<string, string | null>>;
  /** What is here of branches that each of them has no more, by full name. */
  readonly gone: Readonly<Record<string, readonly string[]>>;
  readonly checkout: CheckoutPull | null;
}
