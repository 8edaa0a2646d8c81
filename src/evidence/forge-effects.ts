import type { Effect } from '../domain/evidence.ts';
import type { ForgeFacts, IssueFacts, PullRequestFacts } from '../domain/forge.ts';
import type { SessionRecord } from '../domain/record.ts';

/** What is known of a session whose work a forge is asked about. */
export type SessionWork = Pick<SessionRecord, 'commits' | 'branch' | 'startedAt'>;

/**
 * Those that the session opened: after its start, by our own account, with a commit of the session in it, and from the
 * session's head or branch. Nothing that a tool printed or that a command asked for is looked at.
 */
function pullsOpenedBy(work: SessionWork, { pullRequests, login }: ForgeFacts): PullRequestFacts[] {
  return pullRequests.filter(
    (pull) =>
      pull.author === login &&
      Date.parse(pull.createdAt) >= Date.parse(work.startedAt) &&
      pull.commits.some((sha) => work.commits.includes(sha)) &&
      (work.commits.includes(pull.headSha) || pull.headBranch === work.branch),
  );
}

/** The issues that the session may have closed: those that its merged pull requests or its commits' words name. */
export function issuesToVerify(work: SessionWork, facts: ForgeFacts, messages: string): number[] {
  const merged = pullsOpenedBy(work, facts).filter(({ state }) => state === 'merged');
  const named = [...messages.matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+#(\d{1,9})\b/gi)];
  const numbers = [...merged.flatMap(({ closes }) => closes), ...named.map((match) => Number(match[1]))];
  return [...new Set(numbers)].filter((number) => number > 0).toSorted((a, b) => a - b);
}

/** Addresses of the issues that this work does not close: open ones, and those that something else has closed. */
export function issuesNotClosed(
  work: SessionWork,
  facts: ForgeFacts,
  issues: readonly IssueFacts[],
): string[] {
  const own: ReadonlySet<string> = new Set(work.commits);
  const pulls = new Set(
    facts.pullRequests.filter((pull) => pull.commits.some((sha) => own.has(sha))).map(({ url }) => url),
  );
  return issues
    .filter(({ isClosed, closedBy }) => {
      if (!isClosed || closedBy === null) return true;
      return 'commit' in closedBy ? !own.has(closedBy.commit) : !pulls.has(closedBy.pullRequest);
    })
    .map(({ url }) => url);
}

/** The commits that live on in a pull request, open or merged. One that was refused keeps nothing alive. */
export function commitsInPulls(effects: readonly Effect[]): Set<string> {
  return new Set(
    effects.flatMap((effect) =>
      effect.kind === 'pull-request' && effect.stage !== 'closed' ? effect.commits : [],
    ),
  );
}

/** What the forge proves, in an order that does not depend on its answer's. */
export function verifyForgeEffects(
  work: SessionWork,
  facts: ForgeFacts,
  issues: readonly IssueFacts[],
): Effect[] {
  const own = new Set(work.commits);
  const pulls = pullsOpenedBy(work, facts);
  const carried = (pull: PullRequestFacts | undefined): string[] =>
    pull?.commits.filter((sha) => own.has(sha)) ?? [];
  const opened = pulls.map((pull): Effect => ({
    kind: 'pull-request',
    source: 'forge',
    url: pull.url,
    stage: pull.state === 'open' ? 'opened' : pull.state,
    commits: carried(pull),
  }));
  const closed = issues.flatMap(({ url, isClosed, closedBy }): Effect[] => {
    if (!isClosed || closedBy === null) return [];
    const commits =
      'commit' in closedBy
        ? [closedBy.commit].filter((sha) => own.has(sha))
        : carried(pulls.find((pull) => pull.url === closedBy.pullRequest && pull.state === 'merged'));
    return commits.length > 0 ? [{ kind: 'issue-closed', source: 'forge', url, commits }] : [];
  });
  const urlOf = (effect: Effect): string => ('url' in effect ? effect.url : '');
  return [...opened, ...closed].toSorted((a, b) => (urlOf(a) < urlOf(b) ? -1 : Number(urlOf(a) > urlOf(b))));
}
