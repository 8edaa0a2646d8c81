import { z } from 'zod';
import { LONGEST_TIMER_MS } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import { parseSize } from '../lib/size.ts';
import { splitWords } from '../lib/split-words.ts';
import { isCategoryName } from '../domain/ids.ts';
import type { UserCommand } from '../domain/plan.ts';

const DURATION_HELP = 'a duration such as 250ms, 20s, 45m, 2h or 1h30m';

export const duration = z.string({ error: `it must be ${DURATION_HELP}` }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === null) context.addIssue(`it must be ${DURATION_HELP}`);
  return ms ?? 0;
});

/** More than zero: a limit of nothing would end every session at once. */
const limit = duration
  .refine((ms) => ms > 0, 'it must be longer than 0')
  .refine((ms) => ms <= LONGEST_TIMER_MS, 'it must be at most 24d');

/** A longer rest leads to dates that JavaScript cannot hold. */
const LONGEST_REST_MS = 365 * 86_400_000;

const size = z.string({ error: 'it must be a size such as 500MB or 5GB' }).transform((text, context) => {
  const bytes = parseSize(text);
  if (bytes === null || bytes === 0) context.addIssue('it must be a size such as 500MB or 5GB');
  return bytes ?? 0;
});

const SOFT_DEADLINE_HELP = `a percentage of the time limit such as 80%, or ${DURATION_HELP}`;

/** A share of the time limit, or a time. */
const softDeadline = z
  .string({ error: `it must be ${SOFT_DEADLINE_HELP}` })
  .transform((text, context): { share: number } | { ms: number } => {
    const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text.trim());
    if (percent && Number(percent[1]) <= 100) return { share: Number(percent[1]) / 100 };
    const ms = parseDuration(text);
    if (ms === null) context.addIssue(`it must be ${SOFT_DEADLINE_HELP}`);
    return { ms: ms ?? 0 };
  })
  .refine((soft) => ('share' in soft ? soft.share : soft.ms) > 0, 'it must be longer than 0');

const noNul = (text: string): boolean => !text.includes('\0');
const text = z.string().refine(noNul, 'it must not contain a NUL character');
const namesProgram = (line: string | undefined): boolean => line?.trim() !== '';
const words = z
  .array(text)
  .min(1, 'it must name a program')
  .refine(([program]) => namesProgram(program), 'it must name a program');

/** A list of words, or one line split into words; never a shell unless `shell: true` stands beside it. */
const command = z.union(
  [words, text.min(1, 'it must name a program').refine(namesProgram, 'it must name a program')],
  {
    error: 'it must be a command: one line, or a list of words',
  },
);

const someNames = z.union([text.min(1), z.array(text.min(1)).min(1)], {
  error: 'it must be a name, or a list of names',
});

export const harnessSchema = z.strictObject({
  type: z.enum(['command', 'claude-code']).optional(),
  command: command.optional(),
  format: z.enum(['text', 'stream-json', 'claude-code']).optional(),
  model: someNames.optional(),
  account: text.min(1).optional(),
});

export const superviseSchema = z.strictObject({
  firstEvent: limit.optional(),
  silence: limit.optional(),
  finishing: limit.optional(),
  sample: limit.refine((ms) => ms >= 50, 'it must be at least 50ms').optional(),
  suppression: limit.optional(),
  grace: limit.optional(),
  output: size.optional(),
});

const permissions = z.enum(['read', 'edit', 'full']);

export const categorySchema = z.strictObject({
  prompt: text
    .min(1, 'it must say what to do')
    .refine((words) => words.trim() !== '', 'it must say what to do')
    .optional(),
  promptFile: text.min(1).optional(),
  harness: someNames.optional(),
  model: text.min(1).optional(),
  permissions: permissions.optional(),
  preamble: z.boolean().optional(),
  isolation: z.enum(['worktree', 'shared']).optional(),
  base: text.min(1).optional(),
  setup: command.optional(),
  setupTimeout: limit.optional(),
  copy: z.array(text.min(1)).optional(),
  timeout: limit.optional(),
  softDeadline: softDeadline.optional(),
  maxTurns: z.int().positive().optional(),
  check: command.optional(),
  checkTimeout: limit.optional(),
  land: z
    .literal('branch', { error: 'it must be "branch": this version lands nothing by itself' })
    .optional(),
  paths: z.array(text.min(1)).optional(),
  owner: text.optional(),
  shell: z.boolean().optional(),
  supervise: superviseSchema.optional(),
});

export const configSchema = z.strictObject({
  version: z.literal(1, { error: 'it must be 1, the only version that there is' }),
  permissions: permissions.optional(),
  preamble: z.boolean().optional(),
  harnesses: z.record(text, harnessSchema).optional(),
  categories: z
    .record(
      z
        .string()
        .refine(
          isCategoryName,
          'it must be a category name: letters, digits, "-", "_" and single dots, at most 64',
        ),
      categorySchema,
    )
    .refine((categories) => Object.keys(categories).length > 0, 'it must hold at least one category'),
  supervise: superviseSchema.optional(),
  schedule: z
    .strictObject({
      top: z.int().min(1).max(100).optional(),
      maxConcurrent: z.int().min(1).max(1000).optional(),
      cooldown: duration.refine((ms) => ms <= LONGEST_REST_MS, 'it must be at most 365d').optional(),
    })
    .optional(),
  stateDir: text.min(1).optional(),
  worktreeDir: text.min(1).optional(),
});

export type RawConfig = z.output<typeof configSchema>;
export type RawCategory = z.output<typeof categorySchema>;

/** Turns a configured command into the words to start, or says why it needs a shell. */
export function toUserCommand(
  raw: string | readonly string[],
  isShell: boolean,
): UserCommand | { refused: string } {
  if (isShell) return { shell: typeof raw === 'string' ? raw : raw.join(' ') };
  if (typeof raw !== 'string') return { words: raw };
  const split = splitWords(raw);
  if ('refused' in split) return split;
  return split.words.length > 0 ? { words: split.words } : { refused: 'no word at all' };
}
