import type { Permissions } from '../../domain/plan.ts';
import { Problem } from '../../lib/problem.ts';
import { textEvents, type ReadAsk } from '../reading/text-asks.ts';
import type { Cli } from './cli.ts';
import { withoutTurnLimit, type Demands, type Harness, type StartRequest } from './harness.ts';

/** An agent CLI whose output is read as plain text, and how to start it. */
interface TextCli extends Omit<Cli, 'create'> {
  /** Its name for people. */
  readonly title: string;
  /**
   * The words after the program. The words `{permissions}` and `{model}` stand for the flags of these, and are left out
   * where there are no flags. The placeholders of `fillIn` may stand in any word. Without `{prompt}` the prompt comes on
   * standard input.
   */
  readonly arguments: readonly string[];
  /** The words of each level. They replace `{permissions}`, in `arguments` or in `env`. */
  readonly permissions: Readonly<Record<Permissions, readonly string[]>>;
  readonly env?: Readonly<Record<string, string>>;
  /** The CLI cannot allow git alone, so `edit` changes files and commits nothing. */
  readonly hasNoGitAlone?: true;
  /** Requests to a person among its lines, where it can print them. */
  readonly readAsk?: ReadAsk;
}

/** The row of a CLI that is started by a template, and whose output is plain text: its harness has no events. */
export function textCli(cli: TextCli): Cli {
  return {
    ...cli,
    create: (command) => ({
      ...READ_AS_TEXT,
      parse: (line) => textEvents(line, cli.readAsk),
      ownErrors: cli.ownErrors,
      canResume: false,
      program: command[0],
      cannotHonour: (demands) => cannotHonour(cli, demands),
      start: (request) => ({
        argv: [...command, ...cli.arguments.flatMap((word) => wordsFor(word, cli, request))],
        env: Object.fromEntries(
          Object.entries(cli.env ?? {}).map(([name, value]) => [
            name,
            wordsFor(value, cli, request).join(' '),
          ]),
        ),
        stdin: cli.arguments.includes('{prompt}') ? 'closed' : 'prompt',
      }),
    }),
  };
}

/** Output for people: its lines do not prove the session's state. */
export const READ_AS_TEXT: Pick<Harness, 'hasEvents' | 'parse' | 'wholeThread'> = {
  hasEvents: false,
  parse: (line) => textEvents(line, undefined),
};

function wordsFor(word: string, cli: TextCli, request: StartRequest): readonly string[] {
  if (word === '{permissions}') return cli.permissions[request.permissions];
  if (word === '{model}') return request.model === null ? [] : ['--model', request.model];
  return [fillIn(word, request, 'Shorten it, or have the prompt name a file to read.')];
}

function cannotHonour({ title, hasNoGitAlone }: TextCli, demands: Demands): string[] {
  const withoutGit = `permissions: edit lets it change files but not commit: ${title} has no shell for git alone (full gives it one)`;
  return [
    ...(hasNoGitAlone && demands.permissions === 'edit' ? [withoutGit] : []),
    ...withoutTurnLimit(title, demands),
  ];
}

/** The kernel refuses a single argument of 128 KiB; the rest is room for what else the word holds. */
const LONGEST_ARGUMENT = 120_000;

/**
 * A word with its `{prompt}`, `{promptFile}`, `{sessionId}` and `{workspace}` replaced.
 *
 * @param hint what to do about a prompt that is too long
 * @throws Problem `prompt_too_long` when the kernel would not take the word
 */
export function fillIn(word: string, request: StartRequest, hint: string): string {
  const { prompt, promptFile, sessionId, workspace } = request;
  const values: Readonly<Record<string, string>> = { prompt, promptFile, sessionId, workspace };
  // One pass, so that a prompt that itself says `{workspace}` is left as it is.
  const filled = word.replace(
    /\{(prompt|promptFile|sessionId|workspace)\}/g,
    (_, name: string) => values[name] ?? '',
  );
  if (Buffer.byteLength(filled) <= LONGEST_ARGUMENT) return filled;
  const trouble = `The prompt has ${prompt.length} characters, too many for a command line.`;
  throw new Problem('prompt_too_long', trouble, hint);
}
