import { Option } from 'commander';
import type { CommonOptions } from './context.ts';
import { wholeNumber } from './open.ts';

/** What decides a draw of the plan, for every verb that makes one. */
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
