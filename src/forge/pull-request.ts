import { execa } from 'execa';
import type { SessionId } from '../domain/ids.ts';
import { findProgram } from '../lib/find-program.ts';

export interface PullRequestCall {
  readonly sessionId: SessionId;
  /** Path of the `gh` program. */
  readonly program: string;
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly timeoutMs: number;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

export type PullRequest =
  | { readonly kind: 'open'; readonly url: string | null; readonly isNew: boolean }
  | { readonly kind: 'failed'; readonly detail: string };

/** The path of the GitHub CLI, null where there is none on PATH. */
export function findGh(folder: string, env: Readonly<NodeJS.ProcessEnv>): string | null {
  return findProgram('gh', folder, env);
}

/** Opens a pull request with the GitHub CLI, or finds the one that this branch has already. */
export async function openPullRequest(call: PullRequestCall): Promise<PullRequest> {
  const listed = await gh(call, [
    'pr',
    'list',
    `--head=${call.head}`,
    '--state=all',
    '--json=url,state',
    '--limit=20',
  ]);
  if (listed.exitCode !== 0) return { kind: 'failed', detail: `gh pr list: ${listed.words}` };
  const known = readList(listed.stdout).find(({ state }) => state === 'OPEN' || state === 'MERGED');
  if (known) return { kind: 'open', url: known.url, isNew: false };
  const created = await gh(call, [
    'pr',
    'create',
    `--head=${call.head}`,
    `--base=${call.base}`,
    `--title=${call.title}`,
    `--body=${call.body}`,
  ]);
  const url = /https?:\/\/\S+/.exec(created.stdout)?.[0] ?? null;
  if (created.exitCode !== 0) return { kind: 'failed', detail: `gh pr create: ${created.words}` };
  return { kind: 'open', url, isNew: true };
}

async function gh(
  call: PullRequestCall,
  args: readonly string[],
): Promise<{ exitCode: number; stdout: string; words: string }> {
  const result = await execa(call.program, args, {
    cwd: call.folder,
    env: {
      ...call.env,
      STINT_SESSION_ID: call.sessionId,
      GH_PROMPT_DISABLED: '1',
      GH_NO_UPDATE_NOTIFIER: '1',
      NO_COLOR: '1',
    },
    input: '',
    timeout: call.timeoutMs,
    maxBuffer: 16 << 20,
    // A Ctrl-C asks stint for an orderly end; a request that is half made would be one that nobody knows of.
    detached: true,
    reject: false,
  });
  const last = result.stderr.trim().split('\n').at(-1) ?? '';
  const words = result.timedOut ? 'it did not end in time' : last || `exit ${result.exitCode ?? 'unknown'}`;
  return { exitCode: result.exitCode ?? 1, stdout: result.stdout, words };
}

function readList(text: string): { url: string; state: string }[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed)) return [];
    return parsed.flatMap((each: unknown) => {
      if (typeof each !== 'object' || each === null || !('url' in each) || !('state' in each)) return [];
      const { url, state } = each;
      return typeof url === 'string' && typeof state === 'string' ? [{ url, state }] : [];
    });
  } catch {
    return [];
  }
}
