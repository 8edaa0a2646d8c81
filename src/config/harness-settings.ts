import { z } from 'zod';
import { CATEGORY_SETTINGS } from '../domain/settings/category.ts';
import { command, plain, someNames, text } from '../domain/settings/forms.ts';
import { derived, ingredient, type RawOf, type Table } from '../domain/settings/setting.ts';
import { standingAt } from '../domain/settings/table.ts';
import { COMMAND_FORMATS, HARNESS_TYPES } from '../harness/create-harness.ts';

const OF_HARNESS = {
  type: ingredient(
    plain(z.enum(HARNESS_TYPES)),
    derived('its name where that is a kind, else `command`.'),
  ).about('What kind of harness it is: an agent CLI that stint knows, or any command.'),
  command: ingredient(command, null).about(
    'The program and its arguments: a list, or one line split into words. `{prompt}`, `{promptFile}`, `{sessionId}` and `{workspace}` are replaced; without a `{prompt…}` the prompt comes on standard input. Required for `command`. For a CLI that stint knows it is only the program (with what a wrapper needs before it): stint adds the flags.',
  ),
  format: ingredient(plain(z.enum(COMMAND_FORMATS)), null).about(
    'What a `command` prints: plain text, the stream-json of Claude Code (`claude-code` means that too), or what another CLI that stint knows prints when stint starts it (for `codex` that is `codex exec --json`, for the others plain text). The other kinds have their own, and refuse it.',
  ),
  model: ingredient(someNames, derived('the CLI’s own.')).about(
    'A model, or a list: which does best in a category is learned. Commands get it as STINT_MODEL.',
  ),
  account: ingredient(text, derived('the harness with the login that it finds.')).about(
    'Whose quota it uses: a usage limit parks the account, for every repository of this machine that names it.',
  ),
} satisfies Table;

/** The settings of a harness, with those of categories that may stand there too. */
export const HARNESS_SETTINGS: Table = {
  ...OF_HARNESS,
  ...standingAt('harness', CATEGORY_SETTINGS),
};

export type RawHarness = RawOf<typeof OF_HARNESS>;
