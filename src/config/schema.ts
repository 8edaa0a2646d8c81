import { z } from 'zod';
import { isCategoryName, isSlotName } from '../domain/ids.ts';
import { categorySchema } from './category-schema.ts';
import { redactPattern, size, text, timezone } from './fields.ts';
import { harnessSchema } from './harness-schema.ts';
import { admissionSchema, budget, gateSchema, scheduleSchema } from './loop-schema.ts';
import { after, artefacts, judge, judgeTimeout, permissions, pull, rest } from './shared-keys.ts';
import { superviseSchema } from './supervise-schema.ts';

// What each key means is said here and in its neighbours alone: the JSON Schema and docs/settings.md are made from them.

/** Below half a session nothing would be believed beforehand, and draws would be all or nothing. */
const weight = z.number().min(0.5).max(1000);

export const configSchema = z.strictObject({
  version: z
    .literal(1, { error: 'it must be 1, the only version that there is' })
    .describe('The version of this file’s format.'),
  permissions: permissions
    .optional()
    .describe(
      'What the agent CLI may do without asking: look, also edit and commit, or anything. It becomes the CLI’s own flags; see security.md. A `command` does not get it.',
    ),
  preamble: z
    .boolean()
    .optional()
    .describe('A short text before each prompt: unattended, commit, the deadline, how to declare.'),
  harnesses: z.record(text, harnessSchema).optional().describe('The agent CLIs, by name.'),
  categories: z
    .record(
      z
        .string()
        .refine(
          isCategoryName,
          'it must be a category name: letters, digits, "-", "_" and single dots, at most 64',
        )
        .refine((name) => !isSlotName(name), 'it is the name of a slot for one-off work'),
      categorySchema,
    )
    .refine((categories) => Object.keys(categories).length > 0, 'it must hold at least one category')
    .describe('The kinds of work, by name: letters, digits, `-`, `_` and single dots, at most 64.'),
  judge: judge.optional(),
  judgeTimeout: judgeTimeout.optional(),
  artefacts: artefacts.optional(),
  after: after.optional(),
  pull: pull.optional(),
  supervise: superviseSchema.optional().describe('How sessions are watched and ended; see liveness.md.'),
  schedule: scheduleSchema.optional().describe('What starts when; see choosing.md and scheduling.md.'),
  admission: admissionSchema
    .optional()
    .describe('How full the machine may be when `plan` and `fanout` start something; see choosing.md.'),
  budget: budget.optional().describe('What all sessions of a day may use; see choosing.md.'),
  gate: gateSchema.optional().describe('When the loop stops by itself.'),
  learn: z
    .strictObject({
      imported: z
        .boolean()
        .optional()
        .describe(
          'Whether the grades of imported sessions move what is believed about a category; see interchange.md.',
        ),
      prior: weight
        .optional()
        .describe(
          'How much a category’s starting belief weighs, in sessions: that any grade is as likely. Less learns faster, and is misled faster.',
        ),
      borrow: weight
        .optional()
        .describe(
          'How much it weighs, in sessions, that a harness and model do in a category as the category does; see learning.md.',
        ),
    })
    .optional()
    .describe('What beliefs are made of.'),
  records: z
    .strictObject({
      mirror: text
        .min(1)
        .optional()
        .describe(
          'A file, inside the project or absolute, to which every record and every amendment is appended as a line of JSON; see interchange.md.',
        ),
    })
    .optional()
    .describe('What else becomes of records.'),
  timezone: timezone
    .optional()
    .describe('Of schedules, daily budgets and digests, such as Europe/Stockholm. Default: the system’s.'),
  redact: z
    .array(redactPattern)
    .optional()
    .describe(
      'Regular expressions of JavaScript for secrets that stint does not know by itself; what they match is replaced before anything is stored or shown; see security.md.',
    ),
  retention: z
    .strictObject({
      sessions: rest.optional().describe('How long a session’s folder is kept; its record stays.'),
      raw: rest.optional().describe('How long its raw output is kept. At most `sessions`.'),
      disk: size.optional().describe('The most that all folders may take.'),
    })
    .optional()
    .describe('What `stint clean` removes.'),
  stateDir: text
    .min(1)
    .optional()
    .describe(
      'Where state lives. Default: `<git folder>/stint`. The variable STINT_STATE_DIR goes before it.',
    ),
  worktreeDir: text.min(1).optional().describe('Where worktrees are made.'),
});

export type RawConfig = z.output<typeof configSchema>;
export type RawCategory = z.output<typeof categorySchema>;
