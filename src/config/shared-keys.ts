import { z } from 'zod';
import { command, duration, limit, LONGEST_REST_MS, text } from './fields.ts';

// Keys that stand at the top of a configuration and in a category.

export const permissions = z.enum(['read', 'edit', 'full']);
export const rest = duration.refine((ms) => ms <= LONGEST_REST_MS, 'it must be at most 365d');
export const globs = z.array(text.min(1));

export const after = command.describe(
  'A command that runs after each record, with STINT_SESSION_ID, STINT_OUTCOME, STINT_GRADE (empty without one), STINT_DELIVERY and STINT_RECORD, a file with the record as JSON. It may take a minute. One that fails runs again later.',
);
export const judge = command.describe(
  'A command, a language model say, that may lower a grade and never raise one or change an outcome. It gets the evidence as JSON on standard input and prints `{"grade": 0.0-1.0, "reason": "…"}`. When it fails, the grade stays and the record says so; see outcomes.md.',
);
export const judgeTimeout = limit.describe('The longest that `judge` may take.');
export const artefacts = z
  .record(
    text.min(1).max(64),
    z.union([text.min(1), globs.min(1)], { error: 'it must be a glob, or a list of globs' }),
  )
  .describe(
    'Files that are a result in themselves, by name: `journal: docs/journal/*.md`. One that a session creates or changes is a deliverable.',
  );
export const pull = z
  .enum(['fetch', 'in-place', 'never'])
  .describe(
    'How the repository is brought up to date before a session starts: `fetch` its remote; `in-place` also pulls the checkout itself (`--rebase --autostash`), and only while no session is open in it; `never`. A failure is a warning in the record, and the old base is used.',
  );
