import { z } from 'zod';
import { COMMAND_FORMATS, HARNESS_TYPES } from '../harness/create-harness.ts';
import { command, someNames, text } from './fields.ts';
import { superviseSchema } from './supervise-schema.ts';

export const harnessSchema = z.strictObject({
  type: z
    .enum(HARNESS_TYPES)
    .optional()
    .describe(
      'What kind of harness it is: an agent CLI that stint knows, or any command. Default: its name where that is a kind, else `command`.',
    ),
  command: command
    .optional()
    .describe(
      'The program and its arguments: a list, or one line split into words. `{prompt}`, `{promptFile}`, `{sessionId}` and `{workspace}` are replaced; without a `{prompt…}` the prompt comes on standard input. Required for `command`. For a CLI that stint knows it is only the program (with what a wrapper needs before it): stint adds the flags.',
    ),
  format: z
    .enum(COMMAND_FORMATS)
    .optional()
    .describe(
      'What a `command` prints: plain text, the stream-json of Claude Code (`claude-code` means that too), or what another CLI that stint knows prints when stint starts it (for `codex` that is `codex exec --json`, for the others plain text). The other kinds have their own, and refuse it.',
    ),
  model: someNames
    .optional()
    .describe(
      'A model, or a list: which does best in a category is learned. Commands get it as STINT_MODEL. Default: the CLI’s own.',
    ),
  account: text
    .min(1)
    .optional()
    .describe(
      'Whose quota it uses: a usage limit parks the account, for every repository of this machine that names it. Default: the harness with the login that it finds.',
    ),
  supervise: superviseSchema
    .optional()
    .describe('Limits of this harness; over the project’s, under the category’s.'),
});
