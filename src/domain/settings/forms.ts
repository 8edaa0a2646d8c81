import path from 'node:path';
import { z } from 'zod';
import { LONGEST_TIMER_MS, parseDuration } from '../../lib/duration.ts';
import { parseSize, parseTokens } from '../../lib/quantities.ts';
import { refusePattern } from '../../lib/unsafe-pattern.ts';
import { refuseWordPattern } from '../../lib/word-pattern.ts';
import type { Form, Place } from './setting.ts';
import { toUserCommand, type UserCommand } from './user-command.ts';

// The forms that values have: a duration, a size, a command.

/** A value that the code uses as it was read. */
export function plain<Raw>(check: z.ZodType<Raw>): Form<Raw, Raw, ''> {
  return inUnit('', check);
}

/** A number whose unit ends the setting's name in the code. */
export function inUnit<Raw, const Unit extends string>(
  unit: Unit,
  check: z.ZodType<Raw>,
): Form<Raw, Raw, Unit> {
  return { check, unit, settle: (raw) => raw };
}

const DURATION_HELP = 'a duration such as 250ms, 20s, 45m, 2h or 1h30m';

const duration = z.string({ error: `it must be ${DURATION_HELP}` }).transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === null) context.addIssue(`it must be ${DURATION_HELP}`);
  return ms ?? 0;
});

/** More than zero: a limit of nothing would end every session at once. */
export const limit = inUnit(
  'Ms',
  duration
    .refine((ms) => ms > 0, 'it must be longer than 0')
    .refine((ms) => ms <= LONGEST_TIMER_MS, 'it must be at most 24d'),
);

/** A longer rest leads to dates that JavaScript cannot hold. */
const LONGEST_REST_MS = 365 * 86_400_000;
export const rest = inUnit(
  'Ms',
  duration.refine((ms) => ms <= LONGEST_REST_MS, 'it must be at most 365d'),
);

const SIZE_HELP = 'it must be a size such as 500MB or 5GB';
const sizeCheck = z.string({ error: SIZE_HELP }).transform((text, context) => {
  const bytes = parseSize(text);
  if (bytes === null || bytes === 0) context.addIssue(SIZE_HELP);
  return bytes ?? 0;
});
export const size = inUnit('Bytes', sizeCheck);
export const sizePerSecond = inUnit('PerS', sizeCheck);

const SOFT_DEADLINE_HELP = `a percentage of the time limit such as 80%, or ${DURATION_HELP}`;

/** A share of the time limit, or a time. */
export const softDeadlineCheck = z
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
export const textCheck = z.string().refine(noNul, 'it must not contain a NUL character');
export const someText = textCheck.min(1);
export const text = plain(someText);

const namesProgram = (line: string | undefined): boolean => line?.trim() !== '';
const wordsCheck = z
  .array(textCheck)
  .min(1, 'it must name a program')
  .refine(([program]) => namesProgram(program), 'it must name a program');

const commandCheck = z.union(
  [wordsCheck, textCheck.min(1, 'it must name a program').refine(namesProgram, 'it must name a program')],
  { error: 'it must be a command: one line, or a list of words' },
);

/** A list of words, or one line split into words; never a shell unless `shell: true` stands beside it. */
export const command: Form<string | string[], UserCommand, ''> = {
  check: commandCheck,
  unit: '',
  settle: (raw, place) => settleCommand(raw, place.beside('shell') === true, place),
};

/** @throws Problem where only a shell would understand it */
export function settleCommand(
  raw: string | readonly string[],
  isShell: boolean,
  { at, refuse }: Pick<Place, 'at' | 'refuse'>,
): UserCommand {
  const result = toUserCommand(raw, isShell);
  if (!('refused' in result)) return result;
  throw refuse(
    `${at.join('.')} has ${result.refused}, which only a shell understands`,
    at[0] === 'harnesses'
      ? 'Write it as a list of words, or put it into a script.'
      : 'Write it as a list of words, put it into a script, or set `shell: true` in that category.',
  );
}

export const someNames = plain(
  z.union([someText, z.array(someText).min(1)], { error: 'it must be a name, or a list of names' }),
);

const LANDING_HELP = 'it must be branch, rebase, push, pr, or a command as a list of words';

/** How delivered work leaves its branch: a way by name, or a command of the user as a list of words. */
export const landingCheck = z.union(
  [z.enum(['branch', 'rebase', 'push', 'pr'], { error: LANDING_HELP }), wordsCheck],
  { error: LANDING_HELP },
);

/** A pattern for secrets of the user's own. */
export const redactPattern = textCheck.superRefine((source, context) => {
  const why = refusePattern(source);
  if (why !== null) context.addIssue(why);
});

/** The first words of a command, or a tool's name, in which `*` stands for any letters. */
export const callPattern = textCheck
  .max(200, 'it must have at most 200 letters')
  .superRefine((pattern, context) => {
    const why = refuseWordPattern(pattern);
    if (why !== null) context.addIssue(why);
  });

const TOKENS_HELP = 'it must be a number of tokens such as 500k or 20M';

/** 250000, 500k or 20M. */
export const tokens = plain(
  z.union([z.int(), z.string()], { error: TOKENS_HELP }).transform((given, context): number => {
    const count = typeof given === 'number' ? given : parseTokens(given);
    if (count === null || count <= 0) context.addIssue(TOKENS_HELP);
    return count ?? 0;
  }),
);

const SHARE_HELP = 'it must be a share from 0 to 1, or a percentage such as 40%';

const shareCheck = z.union([z.number(), z.string()], { error: SHARE_HELP }).transform((given, context) => {
  const percent = typeof given === 'string' ? /^(\d{1,3}(?:\.\d+)?)%$/.exec(given.trim()) : null;
  const value = typeof given === 'number' ? given : percent ? Number(percent[1]) / 100 : Number.NaN;
  if (!(value >= 0 && value <= 1)) context.addIssue(SHARE_HELP);
  return value;
});

/** 0.4 or 40%; 0.0-1.0 in the code. */
export const share = plain(shareCheck);
export const shareOf = inUnit('Share', shareCheck);

/** A zone of the IANA database that this Node knows. */
export const timezone = plain(
  z.string().refine((name) => {
    try {
      return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
    } catch {
      return false;
    }
  }, 'it must be a time zone such as Europe/Stockholm or UTC'),
);

/** A path that may lie anywhere; relative ones start at the project. */
export const folder: Form<string, string, ''> = {
  check: someText,
  unit: '',
  settle: (raw, { root }) => path.resolve(root, raw),
};

/** A path of the configuration stays inside the project. @throws Problem where it leads out */
export function insideOnly(
  file: string,
  { at, refuse }: Pick<Place, 'at' | 'refuse'>,
  ...below: PropertyKey[]
): string {
  const normal = path.normalize(file);
  if (path.isAbsolute(normal) || normal === '..' || normal.startsWith(`..${path.sep}`)) {
    const name = [...at, ...below].join('.');
    throw refuse(`${name} is "${file}", outside the project`, 'Name a path inside it.', ...below);
  }
  return normal;
}
