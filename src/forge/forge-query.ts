import { z } from 'zod';
import type { CiResult, ForgeFacts, IssueFacts, PullRequestFacts } from '../domain/forge.ts';

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

const pullRequest = z.object({
  number: z.int().positive(),
  url: z.url({ protocol: /^https?$/ }).max(500),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
  createdAt: z.iso.datetime(),
  author: z.object({ login: z.string().max(100) }).nullable(),
  headRefOid: oid,
  headRefName: z.string().max(1000),
  commits: nodes(z.object({ commit: z.object({ oid }) })),
  closingIssuesReferences: nodes(z.object({ number: z.int().positive() })).nullable(),
});

const commit = z.object({
  oid,
  statusCheckRollup: z.object({ state: z.string() }).nullable(),
  associatedPullRequests: nodes(pullRequest).nullable(),
});

const issue = z.object({
  number: z.int().positive(),
  url: z.url({ protocol: /^https?$/ }).max(500),
  state: z.enum(['OPEN', 'CLOSED']),
  timelineItems: nodes(
    z.object({ closer: z.union([z.object({ url: z.url() }), z.object({ oid }), z.object({})]).nullable() }),
  ),
});

const envelope = z.object({
  data: z.object({
    viewer: z.object({ login: z.string().min(1) }),
    repository: z.record(z.string(), z.unknown()),
  }),
  errors: z.array(z.object({ type: z.string().optional() })).optional(),
});

/** An object of another kind than the one asked for answers with nothing in it. */
const orNothing = <T extends z.ZodType>(shape: T) => z.union([shape, z.strictObject({})]).nullable();

/** Reads the answer to `composeWorkQuery`. */
export function readWork(text: string): Reply<ForgeFacts> {
  const answer = parse(text, z.union([nodes(pullRequest), orNothing(commit)]));
  if ('because' in answer) return answer;
  const pulls = new Map<string, PullRequestFacts>();
  const ci = new Map<string, CiResult>();
  for (const part of answer.parts) {
    if (part === null) continue;
    const found =
      'nodes' in part ? part.nodes : 'oid' in part ? (part.associatedPullRequests?.nodes ?? []) : [];
    for (const each of found) pulls.set(each.url, toPullRequest(each));
    if ('oid' in part) ci.set(part.oid, toCiResult(part.statusCheckRollup?.state ?? null));
  }
  return {
    facts: { login: answer.login, pullRequests: [...pulls.values()], ci },
    isWhole: answer.isWhole,
  };
}

/** Reads the answer to `composeIssueQuery`. */
export function readIssues(text: string): Reply<IssueFacts[]> {
  const answer = parse(text, orNothing(issue));
  if ('because' in answer) return answer;
  const facts = answer.parts.flatMap((part): IssueFacts[] => {
    if (part === null || !('number' in part)) return [];
    const closer = part.timelineItems.nodes.at(-1)?.closer ?? null;
    const closedBy =
      closer === null
        ? null
        : 'url' in closer
          ? { pullRequest: closer.url }
          : 'oid' in closer
            ? { commit: closer.oid }
            : null;
    return [{ number: part.number, url: part.url, isClosed: part.state === 'CLOSED', closedBy }];
  });
  return { facts, isWhole: answer.isWhole };
}

/** The parts of an answer without their aliases. */
function parse<P extends z.ZodType>(
  text: string,
  part: P,
): { parts: z.output<P>[]; login: string; isWhole: boolean } | { because: string } {
  const value = parseJson(text);
  if (value === undefined) return { because: 'its answer is no JSON' };
  const parsed = envelope.safeParse(value);
  const { viewer, repository } = parsed.data?.data ?? {};
  if (!viewer || !repository) return { because: 'its answer has another form' };
  const parts = z.record(z.string(), part).safeParse(repository);
  if (!parts.success) return { because: 'its answer has another form' };
  const isWhole = (parsed.data?.errors ?? []).every(({ type }) => type === 'NOT_FOUND');
  return { parts: Object.values(parts.data), login: viewer.login, isWhole };
}

/** Undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toPullRequest(given: z.output<typeof pullRequest>): PullRequestFacts {
  return {
    number: given.number,
    url: given.url,
    state: given.state === 'OPEN' ? 'open' : given.state === 'MERGED' ? 'merged' : 'closed',
    author: given.author?.login ?? null,
    createdAt: given.createdAt,
    headSha: given.headRefOid,
    headBranch: given.headRefName,
    commits: given.commits.nodes.map((node) => node.commit.oid),
    closes: given.closingIssuesReferences?.nodes.map((node) => node.number) ?? [],
  };
}

function toCiResult(state: string | null): CiResult {
  switch (state) {
    case null:
      return 'none';
    case 'SUCCESS':
      return 'passed';
    case 'FAILURE':
    case 'ERROR':
      return 'failed';
    default:
      return 'pending';
  }
}
