import { readShell, type ShellCommand, type ShellWord } from '../lib/shell-commands.ts';
import { isReadingAwk, isReadingSed } from './read-only-scripts.ts';
import { gitWords, isReadingGit } from './read-only-git.ts';
import {
  BUT_FOR_OPTIONS,
  MOST_OPERANDS,
  READERS,
  READING_SUBCOMMANDS,
  TELL_VERSION,
  VALUE_OPTIONS,
  VERSION_WORDS,
} from './read-only-programs.ts';

/** A command that may have changed something. */
export interface OtherCommand {
  /** Its program, for people; of git and gh with the subcommand. */
  readonly name: string;
  /** Its words with a blank between, or as many of them as are kept. */
  readonly line: string;
  /** It writes a file by a redirection, or stint cannot read it: `import.readOnly` cannot name it. */
  readonly isBeyondDoubt?: true;
}

const LONGEST_LINE = 300;
const LONGEST_NAME = 40;
const DEEPEST = 6;

/**
 * The commands of a command line that may have changed something; an empty list where it only read. It reads what a
 * POSIX shell would run, substitutions and `bash -c` too. A command counts as reading only where that is known: a
 * program that is not in the tables may do anything.
 */
export function otherCommands(commandLine: string): readonly OtherCommand[] {
  return readLine(commandLine, 0);
}

/** A command line of which a part is not known: it may do anything. */
export function hiddenCommand(commandLine: string): OtherCommand {
  return { ...named(firstWord(commandLine)), isBeyondDoubt: true };
}

function readLine(text: string, depth: number): OtherCommand[] {
  const commands = depth > DEEPEST ? null : readShell(text);
  if (commands === null) return [hiddenCommand(text)];
  return commands.flatMap((command) => judgeCommand(command, depth));
}

/** The name of a command line that cannot be read. */
function firstWord(text: string): string {
  return baseName(/^\s*([\w./+@-]{1,200})/.exec(text)?.[1] ?? 'a shell');
}

function judgeCommand({ assignments, words, writes }: ShellCommand, depth: number): OtherCommand[] {
  const written = writes.find((file) => file.isDynamic || !isNoFile(file.text));
  const steering = assignments.find(isSteering);
  const others = steering ? [named(`${steering.text.split('=', 1)[0] ?? ''}=`)] : judgeWords(words, depth);
  if (written === undefined) return others;
  const [program = ''] = words.map(({ text }) => text);
  const target = written.isDynamic ? '…' : baseName(written.text);
  const writing = { ...named(`${baseName(program)} > ${target}`.trim()), isBeyondDoubt: true } as const;
  return others.length > 0 ? others.map((each) => ({ ...each, isBeyondDoubt: true })) : [writing];
}

function isNoFile(target: string): boolean {
  return /^\/dev\/(?:null|stdout|stderr|tty|fd\/\d+)$/.test(target);
}

/** Variables that make a program run another one or load foreign code. A pager that only prints does not count. */
const STEERING =
  /^(?:LD_|DYLD_|GIT_(?:EXTERNAL_DIFF|SSH|PROXY|CONFIG|EXEC)|(?:PATH|ENV|BASH_ENV|IFS|NODE_OPTIONS|PYTHONSTARTUP|PERL5OPT|RUBYOPT|LESSOPEN)\+?=|\w*(?:PAGER|EDITOR)\+?=)/;
const PRINTS_ONLY = /PAGER=(?:cat|less|more)?$/;

function isSteering({ text }: ShellWord): boolean {
  return STEERING.test(text) && !PRINTS_ONLY.test(text);
}

function judgeWords(words: readonly ShellWord[], depth: number): OtherCommand[] {
  const [first, ...args] = words;
  if (first === undefined) return [];
  if (first.isDynamic) return [{ ...named('a command in a variable'), isBeyondDoubt: true }];
  const program = baseName(first.text);
  const inner = WRAPPERS.get(program)?.(args);
  if (inner !== undefined) {
    if (inner === null) return [lineOf(program, words)];
    return typeof inner === 'string' ? readLine(inner, depth + 1) : judgeInner(inner, depth);
  }
  return isReading(program, args, depth) ? [] : [lineOf(program, words)];
}

