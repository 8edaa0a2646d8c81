import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { nearestWord } from '../lib/nearest-word.ts';
import { oneLine } from '../lib/plain-text.ts';
import type { CliContext } from './context.ts';
import { explainError } from './explain-error.ts';
import { catchInterrupts } from './interrupts.ts';
import { VERBS } from './verbs.ts';

/** A sentence for a person; `--json` has all of it. Longer than any path that is meant. */
const LONGEST_MESSAGE = 1000;

const interrupts = catchInterrupts();
const context: CliContext = { cwd: process.cwd(), env: process.env, clock: systemClock, ...interrupts };

// A reader that went away (`stint sessions | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
});

// Without a reader of notes the work goes on.
process.stderr.on('error', () => undefined);

const args = process.argv.slice(2);
try {
  const program = await buildProgram(args);
  await program.parseAsync(args, { from: 'user' });
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
      helpWidth: Math.min(process.stdout.columns ?? 100, 100),
      subcommandTerm: (command) => command.name(),
    })
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError(true)
    .exitOverride()
    .addHelpText(
      'after',
      '\nStart here:\n  $ stint demo                     see a whole day in half a minute, no key needed\n  $ stint run code                 one session of the category "code" of stint.yaml\n  $ stint report reliability       how sessions fail\n',
    );
  const wanted = findVerb(words);
  for (const verb of VERBS) {
    const command = program.command(verb.name).description(verb.summary).copyInheritedSettings(program);
    if (verb.name !== wanted) continue;
    addCommonOptions(command);
    (await verb.load()).configure(command, context);
  }
  return program;
}

/** The first word that is neither an option nor the value of one; `help VERB` means the verb. */
function findVerb(words: readonly string[]): string | null {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (word === '-C' || word === '--config') i++;
    else if (word !== 'help' && !word.startsWith('-')) return word;
  }
  return null;
}

function addCommonOptions(command: Command): void {
  command
    .option('-C <dir>', 'work in this folder instead of the current one')
    .option('--config <file>', 'read this file instead of stint.yaml at the top of the repository')
    .option(
      '--set <key=value>',
      'change a setting for this call, such as supervise.silence=5m; may be repeated',
      (text: string, before: string[]) => [...before, text],
      [],
    )
    .option('--json', 'print JSON for programs instead of text for people');
}

function readVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function reportError(error: unknown): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  const { code, message, hint, exitCode } =
    error instanceof CommanderError ? explainUsage(error) : explainError(error);
  if (args.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
  if (code === 'bug' && process.env['STINT_TRACE'] && error instanceof Error)
    process.stderr.write(`${error.stack}\n`);
  // Names in it may come from anywhere: a command line, a configuration, git.
  const words = [oneLine(message, LONGEST_MESSAGE), oneLine(hint, LONGEST_MESSAGE)];
  process.stderr.write(`stint: ${words.filter((part) => part !== '').join(' ')}\n`);
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
  const isVerb = VERBS.some(({ name }) => name === verb);
  const hint = `See \`stint ${isVerb ? `${verb} ` : ''}--help\`.`;
  if (error.code === 'commander.help' || error.code === 'commander.helpDisplayed')
    return { code: 'usage', message: 'A verb is missing.', hint, exitCode: 2 };
  if (verb !== null && !isVerb) {
    const near = nearestWord(
      verb,
      VERBS.map(({ name }) => name),
    );
    const meant = near ? ` Did you mean "${near}"?` : '';
    return {
      code: 'unknown_verb',
      message: `There is no verb "${verb.slice(0, 80)}".${meant}`,
      hint: 'See `stint --help`.',
      exitCode: 2,
    };
  }
  const message = error.message.replace(/^error: /, '').replace(/\n\(?(Did you mean [^)]*)\)?/, '. $1');
  return {
    code: 'usage',
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/([^.?!])$/, '$1.'),
    hint,
    exitCode: 2,
  };
}
