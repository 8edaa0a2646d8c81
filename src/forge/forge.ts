import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { ForgeAnswer, ForgeFacts, IssueFacts } from '../domain/forge.ts';
import type { SessionId } from '../domain/ids.ts';
import type { Clock } from '../lib/clock.ts';
import { formatDuration } from '../lib/duration.ts';
import { randomWord } from '../lib/random.ts';
import { createRedactor } from '../lib/redact.ts';
import { secretVariables } from '../lib/secret-variables.ts';
import { composeIssueQuery, composeWorkQuery, readIssues, readWork, type Reply } from './forge-query.ts';
import { askUserCommand, type CommandAnswer } from '../run/user-command.ts';

/** Where and how the forge is asked: through `gh`, which knows host, repository and login by itself. */
export interface ForgePlace {
  /** A folder of the repository. */
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  readonly cancelled: AbortSignal;
  /** The longest that one question may take; default 30 seconds. */
  readonly timeoutMs?: number;
}

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
    const parsed = z.string().transform(parseJson).pipe(openPulls).safeParse(text);
    if (!parsed.success) return { because: 'its answer has another form' };
    const own = parsed.data.filter(({ headRefName }) => headRefName.startsWith(prefix));
    return { facts: own.length, isWhole: true };
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
  const timeoutMs = place.timeoutMs ?? LIMIT_MS;
  const scratch = mkdtempSync(path.join(tmpdir(), 'stint-forge-'));
  try {
    const answer = await askUserCommand(
      {
        // A tag of its own, so that what it leaves behind is found and nothing else is ended.
        sessionId: randomWord(10) as SessionId,
        command: { words: ['gh', ...words] },
        input,
        longestAnswer: LONGEST_ANSWER,
        folder: place.folder,
        env: { ...place.env, GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', NO_COLOR: '1' },
        logFile: path.join(scratch, 'stderr'),
        redactor: createRedactor({ values: secretVariables(place.env) }),
        timeoutMs,
        cancelled: place.cancelled,
      },
      place.clock,
    );
    return interpret(answer, timeoutMs, read);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function interpret<T>(
  answer: CommandAnswer,
  timeoutMs: number,
  read: (text: string) => Reply<T>,
): ForgeAnswer<T> {
  switch (answer.kind) {
    case 'not-started':
      return { kind: 'unknown', because: `gh cannot be started: ${answer.because}` };
    case 'cancelled':
      return { kind: 'unknown', because: answer.because };
    case 'timed-out':
      return { kind: 'unknown', because: `gh did not answer within ${formatDuration(timeoutMs)}` };
    case 'too-long':
      return { kind: 'unknown', because: 'gh answered more than can be read' };
    case 'exited': {
      // gh also exits with 1 when one of several things asked for is not there; the answer says so itself.
      const reply = read(answer.answer);
      const isOver = answer.exitCode === 0 || answer.exitCode === 1;
      if (isOver && 'facts' in reply && reply.isWhole) return { kind: 'known', facts: reply.facts };
      const words = answer.tail.split('\n').at(-1) ?? '';
      const because =
        answer.exitCode === 0 && 'because' in reply
          ? reply.because
          : `exit ${answer.exitCode}${words === '' ? '' : `: ${words}`}`;
      return { kind: 'unknown', because: `gh gave no answer (${because})` };
    }
  }
}
