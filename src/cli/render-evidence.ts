import type { Amendment } from '../domain/amendment.ts';
import type { CommitSource, Effect } from '../domain/evidence.ts';
import type { SessionRecord } from '../domain/record.ts';
import { oneLine } from '../lib/plain-text.ts';

/** How a commit is known to be the session's own. */
export const SEEN_BY: Readonly<Record<CommitSource, string>> = {
  hook: 'seen by the git hook (refs.log)',
  reflog: 'in the reflog of the worktree, past the hook',
  'reflog+stream': 'in the reflog of the shared checkout, past the hook, and git named it to the agent',
  forge: 'on no branch here any more; a pull request of the session has it',
  transcript: 'git named it to the agent, and the repository has it',
};

/** What was delivered beside commits, a line each. */
export function effectLines({ effects }: SessionRecord): string[] {
  return effects.map((effect) => `  ${oneLine(describeEffect(effect), 200)}`);
}

function describeEffect(effect: Effect): string {
  switch (effect.kind) {
    case 'pull-request':
      return `pull request ${effect.stage}: ${effect.url} (says the forge)`;
    case 'issue-closed':
      return `issue closed: ${effect.url} (says the forge)`;
    case 'ci-fixed':
      return 'the check failed before this work and passes now';
    case 'artefact':
      return `artefact ${effect.path} (${effect.source === 'commit' ? 'in its commits' : 'uncommitted in its worktree'})`;
  }
}

/** Where the worktree's range and the counted commits disagree. */
export function rangeLines({ range }: SessionRecord): string[] {
  if (!range || (range.others === 0 && range.outside.length === 0)) return [];
  const name = `range ${range.base.slice(0, 12)}..${range.head.slice(0, 12)} of its worktree`;
  const named = (shas: readonly string[]): string => shas.map((sha) => sha.slice(0, 12)).join(', ');
  const more = range.others > range.namedOthers.length ? ', …' : '';
  return [
    ...(range.others > 0
      ? [`${name}: ${range.others} in it not counted as its own (${named(range.namedOthers)}${more})`]
      : []),
    ...(range.outside.length > 0
      ? [`${name}: ${range.outside.length} of its own not in it (${oneLine(named(range.outside), 120)})`]
      : []),
  ];
}

const LONGEST_VALUE = 100;

/** `outcome: noop → productive`, a line a field. */
export function amendmentLines(amendments: readonly Amendment[]): string[] {
  return amendments.map(
    ({ field, from, to }) => `${oneLine(field, 40)}: ${valueText(from)} → ${valueText(to)}`,
  );
}

function valueText(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE);
}
