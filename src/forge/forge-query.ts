import { z } from 'zod';
import type { CiResult, ForgeFacts, IssueFacts, PullRequestFacts } from '../domain/forge.ts';
import { parseJson } from '../lib/json-lines.ts';

/** What an answer says, or why it says nothing. */
export type Reply<T> =
  /** `isWhole` when all that it lacks is what the forge does not have. */
  { readonly facts: T; readonly isWhole: boolean } | { readonly because: string };

const PULL_REQUEST = `number url state createdAt author { login } headRefOid headRefName
  commits(first: 100) { nodes { commit { oid } } } closingIssuesReferences(first: 50) { nodes { number } }`;

/** GraphQL for all pull requests that these commits or branches are in, and for the CI results of the commits. */
export function composeWorkQuery(commits: readonly string[], branches: readonly string[]): string {
  const objects = commits.map(
    (sha, index) => `c${index}: object(oid: ${JSON.stringify(sha)}) { ... on Commit {
      oid statusCheckRollup { state } associatedPullRequests(first: 10) { nodes { ${PULL_REQUEST} } } } }`,
  );
  const heads = branches.map(
    (branch, index) =>
      `b${index}: pullRequests(headRefName: ${JSON.stringify(branch)}, first: 10) { nodes { ${PULL_REQUEST} } }`,
  );
  return compose([...objects, ...heads]);
}

/** GraphQL for the state of issues and for what closed them last. */
export function composeIssueQuery(numbers: readonly number[]): string {
  const issues = numbers.map(
    (number, index) => `i${index}: issueOrPullRequest(number: ${number}) { ... on Issue {
      number url state timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent {
        closer { ... on PullRequest { url } ... on Commit { oid } } } } } } }`,
  );
  return compose(issues);
}

function compose(parts: readonly string[]): string {
  return `query($owner: String!, $name: String!) { viewer { login }
  repository(owner: $owner, name: $name) { ${parts.join('\n')} } }`;
}

const oid = z.string().regex(/^[0-9a-f]{40,64}$/);
const nodes = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node) });

const url = z.url({ protocol: /^https?$/ }).max(500);

const PULL_STATES = { OPEN: 'open', CLOSED: 'closed', MERGED: 'merged' } as const;

const pullRequest = z
  .object({
    number: z.int().positive(),
    url,
    state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
    createdAt: z.iso.datetime(),
    author: z.object({ login: z.string().max(100) }).nullable(),
    headRefOid: oid,
    headRefName: z.string().max(1000),
    commits: nodes(z.object({ commit: z.object({ oid }) })),
    closingIssuesReferences: nodes(z.object({ number: z.int().positive() })).nullable(),
  })
  .transform((given): PullRequestFacts => ({
    number: given.number,
    url: given.url,
    state: PULL_STATES[given.state],
    author: given.author?.login ?? null,
    createdAt: given.createdAt,
    headSha: given.headRefOid,
    headBranch: given.headRefName,
    commits: given.commits.nodes.map((node) => node.commit.oid),
    closes: given.closingIssuesReferences?.nodes.map((node) => node.number) ?? [],
  }));

/** Any other state is pending. */
const CI_RESULTS = new Map<string, CiResult>([
  ['SUCCESS', 'passed'],
  ['FAILURE', 'failed'],
  ['ERROR', 'failed'],
]);

const commit = z.object({
  oid,
  statusCheckRollup: z.object({ state: z.string() }).nullable(),
  associatedPullRequests: nodes(pullRequest).nullable(),
});

const closer = z.union([
  z.object({ url: z.url() }).transform((pull) => ({ pullRequest: pull.url })),
  z.object({ oid }).transform((made) => ({ commit: made.oid })),
  z.object({}).transform(() => null),
]);

const issue = z
  .object({
    number: z.int().positive(),
    url,
    state: z.enum(['OPEN', 'CLOSED']),
    timelineItems: nodes(z.object({ closer: closer.nullable() })),
  })
  .transform((given): IssueFacts => ({
    number: given.number,
    url: given.url,
    isClosed: given.state === 'CLOSED',
    closedBy: given.timelineItems.nodes.at(-1)?.closer ?? null,
  }));

const envelope = z.object({
  data: z.object({
    viewer: z.object({ login: z.string().min(1) }),
    repository: z.record(z.string(), z.unknown()),
  }),
  errors: z.array(z.object({ type: z.string().optional() })).optional(),
});

/** An object of another kind than the one asked for answers with nothing in it. */
const orNothing = <T extends z.ZodType>(shape: T) =>
  z.union([shape, z.strictObject({}).transform(() => null)]).nullable();

/** Reads the answer to `composeWorkQuery`. */
export function readWork(text: string): Reply<ForgeFacts> {
  return parse(text, z.union([nodes(pullRequest), orNothing(commit)]), (parts, login) => {
    const pulls = new Map<string, PullRequestFacts>();
    const ci = new Map<string, CiResult>();
    for (const part of parts) {
      if (part === null) continue;
      const found = 'nodes' in part ? part.nodes : (part.associatedPullRequests?.nodes ?? []);
      for (const each of found) pulls.set(each.url, each);
      if (!('oid' in part)) continue;
      const state = part.statusCheckRollup?.state;
      ci.set(part.oid, state === undefined ? 'none' : (CI_RESULTS.get(state) ?? 'pending'));
    }
    return { login, pullRequests: [...pulls.values()], ci };
  });
}

/** Reads the answer to `composeIssueQuery`. */
export function readIssues(text: string): Reply<IssueFacts[]> {
  return parse(text, orNothing(issue), (parts) => parts.flatMap((part) => part ?? []));
}

/** Reads the parts of an answer, which come without their aliases. */
function parse<P extends z.ZodType, T>(
  text: string,
  part: P,
  read: (parts: z.output<P>[], login: string) => T,
): Reply<T> {
  const value = parseJson(text);
  if (value === undefined) return { because: 'its answer is not JSON' };
  const parsed = envelope.safeParse(value);
  const { viewer, repository } = parsed.data?.data ?? {};
  const parts = z.record(z.string(), part).safeParse(repository);
  if (!viewer || !parts.success) return { because: 'its answer has another form' };
  const isWhole = (parsed.data?.errors ?? []).every(({ type }) => type === 'NOT_FOUND');
  return { facts: read(Object.values(parts.data), viewer.login), isWhole };
}
