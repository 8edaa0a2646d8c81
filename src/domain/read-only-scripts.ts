import type { ShellWord } from '../lib/shell-commands.ts';

// Whether a script of sed or awk only prints. Both can write files and run commands.

const SED_OPTIONS =
  /^(?:-[nErsuz]+|--quiet|--silent|--regexp-extended|--separate|--unbuffered|--null-data|--posix|--debug)$/;

/** Whether sed prints only: no `-i`, no script from a file, and no command in it that writes or runs something. */
export function isReadingSed(args: readonly ShellWord[]): boolean {
  const scripts: ShellWord[] = [];
  const operands: ShellWord[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at];
    if (word === undefined) break;
    const { text } = word;
    if (/^-[nErsuz]*e$/.test(text) || text === '--expression') scripts.push(args[++at] ?? word);
    else if (text.startsWith('--expression=')) scripts.push({ ...word, text: text.slice(13) });
    else if (/^-./.test(text) && text !== '--') {
      if (!SED_OPTIONS.test(text)) return false;
    } else operands.push(word);
  }
  const [first] = operands;
  const all = scripts.length > 0 || first === undefined ? scripts : [first];
  return all.length > 0 && all.every(({ text, isDynamic }) => !isDynamic && isPrintingSed(text));
}

/** Reads a sed script, command by command; false at the first that it does not know. */
function isPrintingSed(script: string): boolean {
  let at = 0;
  while (at < script.length) {
    if (/[\s;{}]/.test(script[at] ?? '')) {
      at++;
      continue;
    }
    const command = endOfAddress(script, at);
    if (command === null) return false;
    const end = endOfCommand(script, command);
    if (end === null) return false;
    at = end;
  }
  return true;
}

/** The place of the command behind its addresses; null where they are not understood. */
function endOfAddress(script: string, from: number): number | null {
  let at = from;
  for (;;) {
    const char = script[at] ?? '';
    if (/[\d$,~+!\sI]/.test(char)) at++;
    else if (char === '/' || char === '\\') {
      const delimiter = char === '/' ? '/' : (script[at + 1] ?? '');
      const end = endOfPart(script, char === '/' ? at + 1 : at + 2, delimiter);
      if (end === null) return null;
      at = end;
    } else return char === '' ? null : at;
  }
}

/** Behind the next delimiter that no backslash keeps. */
function endOfPart(script: string, from: number, delimiter: string): number | null {
  for (let at = from; at < script.length; at++) {
    if (script[at] === '\\') at++;
    else if (script[at] === delimiter) return at + 1;
  }
  return null;
}

function endOfCommand(script: string, at: number): number | null {
  const char = script[at] ?? '';
  if ('{}'.includes(char)) return at + 1;
  if ('=dDgGhHnNpPxzlqQF'.includes(char))
    return at + 1 + (/^\s*\d*/.exec(script.slice(at + 1, at + 12))?.[0].length ?? 0);
  if ('btT:'.includes(char)) return at + 1 + script.slice(at + 1).search(/[;}\n]|$/);
  // Text and names of files that are read go on to the end of the line.
  if ('aicr#'.includes(char)) return endOfText(script, at);
  if (char !== 's' && char !== 'y') return null;
  const delimiter = script[at + 1] ?? '';
  const middle = endOfPart(script, at + 2, delimiter);
  const end = middle === null ? null : endOfPart(script, middle, delimiter);
  if (end === null) return null;
  const flags = /^[a-zA-Z\d]*/.exec(script.slice(end, end + 20))?.[0] ?? '';
  return /[we]/.test(flags) ? null : end + flags.length;
}

function endOfText(script: string, from: number): number {
  for (let at = from; at < script.length; at++) {
    if (script[at] === '\\') at++;
    else if (script[at] === '\n') return at;
  }
  return script.length;
}

const AWK_VALUES = new Set(['-F', '-v', '--field-separator', '--assign']);
/** `system(…)`, `cmd | getline`, `@load`: what may leave the program, wherever it stands. */
const AWK_LEAVES = /\bsystem\b|\bgetline\b|@/;

/** `print > file`, `print | cmd`: the statement goes on behind its words. */
function isPrintingAside(statement: string): boolean {
  const at = statement.search(/\bprintf?\b/);
  return at !== -1 && /[>|]/.test(statement.slice(at).replaceAll('||', ''));
}

function isPrintingAwk(script: string): boolean {
  return !AWK_LEAVES.test(script) && !script.split(/[;{}\n]/).some((each) => isPrintingAside(each));
}

export function isReadingAwk(args: readonly ShellWord[]): boolean {
  for (let at = 0; at < args.length; at++) {
    const { text, isDynamic } = args[at] ?? { text: '', isDynamic: true };
    if (AWK_VALUES.has(text)) at++;
    else if (/^-[Fv]./.test(text)) continue;
    else if (/^-./.test(text)) return false;
    else return !isDynamic && isPrintingAwk(text);
  }
  return false;
}
