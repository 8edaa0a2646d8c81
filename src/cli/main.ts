import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { ownFile } from '../lib/own-files.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import { createRedactor } from '../lib/redact.ts';
import { secretVariables } from '../lib/secret-variables.ts';
import type { CliContext } from './context.ts';
import { explainError } from './explain-error.ts';
import { catchInterrupts } from './interrupts.ts';
import { note, printJson, redacted, redactOutput } from './print.ts';
import { screenWidth } from './screen.ts';
import { equipVerb, findVerb } from './verb-options.ts';
import { VERBS } from './verbs.ts';

/** A sentence for a person; `--json` has all of it. Longer than any path that is meant. */
const LONGEST_MESSAGE = 1000;

const MOST_COLUMNS = 100;

redactOutput(createRedactor({ values: secretVariables(process.env) }));
const interrupts = catchInterrupts();
const context: CliContext = {
  cwd: process.cwd(),
  env: process.env,
  clock: systemClock,
  verbs: VERBS,
  ...interrupts,
};

// A reader that went away (`stint sessions | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

// Without a reader of notes the work goes on.
process.stderr.on('error', () => undefined);

const args = process.argv.slice(2);
/** What follows two dashes belongs to the program that is wrapped. */
const ownArgs = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
const isJson = ownArgs.includes('--json');
try {
  const words = helpWords(args);
  const program = await buildProgram(words);
  refuseNoVerb(program, words);
  await program.parseAsync(words, { from: 'user' });
  const code = interrupts.interruptCode();
  if (code !== null) process.exitCode = code;
} catch (error) {
  const code = reportError(error);
  process.exitCode = interrupts.interruptCode() ?? code;
}

async function buildProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('stint')
    .description('Runs coding agents unattended, and knows what really happened.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [verb]', 'print the help of a verb')
    .configureHelp({
      helpWidth: helpWidth(),
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
    if (verb.name !== wanted) continue;
    await equipVerb(command, verb, context);
  }
  return program;
}

/** `help VERB` is another way to write `VERB --help`. */
function helpWords(words: readonly string[]): readonly string[] {
  if (words[0] !== 'help') return words;
  const [verb, another] = words.slice(1).filter((word) => !word.startsWith('-'));
  if (another !== undefined)
    throw new Problem(
      'usage',
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

/** Nothing was asked: that is an error for a script, and for a person the moment to see what there is. */
function refuseNoVerb(program: Command, words: readonly string[]): void {
  if (words.some((word) => word !== '--json')) return;
  if (!isJson) program.outputHelp();
  throw new Problem('usage', 'A verb is missing.', 'See `stint --help`.');
}

/** As wide as the reader's screen, and never wider than one reads well. */
function helpWidth(): number {
  return Math.min(screenWidth() ?? MOST_COLUMNS, MOST_COLUMNS);
}

function readVersion(): string {
  return (JSON.parse(readFileSync(ownFile('package.json'), 'utf8')) as { version: string }).version;
}

function reportError(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const { code, message, hint, exitCode } =
    error instanceof CommanderError ? explainUsage(error) : explainError(error);
  if (isJson) printJson({ error: { code, message, hint } });
  if (code === 'bug' && process.env['STINT_TRACE'] && error instanceof Error) note(String(error.stack));
  // Names in it may come from anywhere: a command line, a configuration, git.
  const words = [message, hint].map((part) => oneLine(redacted(part), LONGEST_MESSAGE));
  note(`stint: ${words.filter((part) => part !== '').join(' ')}`);
  return exitCode;
}

/** A wrong call, in one sentence with the next step. */
function explainUsage(error: CommanderError): {
  code: string;
  message: string;
  hint: string;
  exitCode: number;
} {
  const verb = findVerb(args);
  // Options of a verb stand after it: before it they are the program's own, which has none of them.
  const isBefore = error.code === 'commander.unknownOption' && verb !== null && verb !== args[0];
  const help = `\`stint ${verb === null ? '' : `${verb} `}--help\``;
  const hint = isBefore ? `Write options after the verb; see ${help}.` : `See ${help}.`;
  const message = error.message.replace(/^error: /, '').replace(/\n\(?(Did you mean [^)]*)\)?/, '. $1');
  return {
    code: 'usage',
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/([^.?!])$/, '$1.'),
    hint,
    exitCode: 2,
  };
}
