import { z } from 'zod';
import { command, landing, limit, softDeadline, someNames, text } from './fields.ts';
import { budget, respawn } from './loop-schema.ts';
import { after, artefacts, globs, judge, judgeTimeout, permissions, pull, rest } from './shared-keys.ts';
import { superviseSchema } from './supervise-schema.ts';

export const categorySchema = z.strictObject({
  prompt: text
    .min(1, 'it must say what to do')
    .refine((words) => words.trim() !== '', 'it must say what to do')
    .optional()
    .describe('What to do. This or `promptFile` is required.'),
  promptFile: text.min(1).optional().describe('A file inside the project that says what to do.'),
  harness: someNames
    .optional()
    .describe(
      'A harness, or a list: of those that can start, which does best here is learned. Default: the only one.',
    ),
  model: someNames.optional().describe('A model, or a list, over the harness’s.'),
  permissions: permissions.optional().describe('As at the top, for this category.'),
  preamble: z.boolean().optional().describe('As at the top, for this category.'),
  isolation: z
    .enum(['worktree', 'shared'])
    .optional()
    .describe('A worktree of its own on the branch `stint/<category>/<id>`, or this checkout.'),
  base: text.min(1).optional().describe('What worktrees start from. Default: the current commit.'),
  setup: command
    .optional()
    .describe('A command in the new worktree before the agent. When it fails the session is not-run.'),
  setupTimeout: limit.optional().describe('The longest that `setup` may take.'),
  copy: globs.optional().describe('Ignored files that a worktree needs, such as `.env`.'),
  timeout: limit.optional().describe('The longest session.'),
  softDeadline: softDeadline
    .optional()
    .describe(
      'When the agent should finish: told to it as STINT_DEADLINE and in the preamble, never enforced.',
    ),
  maxTurns: z
    .int()
    .positive()
    .optional()
    .describe(
      'The most answers of the model. Only Claude Code has such a limit; with another harness it is a warning.',
    ),
  check: command
    .optional()
    .describe('A command that must pass on a clean checkout of what was delivered; see outcomes.md.'),
  checkTimeout: limit.optional().describe('The longest that `check` may take.'),
  land: landing
    .optional()
    .describe(
      'Where delivered work goes when its checks pass: `branch` leaves it on its branch, `rebase` puts it onto the base branch, `push` also pushes that to its remote, `pr` pushes the session’s branch and opens a pull request with `gh`, a list of words is a command of your own; see landing.md.',
    ),
  landTimeout: limit.optional().describe('The longest that landing may take.'),
  supply: command
    .optional()
    .describe(
      'A command that lists what there is to do: exit 0 and a JSON array, whose length counts, or lines that are not empty. Nothing listed: the category is dry, and does not start. One that fails says nothing.',
    ),
  supplyTimeout: limit.optional().describe('The longest that `supply` may take.'),
  budget: budget.optional().describe('What its sessions of a day may use; see choosing.md.'),
  judge: judge.optional(),
  judgeTimeout: judgeTimeout.optional(),
  artefacts: artefacts.optional(),
  paths: globs.optional().describe('Globs of what is this category’s work, to notice a routing mismatch.'),
  commitTypes: z
    .array(text.regex(/^[a-z][a-z0-9-]*$/i, 'it must be the type of a conventional commit, such as docs'))
    .optional()
    .describe(
      'Types of conventional commits (`docs: …`) that are this category’s work, asked where paths say nothing. Default: its own name where that is a type; feat, fix, refactor and perf for `code`.',
    ),
  owner: text.optional().describe('Whom `stint status` names when it is blocked.'),
  shell: z.boolean().optional().describe('Run the commands of this category through `/bin/sh -c`.'),
  after: after.optional(),
  pull: pull.optional(),
  supervise: superviseSchema.optional().describe('Limits of this category; over everything else.'),
  schedule: z
    .strictObject({
      cooldown: rest.optional().describe('As at the top, for this category.'),
      respawn: respawn.optional().describe('As at the top, for this category.'),
    })
    .optional()
    .describe('Its own pace.'),
});
