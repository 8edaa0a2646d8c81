import { Option } from 'commander';
import { isCategoryName } from '../domain/ids.ts';
import { LONGEST_TIMER_MS, parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem, wrongCall } from '../lib/problem.ts';
import type { CommonOptions } from './context.ts';

// Options and readers of values that several verbs share. Each reader throws a Problem `usage` for a wrong value.

/** The options that decide a draw of the plan. */
export interface DrawOptions extends CommonOptions {
  readonly top?: number;
  readonly seed?: number;
}

const LARGEST_SEED = 2 ** 31 - 1;

export function topOption(): Option {
  return new Option('--top <n>', 'at most so many sessions (default: schedule.top of stint.yaml)').argParser(
    wholeNumber('--top', 1, 100),
  );
}

export function seedOption(): Option {
  return new Option('--seed <n>', 'repeat the draw of this seed').argParser(
    wholeNumber('--seed', 0, LARGEST_SEED),
  );
}

export function respawnOption(): Option {
  return new Option(
    '--respawn',
    'when a session was good, start its category again after its cooldown (schedule.respawn)',
  );
}

export function wrongValue(name: string, text: string, expected: string): Problem {
  return wrongCall(`${name} is "${oneLine(text, 40)}".`, `It must be ${expected}.`);
}

export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw wrongCall(
      `${name} is "${text.slice(0, 40)}"; it must be a whole number from ${least} to ${most}.`,
      'Give one of those, or leave the option out.',
    );
  };
}

/** Reads a duration as milliseconds, by default at most as long as a timer can be. */
export function duration(
  name: string,
  mostMs = LONGEST_TIMER_MS,
  examples = '90s, 45m or 2h, at most 24d',
): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms !== null && ms > 0 && ms <= mostMs) return ms;
    throw wrongValue(name, text, `a duration such as ${examples}`);
  };
}

export function oneOf<const T extends string>(name: string, known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((each) => each === text);
    if (found !== undefined) return found;
    throw wrongValue(name, text, `one of ${known.join(', ')}`);
  };
}

/** Reads the word behind a verb, such as `show` in `config show`. */
export function deedOf<const T extends string>(verb: string, known: readonly T[]): (text: string) => T {
  return (text) => {
    const found = known.find((each) => each === text);
    if (found !== undefined) return found;
    throw wrongCall(
      `"${oneLine(text, 40)}" is nothing that \`stint ${verb}\` does.`,
      `It does ${known.join(' and ')}.`,
    );
  };
}

export function categoryName(name: string): string {
  if (isCategoryName(name)) return name;
  throw wrongCall(
    `--category is "${oneLine(name, 40)}", which is no category's name.`,
    'See `stint config show` for those of stint.yaml.',
  );
}

/** Collects the values of an option that may be repeated. */
export function repeated(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}
