import type { Supply } from '../domain/choice.ts';
import type { CategoryName } from '../domain/ids.ts';
import { parseJson } from '../lib/json-lines.ts';
import type { CommandCall, UserCommands } from './user-commands.ts';

/** A list of tasks is not longer. */
const LONGEST_ANSWER = 4 << 20;

/** Asks a category's own command for the work that waits. A command that fails says nothing about the work. */
export async function askSupply(
  commands: UserCommands,
  category: CategoryName,
  call: Pick<CommandCall, 'command' | 'timeoutMs' | 'cancelled'>,
): Promise<Supply> {
  const { troubleInFull, answer } = await commands.askAside({
    ...call,
    isOutside: true,
    env: { STINT_CATEGORY: category },
    longestAnswer: LONGEST_ANSWER,
  });
  return troubleInFull === null
    ? { kind: 'known', count: countTasks(answer) }
    : { kind: 'unknown', because: `its command ${troubleInFull}` };
}

/** The length of a JSON array, else the number of lines with something on them. */
export function countTasks(text: string): number {
  const value = parseJson(text);
  if (Array.isArray(value)) return value.length;
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
