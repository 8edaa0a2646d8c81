import { z } from 'zod';
import type { ForgeAnswer, ForgeFacts, IssueFacts } from '../domain/forge.ts';
import { parseJson } from '../lib/json-lines.ts';
import { composeIssueQuery, composeWorkQuery, readIssues, readWork, type Reply } from './forge-query.ts';
import type { UserCommands } from '../run/user-commands.ts';

/** Where and how the forge is asked: through `gh`, which knows host, repository and login by itself. */
export interface ForgePlace {
  /** They run in a folder of the repository. */
  readonly commands: UserCommands;
  readonly cancelled: AbortSignal;
  /** The longest that one question may take; default 30 seconds. */
  readonly timeoutMs?: number;
}

/** gh asks no questions, and prints only its answer. */
export const GH_ENVIRONMENT = { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' };

const LIMIT_MS = 30_000;
const LONGEST_ANSWER = 8 << 20;
/** More is in no session, and a question has to stay one that a forge answers. */
const MOST = 50;

/** The pull requests and CI results of these commits, and the pull requests of these branches. */
export function askAboutWork(
  place: ForgePlace,
  commits: readonly string[],
  branches: readonly string[],
): Promise<ForgeAnswer<ForgeFacts>> {
  return ask(place, composeWorkQuery(commits.slice(-MOST), branches.slice(-MOST)), readWork);
}

/** What closed these issues. */
export async function askAboutIssues(
  place: ForgePlace,
  numbers: readonly number[],
): Promise<ForgeAnswer<readonly IssueFacts[]>> {
  if (numbers.length === 0) return { kind: 'known', facts: [] };
  return ask(place, composeIssueQuery(numbers.slice(-MOST)), readIssues);
}

const openPulls = z.array(z.object({ headRefName: z.string().max(1000) }));
/** More than this nobody waits for. */
const MOST_OPEN = 1000;

/** How many open pull requests have a branch whose name starts so. */
export function countOpenPullRequests(place: ForgePlace, prefix: string): Promise<ForgeAnswer<number>> {
  const words = ['pr', 'list', '--state=open', '--json=headRefName', `--limit=${MOST_OPEN}`];
  return askGh(place, words, '', (text): Reply<number> => {
    const parsed = openPulls.safeParse(parseJson(text));
    if (!parsed.success) return { because: 'its answer has another form' };
    const own = parsed.data.filter(({ headRefName }) => headRefName.startsWith(prefix));
    return { facts: own.length, isWhole: true };
  });
}

function ask<T>(place: ForgePlace, query: string, read: (text: string) => Reply<T>): Promise<ForgeAnswer<T>> {
  const words = ['api', 'graphql', '-F', 'owner={owner}', '-F', 'name={repo}', '-F', 'query=@-'];
  return askGh(place, words, query, read);
}

async function askGh<T>(
  place: ForgePlace,
  words: readonly string[],
  input: string,
  read: (text: string) => Reply<T>,
): Promise<ForgeAnswer<T>> {
  const result = await place.commands.askAside({
    command: { words: ['gh', ...words] },
    env: GH_ENVIRONMENT,
    timeoutMs: place.timeoutMs ?? LIMIT_MS,
    cancelled: place.cancelled,
    input,
    longestAnswer: LONGEST_ANSWER,
  });
  if (result.kind !== 'exited') return { kind: 'unknown', because: `gh ${result.trouble}` };
  // gh also exits with 1 when one of several things asked for is not there; the answer says so itself.
  const reply = read(result.answer);
  const isOver = result.exitCode === 0 || result.exitCode === 1;
  if (isOver && 'facts' in reply && reply.isWhole) return { kind: 'known', facts: reply.facts };
  const said = 'because' in reply ? reply.because : 'its answer is not whole';
  return { kind: 'unknown', because: `gh gave no answer (${result.troubleInFull ?? said})` };
}
