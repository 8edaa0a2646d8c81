import { splitWords } from '../../lib/split-words.ts';

/** A command of the user's configuration: words to start without a shell, or one line for a shell when asked for. */
export type UserCommand = { readonly words: readonly string[] } | { readonly shell: string };

export function describeCommand(command: UserCommand): string {
  return 'shell' in command ? command.shell : command.words.join(' ');
}

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
