import { z } from 'zod';
import { LANDING_WAYS } from './record-words.ts';

const text = z.string();
const texts = z.array(text);

/** Why work stays on its branch although it should have landed. Nothing is lost by any of them. */
const LANDING_REFUSALS = [
  'check-failed',
  'check-not-run',
  'conflict',
  'foreign-commits',
  'merge-commits',
  'no-base-branch',
  'no-remote',
  'no-tool',
  'checkout-dirty',
  'checkout-busy',
  'base-moved',
  'unpushed-submodule',
  'push-refused',
  'pr-failed',
  'command-failed',
  'git-failed',
  'cancelled',
  'timed-out',
  'interrupted',
] as const;

const how = z.enum(LANDING_WAYS).describe('How its work was to leave its branch.');
const detail = text.describe('One sentence.');

/** What became of a session's work: the part of a record about it, see `record-schema.ts`. */
export const landing = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('none').describe('Its work was to stay on its branch, or it delivered nothing.'),
    detail,
  }),
  z.object({
    kind: z.literal('landed').describe('Its work has left its branch.'),
    how,
    onto: text
      .nullable()
      .describe('The branch that has its work now, or is asked to take it; null for a command.'),
    head: text.nullable().describe('The tip of the session’s branch when it landed; null without a branch.'),
    commits: texts.describe(
      'The names of the commits on `onto`, oldest first. They differ from the session’s own after a rebase.',
    ),
    url: text.nullable().describe('The address of the pull request; null without one.'),
    isBranchSpent: z.boolean().describe('Whether `onto` has all of the branch, so that the branch goes.'),
    detail,
  }),
  z.object({
    kind: z.literal('refused').describe('Its work stays where it is.'),
    how,
    reason: z.enum(LANDING_REFUSALS).describe('Why it stays on its branch; see landing.md.'),
    detail,
    files: texts.describe('The files that are in conflict, or have local changes.'),
  }),
]);
