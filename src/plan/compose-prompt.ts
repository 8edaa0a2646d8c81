import { formatDuration } from '../lib/duration.ts';

export interface PromptParts {
  readonly text: string;
  readonly hasPreamble: boolean;
  readonly softDeadlineMs: number;
  readonly isWorktree: boolean;
}

/** The whole prompt of a session: the preamble, where it is wanted, before the category's own words. */
export function composePrompt(parts: PromptParts): string {
  if (!parts.hasPreamble) return parts.text;
  const place = parts.isWorktree
    ? 'This folder is a git worktree of your own.'
    : 'This checkout is shared with others: leave their changes alone.';
  return [
    'You run unattended: nobody reads along and nobody answers questions.',
    place,
    `Commit what you finish; only commits count. Be done within ${formatDuration(parts.softDeadlineMs)} (STINT_DEADLINE holds the time).`,
    'If there is nothing worth doing, run `stint declare noop --reason "…"` and stop.',
    'If you cannot go on without help from outside, run `stint declare blocked --reason "…"` and stop.',
    '',
    parts.text,
  ].join('\n');
}