function judgeInner(words: readonly ShellWord[], depth: number): OtherCommand[] {
  if (depth >= DEEPEST) return [{ ...named(words[0]?.text ?? ''), isBeyondDoubt: true }];
  const begin = words.findIndex(({ text }) => !/^[A-Za-z_]\w*=/.test(text));
  const assignments = begin === -1 ? words : words.slice(0, begin);
  return judgeCommand({ assignments, words: begin === -1 ? [] : words.slice(begin), writes: [] }, depth + 1);
}

type Wrapper = (args: readonly ShellWord[]) => readonly ShellWord[] | string | null;

/**
 * Programs that run what their arguments name: the words of that command, its command line, an empty list for none, or
 * null where it cannot be told.
 */
const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ['timeout', behindTime],
  ['gtimeout', behindTime],
  ['nice', (args) => behindOptions(args, ['-n', '--adjustment'])],
  ['stdbuf', (args) => behindOptions(args, ['-i', '-o', '-e'])],
  ['nohup', (args) => behindOptions(args, [])],
  ['builtin', (args) => behindOptions(args, [])],
  ['command', (args) => (/^-p?[vV]/.test(args[0]?.text ?? '') ? [] : behindOptions(args, []))],
  [
    'env',
    (args) =>
      args.some(({ text }) => /^(?:-S|--split)/.test(text)) ? null : behindOptions(args, ['-u', '-C']),
  ],
  ['export', assignmentsOf],
  ['declare', assignmentsOf],
  ['xargs', (args) => behindOptions(args, XARGS_VALUES)],
  ['bash', innerLine],
  ['sh', innerLine],
  ['zsh', innerLine],
  ['dash', innerLine],
]);

const XARGS_VALUES = [
  '-I',
  '-n',
  '-P',
  '-L',
  '-d',
  '-s',
  '-a',
  '-E',
  '--max-args',
  '--max-procs',
  '--delimiter',
];

function behindTime(args: readonly ShellWord[]): readonly ShellWord[] | null {
  return behindOptions(args, ['-k', '--kill-after', '-s', '--signal'])?.slice(1) ?? null;
}

function assignmentsOf(args: readonly ShellWord[]): readonly ShellWord[] {
  return args.filter(({ text }) => text.includes('='));
}

/** The words behind the options of a wrapper; null where an option is not one that can be passed over. */
function behindOptions(
  args: readonly ShellWord[],
  withValue: readonly string[],
): readonly ShellWord[] | null {
  let at = 0;
  for (; at < args.length; at++) {
    const { text, isDynamic } = args[at] ?? { text: '', isDynamic: true };
    if (text === '--') return args.slice(at + 1);
    if (!text.startsWith('-') || text === '-') {
      if (isDynamic && text === '') return null;
      break;
    }
    if (withValue.includes(text)) at++;
  }
  return args.slice(at);
}

/** `bash -lc 'LINE'`. A script that a file holds may do anything. */
function innerLine(args: readonly ShellWord[]): string | null {
  const at = args.findIndex(({ text }) => !/^-[a-z]+$/.test(text) || /c/.test(text));
  const [option, line] = args.slice(Math.max(0, at));
  if (at === -1 || !/^-[a-z]*c[a-z]*$/.test(option?.text ?? '') || line === undefined) return null;
  return line.isDynamic ? null : line.text;
}

function isReading(program: string, args: readonly ShellWord[], depth: number): boolean {
  const texts = args.map(({ text }) => text);
  if (READERS.has(program)) return true;
  if (TELL_VERSION.has(program) && texts.length === 1 && VERSION_WORDS.has(texts[0] ?? '')) return true;
  const most = MOST_OPERANDS.get(program);
  if (most !== undefined && operandsOf(program, args) > most) return false;
  const writing = BUT_FOR_OPTIONS.get(program);
  if (writing !== undefined)
    return !hasOption(texts, writing) && !(program === 'date' && texts.includes('-s'));
  if (most !== undefined) return true;
  switch (program) {
    case 'find':
      return isReadingFind(args, depth);
    case 'sed':
    case 'gsed':
      return isReadingSed(args);
    case 'awk':
    case 'gawk':
    case 'mawk':
      return isReadingAwk(args);
    case 'git':
      return isReadingGit(args);
    case 'gh':
      return isReadingSubcommand(program, texts) || isReadingApi(texts);
    default:
      return isReadingSubcommand(program, texts);
  }
}

