import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createRedactor } from '../../src/lib/redact.ts';
import { secretVariables } from '../../src/lib/secret-assignments.ts';
import { UserCommands } from '../../src/run/user-commands.ts';
import {
  askAboutIssues,
  askAboutWork,
  countOpenPullRequests,
  type ForgePlace,
} from '../../src/forge/forge.ts';
import { answering, fakeGh, pullNode, type FakeGh } from '../support/fake-gh.ts';
import { isRunning } from '../support/sessions.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const VIEWER = { login: 'robot' };

function placeOf(
  { folder, env }: Pick<FakeGh, 'folder' | 'env'>,
  more: Partial<ForgePlace> = {},
): ForgePlace {
  const redactor = createRedactor({ values: secretVariables(env) });
  const commands = new UserCommands({ folder, env, redactor, clock: systemClock });
  return { commands, cancelled: new AbortController().signal, ...more };
}

describe('what gh answers', () => {
  test('pull requests by commit and by branch, each once, and the result of CI by commit', async () => {
    const pull = pullNode(7, [A, B], {
      state: 'MERGED',
      closingIssuesReferences: { nodes: [{ number: 3 }] },
    });
    const gh = fakeGh(
      answering({
        viewer: VIEWER,
        repository: {
          c0: { oid: A, statusCheckRollup: { state: 'FAILURE' }, associatedPullRequests: { nodes: [pull] } },
          c1: { oid: B, statusCheckRollup: null, associatedPullRequests: { nodes: [] } },
          // Never pushed: the forge does not have it.
          c2: null,
          // A tag or a tree of that name.
          c3: {},
          b0: { nodes: [pull] },
        },
      }),
    );
    const answer = await askAboutWork(placeOf(gh), [A, B], ['stint/code/"quoted"']);
    expect(answer).toEqual({
      kind: 'known',
      facts: {
        login: 'robot',
        pullRequests: [
          {
            number: 7,
            url: 'https://forge.example/o/r/pull/7',
            state: 'merged',
            author: 'robot',
            createdAt: '2026-01-02T03:04:05Z',
            headSha: B,
            headBranch: 'topic',
            commits: [A, B],
            closes: [3],
          },
        ],
        ci: new Map([
          [A, 'failed'],
          [B, 'none'],
        ]),
      },
    });
    const [call] = gh.calls();
    expect(call?.words).toBe('api graphql -F owner={owner} -F name={repo} -F query=@-');
    expect(call?.input).toContain(`object(oid: "${A}")`);
    expect(call?.input).toContain(String.raw`headRefName: "stint/code/\"quoted\""`);
  });

  test('issues, and what closed them', async () => {
    const issue = (number: number, state: string, closer: unknown) => ({
      number,
      url: `https://forge.example/o/r/issues/${number}`,
      state,
      timelineItems: { nodes: closer === undefined ? [] : [{ closer }] },
    });
    const repository = {
      i0: issue(1, 'CLOSED', { url: 'https://forge.example/o/r/pull/7' }),
      i1: issue(2, 'CLOSED', { oid: A }),
      i2: issue(3, 'CLOSED', null),
      i3: issue(4, 'OPEN', { oid: A }),
      i4: issue(5, 'OPEN', undefined),
      // A pull request has that number, and nothing has the next.
      i5: {},
      i6: null,
    };
    // gh exits with 1 when one of several things is not there.
    const gh = fakeGh(`${answering({ viewer: VIEWER, repository }, [{ type: 'NOT_FOUND' }])}\nexit 1`);
    const answer = await askAboutIssues(placeOf(gh), [1, 2, 3, 4, 5, 6, 7]);
    expect(
      answer.kind === 'known' &&
        answer.facts.map(({ number, isClosed, closedBy }) => [number, isClosed, closedBy]),
    ).toEqual([
      [1, true, { pullRequest: 'https://forge.example/o/r/pull/7' }],
      [2, true, { commit: A }],
      [3, true, null],
      [4, false, { commit: A }],
      [5, false, null],
    ]);
  });

  test('nothing to ask is no question', async () => {
    const gh = fakeGh('exit 1');
    expect(await askAboutIssues(placeOf(gh), [])).toEqual({ kind: 'known', facts: [] });
    expect(gh.calls()).toEqual([]);
  });
});

