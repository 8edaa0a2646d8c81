import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { nearestWord } from '../lib/nearest-word.ts';
import { ownFile } from '../lib/own-files.ts';
import { oneLine } from '../lib/plain-text.ts';
import { messageOf, Problem, systemErrorCode, wrongCall } from '../lib/problem.ts';
import { createRedactor } from '../lib/redact.ts';
import { secretVariables } from '../lib/secret-assignments.ts';
import { note, printJson, redacted, redactOutput } from './print.ts';
import { screenWidth } from './screen.ts';
import { equipVerb, findVerb } from './verb-options.ts';
import type { CliContext } from './verb.ts';
import { VERBS } from './verbs.ts';

/** Characters of an error that a person sees; `--json` has all of it. Longer than any real path. */
const LONGEST_MESSAGE = 1000;

/** The widest help that reads well. */
const MOST_COLUMNS = 100;

/**
 * Runs one call of `stint` in this process.
 *
 * @param args what stands after `stint`
 * @returns the exit code; null leaves it to `process.exitCode`, which the verb has set unless all is well
 */
export async function runCommandLine(args: readonly string[], context: CliContext): Promise<number | null> {
  redactOutput(createRedactor({ values: secretVariables(context.env) }));
  try {
    const words = helpWords(args);
    const program = await buildProgram(words, context);
    refuseNoVerb(program, words);
    await program.parseAsync(words, { from: 'user' });
    return context.interruptCode();
  } catch (error) {
    const code = reportError(error, args, context);
    return context.interruptCode() ?? code;
  }
}

/** What follows two dashes belongs to the program that is wrapped. */
function asksForJson(args: readonly string[]): boolean {
  return args.slice(0, args.includes('--') ? args.indexOf('--') : args.length).includes('--json');
}

async function buildProgram(words: readonly string[], context: CliContext): Promise<Command> {
  const program = new Command('stint')
    .description('Runs coding agents unattended, and knows what really happened.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [verb]', 'print the help of a verb')
    .configureHelp({
      helpWidth: Math.min(screenWidth() ?? MOST_COLUMNS, MOST_COLUMNS),
      // Its own limit leaves descriptions of a narrow screen unbroken.
      minWidthToWrap: 10,
      subcommandTerm: (command) => command.name(),
    })
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText(
      'after',
      '\nStart here:\n  $ stint demo                     a whole day in half a minute, without a key\n  $ stint run code                 one session of the category "code"\n  $ stint report reliability       how sessions fail\n',
    );
  const wanted = requireVerb(words);
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary).copyInheritedSettings(program);
    if (verb.name === wanted) await equipVerb(command, verb, context);
  }
  return program;
}

/** `help VERB` is another way to write `VERB --help`. */
function helpWords(words: readonly string[]): readonly string[] {
  if (words[0] !== 'help') return words;
  const [verb, another] = words.slice(1).filter((word) => !word.startsWith('-'));
  if (another !== undefined)
    throw wrongCall(
      `"${oneLine(another, 80)}" is one word too many: \`help\` takes one verb.`,
      'See `stint --help`.',
    );
  return verb === undefined ? ['--help'] : [verb, '--help'];
}

function requireVerb(words: readonly string[]): string | null {
  const verb = findVerb(words);
  const names = [...VERBS.map(({ name }) => name), 'help'];
  if (verb === null || names.includes(verb)) return verb;
  const near = nearestWord(verb, names);
  const meant = near ? ` Did you mean "${near}"?` : '';
  throw new Problem(
    'unknown_verb',
    `There is no verb "${oneLine(verb, 80)}".${meant}`,
    'See `stint --help`.',
  );
}

/** A call without a verb is an error for a script; a person sees the help. */
function refuseNoVerb(program: Command, words: readonly string[]): void {
  if (words.some((word) => word !== '--json')) return;
  if (!asksForJson(words)) program.outputHelp();
  throw wrongCall('A verb is missing.', 'See `stint --help`.');
}

function readVersion(): string {
  return (JSON.parse(readFileSync(ownFile('package.json'), 'utf8')) as { version: string }).version;
}

function reportError(error: unknown, args: readonly string[], context: CliContext): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const { code, message, hint, exitCode } =
    error instanceof CommanderError ? explainUsage(error, args) : explainError(error);
  if (asksForJson(args)) printJson({ error: { code, message, hint } });
  if (code === 'bug' && context.env['STINT_TRACE'] && error instanceof Error) note(String(error.stack));
  // Names in it may come from anywhere: a command line, a configuration, git.
  const words = [message, hint].map((part) => oneLine(redacted(part), LONGEST_MESSAGE));
  note(`stint: ${words.filter((part) => part !== '').join(' ')}`);
  return exitCode;
}

/** A wrong call, in one sentence with the next step. */
function explainUsage(error: CommanderError, args: readonly string[]): Problem {
  const verb = findVerb(args);
  // Options of a verb stand after it. The program itself has no such option.
  const isBefore = error.code === 'commander.unknownOption' && verb !== null && verb !== args[0];
  const help = `\`stint ${verb === null ? '' : `${verb} `}--help\``;
  const hint = isBefore ? `Write options after the verb; see ${help}.` : `See ${help}.`;
  const message = error.message.replace(/^error: /, '').replace(/\n\(?(Did you mean [^)]*)\)?/, '. $1');
  return wrongCall(`${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/([^.?!])$/, '$1.'), hint);
}

/** Anything that was thrown, in one sentence with the next step. */
function explainError(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const code = systemErrorCode(error) ?? '';
  const message = messageOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new Problem(
      'disk_full',
      `No space is left on the disk: ${message}.`,
      'Free space, then try again.',
      1,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new Problem('not_permitted', `${message}.`, 'See the permissions of that place.', 1);
  return new Problem(
    'bug',
    `Something went wrong inside stint: ${message}.`,
    'Please report it; STINT_TRACE=1 prints where.',
    1,
  );
}
