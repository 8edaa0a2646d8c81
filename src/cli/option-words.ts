import { isCategoryName } from '../domain/ids.ts';
import { LONGEST_TIMER_MS, parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall, type Problem } from '../lib/problem.ts';

// Options and readers of values that several verbs share. Each reader throws a Problem `usage` for a wrong value.

const LARGEST_SEED = 2 ** 31 - 1;

export const SEED = {
  '--seed <n>': { about: 'repeat the draw of this seed', read: wholeNumber(0, LARGEST_SEED) },
} as const;

/** The options that decide a draw of the plan. */
export const DRAW = {
  '--top <n>': {
    about: 'at most so many sessions (default: schedule.top of stint.yaml)',
    read: wholeNumber(1, 100),
  },
  ...SEED,
} as const;

export const RESPAWN = {
  '--respawn': 'when a session was good, start its category again after its cooldown (schedule.respawn)',
} as const;

const SESSION = { about: 'a session id, or its first letters', offers: 'sessions' } as const;
export const ONE_SESSION = { '<id>': SESSION } as const;
export const MAYBE_SESSION = { '[id]': SESSION } as const;

export function wrongValue(name: string, text: string, expected: string): Problem {
  return wrongCall(`${name} is "${oneLine(text, 40)}".`, `It must be ${expected}.`);
}

/** Reads the text of the option `name`. */
type Reader<T> = (text: string, name: string) => T;

export function wholeNumber(least: number, most: number): Reader<number> {
  return (text, name) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw wrongCall(
      `${name} is "${text.slice(0, 40)}"; it must be a whole number from ${least} to ${most}.`,
      'Give one of those, or leave the option out.',
    );
  };
}

export const sessionCount = wholeNumber(1, 1_000_000);

/** Reads a duration as milliseconds, by default at most as long as a timer can be. */
export function duration(
  mostMs = LONGEST_TIMER_MS,
  examples = '90s, 45m or 2h, at most 24d',
): Reader<number> {
  return (text, name) => {
    const ms = parseDuration(text);
    if (ms !== null && ms > 0 && ms <= mostMs) return ms;
    throw wrongValue(name, text, `a duration such as ${examples}`);
  };
}

/** The reader of a word that has to be one of these. @param refusal of another */
export function oneOf<const T extends string>(
  known: readonly T[],
  refusal: (text: string, name: string) => Problem = (text, name) =>
    wrongValue(name, text, `one of ${known.join(', ')}`),
): { readonly read: Reader<T>; readonly offers: readonly T[] } {
  const read = (text: string, name: string): T => {
    const found = known.find((each) => each === text);
    if (found !== undefined) return found;
    throw refusal(text, name);
  };
  return { read, offers: known };
}

/** The word behind a verb, such as `show` in `config show`. */
export function deed<const T extends string>(verb: string, known: readonly T[]) {
  const refusal = (text: string): Problem =>
    wrongCall(
      `"${oneLine(text, 40)}" is nothing that \`stint ${verb}\` does.`,
      `It does ${known.join(' and ')}.`,
    );
  return { about: known.join(' or '), ...oneOf(known, refusal) };
}

function categoryName(name: string): string {
  if (isCategoryName(name)) return name;
  throw wrongCall(
    `--category is "${oneLine(name, 40)}", which is no category's name.`,
    'See `stint config show` for those of stint.yaml.',
  );
}

/** The option that names one category. */
export const CATEGORY = {
  '--category <name>': { about: 'only this category', read: categoryName, offers: 'categories' },
} as const;

/** Collects the values of an option that may be repeated. */
export function repeated(text: string, _: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/** A reason that is to be kept. @param missing what is said where there is none */
export function requireWhy(why: string | undefined, missing: string): string {
  if (why !== undefined && why.trim() !== '') return why.trim();
  throw wrongCall(
    why === undefined ? missing : `--why is "${oneLine(why, 40)}".`,
    'Say it with --why "…": a later reader of the record needs it.',
  );
}