describe('no answer is said, and is not the answer that there is nothing', () => {
  const whole = answering({ viewer: VIEWER, repository: { c0: null } });

  test.each([
    ['offline', 'echo "error connecting to api.github.com" >&2; exit 1', /exited with 1: error connecting/],
    [
      'not logged in',
      'echo "To get started with GitHub CLI, please run:  gh auth login" >&2; exit 4',
      /exited with 4/,
    ],
    ['no JSON', 'echo "<html>proxy</html>"', /not JSON/],
    ['JSON of another form', `echo '{"data":{"repository":{}}}'`, /another form/],
    [
      'a part of another form',
      answering({ viewer: VIEWER, repository: { c0: { oid: 'x' } } }),
      /another form/,
    ],
    [
      'no such repository',
      `${answering({ viewer: VIEWER, repository: null }, [{ type: 'NOT_FOUND' }])}\nexit 1`,
      /exited with 1/,
    ],
    [
      'half an answer',
      `${answering({ viewer: VIEWER, repository: { c0: null } }, [{ type: 'FORBIDDEN' }])}\nexit 1`,
      /exited with 1/,
    ],
    ['an answer, and then a crash', `${whole}\nkill -SEGV $$`, /exited with 128/],
    ['too much', 'yes 2>/dev/null', /gh printed more than 8.4MB/],
  ] as const)('%s', async (_, script, because) => {
    const answer = await askAboutWork(placeOf(fakeGh(script)), [A], []);
    expect(answer).toEqual({ kind: 'unknown', because: expect.stringMatching(because) });
  });

  test('no gh at all', async () => {
    const gh = fakeGh('');
    const env = { ...gh.env, PATH: path.join(gh.folder, 'nothing') };
    const answer = await askAboutWork(placeOf({ ...gh, env }), [A], []);
    expect(answer).toEqual({ kind: 'unknown', because: expect.stringMatching(/gh could not start: /) });
  });

  test('one that hangs is ended, with what it started', async () => {
    const gh = fakeGh('trap "" TERM; sleep 1000 & echo $! >child; wait');
    const answer = await askAboutWork(placeOf(gh, { timeoutMs: 1500 }), [A], []);
    expect(answer).toEqual({ kind: 'unknown', because: 'gh ran longer than 1.5s and was ended' });
    const child = path.join(gh.folder, 'child');
    if (existsSync(child)) expect(isRunning(Number(readFileSync(child, 'utf8')))).toBe(false);
  });

  test('somebody does not want to wait', async () => {
    const gh = fakeGh('sleep 1000');
    const cancelled = AbortSignal.abort('SIGINT');
    const answer = await askAboutWork(placeOf(gh, { cancelled }), [A], []);
    expect(answer).toEqual({ kind: 'unknown', because: 'gh was cancelled: SIGINT' });
  });
});

describe('open pull requests', () => {
  const heads = (...names: string[]): string =>
    `echo '${JSON.stringify(names.map((headRefName) => ({ headRefName })))}'`;

  test('are counted by the beginning of their branch', async () => {
    const gh = fakeGh(heads('stint/code/a', 'topic', 'stint/docs/b', 'not/stint/c'));
    expect(await countOpenPullRequests(placeOf(gh), 'stint/')).toEqual({ kind: 'known', facts: 2 });
    expect(gh.calls()).toEqual([
      { words: 'pr list --state=open --json=headRefName --limit=1000', input: '' },
    ]);
  });

  test.each([
    ['echo "no network" >&2; exit 1', /exited with 1: no network/],
    ["echo 'well'", /its answer has another form/],
    ['echo \'[{"number": 1}]\'', /its answer has another form/],
  ])('are unknown where gh says %j', async (script, because) => {
    const answer = await countOpenPullRequests(placeOf(fakeGh(script)), 'stint/');
    expect(answer).toEqual({ kind: 'unknown', because: expect.stringMatching(because) as string });
  });
});
