import { z } from 'zod';
import { parseJson } from '../lib/json-lines.ts';
import { findProgram } from '../lib/programs.ts';
import type { CommandCall, CommandResult, UserCommands } from '../run/user-commands.ts';
import { GH_ENVIRONMENT } from './forge.ts';

/** Its log file gets the other output of `gh`, beside its answers. */
export interface PullRequestCall extends Required<
  Pick<CommandCall, 'session' | 'folder' | 'logFile' | 'timeoutMs'>
> {
  readonly commands: UserCommands;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

export type PullRequest =
  | { readonly kind: 'open'; readonly url: string | null; readonly isNew: boolean }
  | { readonly kind: 'failed'; readonly detail: string };

/** The path of the GitHub CLI; null where PATH has none. */
export function findGh(folder: string, env: Readonly<NodeJS.ProcessEnv>): string | null {
  return findProgram('gh', folder, env);
}

/** Opens a pull request with the GitHub CLI, or finds the one that this branch has already. */
export async function openPullRequest(call: PullRequestCall): Promise<PullRequest> {
  const { head, base, title, body } = call;
  const listed = await ask(call, ['list', `--head=${head}`, '--state=all', '--json=url,state', '--limit=20']);
  if (listed.trouble !== null) return { kind: 'failed', detail: `gh pr list ${listed.troubleInFull}` };
  const known = readList(listed.answer).find(({ state }) => state === 'OPEN' || state === 'MERGED');
  if (known) return { kind: 'open', url: known.url, isNew: false };
  const words = ['create', `--head=${head}`, `--base=${base}`, `--title=${title}`, `--body=${body}`];
  const created = await ask(call, words);
  if (created.trouble !== null) return { kind: 'failed', detail: `gh pr create ${created.troubleInFull}` };
  return { kind: 'open', url: /https?:\/\/\S+/.exec(created.answer)?.[0] ?? null, isNew: true };
}

function ask(call: PullRequestCall, words: readonly string[]): Promise<CommandResult> {
  return call.commands.run({
    ...call,
    command: { words: ['gh', 'pr', ...words] },
    env: GH_ENVIRONMENT,
    // A Ctrl-C asks stint for an orderly end; a request that is half made would be one that nobody knows of.
    cancelled: new AbortController().signal,
    longestAnswer: 16 << 20,
  });
}

const list = z.array(z.object({ url: z.string(), state: z.string() }).or(z.unknown().transform(() => null)));

function readList(text: string): { url: string; state: string }[] {
  return (list.safeParse(parseJson(text)).data ?? []).filter((each) => each !== null);
}
