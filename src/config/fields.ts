import { z } from 'zod';
import { LONGEST_TIMER_MS } from '../lib/clock.ts';
import { parseDuration } from '../lib/duration.ts';
import { parseSize } from '../lib/size.ts';
import { refusePattern } from '../lib/unsafe-pattern.ts';
import { splitWords } from '../lib/split-words.ts';
import { parseTokens } from '../lib/token-count.ts';
import type { UserCommand } from '../domain/plan.ts';

const DURATION_HELP = 'a duration such as 250ms, 20s, 45m, 2h or 1h30m';

export const duration = z.string({ error: `it must be ${DURATION_HELP}` }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === null) context.addIssue(`it must be ${DURATION_HELP}`);
  return ms ?? 0;
});

/** More than zero: a limit of nothing would end every session at once. */
export const limit = duration
  .refine((ms) => ms > 0, 'it must be longer than 0')
  .refine((ms) => ms <= LONGEST_TIMER_MS, 'it must be at most 24d');

/** Looking more often would be a storm. */
export const LEAST_SAMPLE_MS = 50;
export const sample = limit.refine((ms) => ms >= LEAST_SAMPLE_MS, 'it must be at least 50ms');

/** A longer rest leads to dates that JavaScript cannot hold. */
export const LONGEST_REST_MS = 365 * 86_400_000;

export const size = z
  .string({ error: 'it must be a size such as 500MB or 5GB' })
  .transform((text, context) => {
    const bytes = parseSize(text);
    if (bytes === null || bytes === 0) context.addIssue('it must be a size such as 500MB or 5GB');
    return bytes ?? 0;
  });

const SOFT_DEADLINE_HELP = `a percentage of the time limit such as 80%, or ${DURATION_HELP}`;

/** A share of the time limit, or a time. */
export const softDeadline = z
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
export const text = z.string().refine(noNul, 'it must not contain a NUL character');
const namesProgram = (line: string | undefined): boolean => line?.trim() !== '';
const words = z
  .array(text)
  .min(1, 'it must name a program')
  .refine(([program]) => namesProgram(program), 'it must name a program');

/** A list of words, or one line split into words; never a shell unless `shell: true` stands beside it. */
export const command = z.union(
  [words, text.min(1, 'it must name a program').refine(namesProgram, 'it must name a program')],
  {
    error: 'it must be a command: one line, or a list of words',
  },
);

export const someNames = z.union([text.min(1), z.array(text.min(1)).min(1)], {
  error: 'it must be a name, or a list of names',
});

/** How delivered work leaves its branch: a way by name, or a command of the user as a list of words. */
export const LANDINGS = ['branch', 'rebase', 'push', 'pr'] as const;
const LANDING_HELP = `it must be ${LANDINGS.join(', ')}, or a command as a list of words`;
export const landing = z.union([z.enum(LANDINGS, { error: LANDING_HELP }), words], { error: LANDING_HELP });

/** What finds a secret of the user's own. */
export const redactPattern = text.superRefine((source, context) => {
  const why = refusePattern(source);
  if (why !== null) context.addIssue(why);
});

const TOKENS_HELP = 'it must be a number of tokens such as 500k or 20M';

/** 250000, 500k or 20M. */
export const tokens = z
  .union([z.int(), z.string()], { error: TOKENS_HELP })
  .transform((given, context): number => {
    const count = typeof given === 'number' ? given : parseTokens(given);
    if (count === null || count <= 0) context.addIssue(TOKENS_HELP);
    return count ?? 0;
  });

const SHARE_HELP = 'it must be a share from 0 to 1, or a percentage such as 40%';

/** 0.4 or 40%. */
export const share = z
  .union([z.number(), z.string()], { error: SHARE_HELP })
  .transform((given, context): number => {
    const percent = typeof given === 'string' ? /^(\d{1,3}(?:\.\d+)?)%$/.exec(given.trim()) : null;
    const value = typeof given === 'number' ? given : percent ? Number(percent[1]) / 100 : Number.NaN;
    if (!(value >= 0 && value <= 1)) context.addIssue(SHARE_HELP);
    return value;
  });

/** A zone of the IANA database that this Node knows. */
export const timezone = z.string().refine((name) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}, 'it must be a time zone such as Europe/Stockholm or UTC');

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
