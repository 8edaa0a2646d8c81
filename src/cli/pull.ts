import { countOf } from '../lib/quantities.ts';
import type { PullResult } from '../stint/data.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Pulls this checkout as \`git pull --rebase --autostash\` does, one at a time in
the repository and never under a session that works in it. Whoever waits for
another pull takes what that brought. What does not fit is undone: the checkout
is as before then.

Shell scripts take part with: flock .git/pull.lock git pull --rebase --autostash

Exit codes: 0 pulled, or nothing new · 1 git says no · 75 a session works in
this checkout, or somebody else has been pulling for two minutes

Examples:
  $ stint pull             the branch of this checkout
  $ stint pull --json      what moved, as JSON
`,
  run: async ({ stint, answer }) => answer(await stint().pull(), describePull),
});

/** `main 1234abc..5678def, 3 commits from origin/main, 1 of its own on top` */
function describePull({ branch, upstream, from, to, commits, ownCommits, isShared }: PullResult): string {
  const moved =
    from === to
      ? `${branch} ${short(to)}, up to date with ${upstream}`
      : `${branch} ${short(from)}..${short(to)}, ${countOf(commits, 'commit')} from ${upstream}`;
  const own = ownCommits > 0 ? `, ${ownCommits} of its own on top` : '';
  return `${moved}${own}${isShared ? ' (pulled by another process meanwhile)' : ''}`;
}

function short(sha: string): string {
  return sha.slice(0, 7);
}
