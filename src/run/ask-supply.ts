import type { Supply } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import type { UserCommand } from '../domain/settings/user-command.ts';
import type { UserCommands } from './user-commands.ts';

export interface SupplyQuestion {
  readonly category: CategoryName;
  readonly command: UserCommand;
  readonly timeoutMs: number;
  readonly cancelled: AbortSignal;
}

/** A list of tasks is not longer. */
const LONGEST_ANSWER = 4 << 20;

/** Asks a category's own command for the work that waits. A command that fails says nothing about the work. */
export async function askSupply(
  commands: UserCommands,
  { category, command, timeoutMs, cancelled }: SupplyQuestion,
): Promise<Supply> {
  const { troubleInFull, answer } = await commands.askAside({
    command,
    isOutside: true,
    env: { STINT_CATEGORY: category },
    timeoutMs,
    cancelled,
    input: '',
    longestAnswer: LONGEST_ANSWER,
  });
  return troubleInFull === null
    ? { kind: 'known', count: countTasks(answer) }
    : { kind: 'unknown', because: `its command ${troubleInFull}` };
}

/** The length of a JSON array, else the number of lines with something on them. */
export function countTasks(text: string): number {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.length;
  } catch {
    // Plain lines, most likely.
  }
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