/** Whether one of the options stands among the words, whole, with `=value`, or as a letter of a group. */
function hasOption(texts: readonly string[], options: readonly string[]): boolean {
  return texts.some((text) =>
    options.some((option) => {
      if (text === option || text.startsWith(`${option}=`)) return true;
      if (option.length !== 2 || !/^-[A-Za-z]/.test(text)) return false;
      return text.slice(1).includes(option.slice(1));
    }),
  );
}

function operandsOf(program: string, args: readonly ShellWord[]): number {
  const withValue = VALUE_OPTIONS.get(program) ?? [];
  let operands = 0;
  for (let at = 0; at < args.length; at++) {
    const { text, isDynamic } = args[at] ?? { text: '', isDynamic: false };
    if (withValue.includes(text)) at++;
    else if (!/^-./.test(text) && (isDynamic || !isNoFile(text))) operands++;
  }
  return operands;
}

function isReadingSubcommand(program: string, texts: readonly string[]): boolean {
  const words = [program, ...texts.filter((text) => !text.startsWith('-'))];
  return READING_SUBCOMMANDS.some((subcommand) => subcommand.every((word, index) => words[index] === word));
}

/** `gh api` asks by GET unless a method or a field says otherwise. */
function isReadingApi(texts: readonly string[]): boolean {
  if (texts[0] !== 'api' || texts.includes('graphql')) return false;
  if (hasOption(texts, ['-f', '-F', '--field', '--raw-field', '--input'])) return false;
  const at = texts.findIndex((text) => text === '-X' || text === '--method');
  const method = at === -1 ? texts.find((text) => /^(?:-X.|--method=)/.test(text)) : texts[at + 1];
  return method === undefined || /(?:^|=|X)GET$/.test(method);
}

const FIND_WRITES = /^-(?:delete|fls|fprint0?|fprintf)$/;

/** What `-exec` runs is judged like any command. */
function isReadingFind(args: readonly ShellWord[], depth: number): boolean {
  for (let at = 0; at < args.length; at++) {
    const text = args[at]?.text ?? '';
    if (FIND_WRITES.test(text)) return false;
    if (!/^-(?:exec|execdir|ok|okdir)$/.test(text)) continue;
    const length = args.slice(at + 1).findIndex((word) => word.text === ';' || word.text === '+');
    const inner = args.slice(at + 1, length === -1 ? undefined : at + 1 + length);
    if (judgeInner(inner, depth).length > 0) return false;
    at += inner.length;
  }
  return true;
}

function lineOf(program: string, words: readonly ShellWord[]): OtherCommand {
  const texts = words.map(({ text }) => text);
  const line = [program, ...texts.slice(1)].join(' ').slice(0, LONGEST_LINE);
  return { ...named(nameOf(program, words.slice(1))), line };
}

/** A program with many subcommands says little by its own name. */
function nameOf(program: string, args: readonly ShellWord[]): string {
  if (program === 'git') return `git ${gitWords(args)[0] ?? ''}`.trim();
  const words = args.map(({ text }) => text).filter((text) => /^[a-z][a-z-]*$/.test(text));
  return program === 'gh' ? `gh ${words.slice(0, 2).join(' ')}`.trim() : program;
}

function named(name: string): OtherCommand {
  const short = name.slice(0, LONGEST_NAME);
  return { name: short, line: short };
}

/** The last part of a path of whatever machine it was typed on. */
function baseName(file: string): string {
  return file.split(/[\\/]/).findLast((part) => part !== '') ?? file;
}
