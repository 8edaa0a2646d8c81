import { createInterface } from 'node:readline';
import { Option } from 'commander';
import { parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { countOf } from '../lib/quantities.ts';
import type { AmendRequest, AmendResult } from '../stint/data.ts';
import { AMENDABLE, readAmendFields } from './amend-fields.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { createProgressLine } from './live-view.ts';
import { stintOf } from './open.ts';
import { wrongValue } from './option-words.ts';
import { answer, note } from './print.ts';
import { amendmentLines } from './render-evidence.ts';

export const help = `
A person may correct ${AMENDABLE.join(', ')}. What
follows from it is corrected too, each field with who, from, to and why; the
record as first written stays: \`stint show ID --history\`. Beliefs and reports
follow at once. An agent may not amend.

Examples:
  $ stint amend ab12 outcome=noop --why "it only reformatted a file"
  $ stint amend --rejudge --since 7d --dry-run
  $ stint amend --delayed            reverts, and what the forge says by now
`;

interface AmendOptions extends CommonOptions {
  readonly why?: string;
  readonly dryRun?: boolean;
  readonly rejudge?: boolean;
  readonly delayed?: boolean;
  readonly since?: string;
  readonly yes?: boolean;
}

export const completes: Completions = { argument: 'sessions' };

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('[id]', 'a session id, or its first letters')
    .argument('[field=value...]', `what it should be: ${AMENDABLE.join(', ')}`)
    .option('--why <text>', 'the reason, in a sentence')
    .option('--dry-run', 'show what would change, and write nothing')
    .addOption(
      new Option('--rejudge', 'judge again what an older judge has judged').conflicts(['delayed', 'why']),
    )
    .option('--since <duration>', 'only sessions that started within it, such as 7d')
    .addOption(
      new Option('--delayed', 'what became known later: reverts, pull requests, issues, CI').conflicts('why'),
    )
    .option('--yes', 'write what --rejudge shows without asking');
  command.action(async (id: string | undefined, words: readonly string[], options: AmendOptions) => {
    const request = readCall(context, id, words, options);
    answer(await amend(context, request, options), options, renderAmended);
  });
};

async function amend(
  context: CliContext,
  request: AmendRequest,
  options: AmendOptions,
): Promise<AmendResult> {
  const progress = createProgressLine(options.json === true);
  const stint = stintOf(context, options, (event) => {
    if (event.name === 'forge.asked')
      progress.update(`asked the forge about ${event.done} of ${event.total} sessions`);
    else if (event.name === 'trouble.met') progress.stop();
  });
  try {
    const mustAsk = request.kind === 'rejudge' && !options.yes;
    if (!options.dryRun && !mustAsk) return await stint.amend(request);
    const preview = await stint.previewAmend(request);
    if (options.dryRun || preview.amended.length === 0 || !(await mayWrite(context, preview))) return preview;
    return await stint.amend(request);
  } finally {
    progress.stop();
  }
}

/** What the words of the call ask for. @throws Problem `usage` */
function readCall(
  context: CliContext,
  session: string | undefined,
  words: readonly string[],
  options: AmendOptions,
): AmendRequest {
  const isForMany = options.rejudge === true || options.delayed === true;
  if (options.since !== undefined && !isForMany)
    throw wrongCall('--since is for --rejudge and --delayed.', 'Leave it out.');
  const since = readSince(context, options.since);
  if (options.delayed) {
    if (session === undefined) return { kind: 'delayed', since };
    throw wrongCall('--delayed looks at all sessions.', 'Leave the id out.');
  }
  if (options.rejudge) {
    if (words.length === 0) return { kind: 'rejudge', session, since };
    const word = oneLine(words[0] ?? '', 40);
    throw wrongCall(`"${word}" and --rejudge cannot go together.`, 'Leave one out.');
  }
  if (session === undefined || words.length === 0)
    throw wrongCall(
      session === undefined
        ? 'Which session is to be amended?'
        : `Nothing is said of ${oneLine(session, 40)}.`,
      'Write `stint amend ID field=value --why "…"`, or see `stint amend --help`.',
    );
  return { kind: 'said', session, ...readAmendFields(words), why: requireWhy(options.why) };
}

/** The moment that a time before now means, ISO 8601 UTC. */
function readSince(context: CliContext, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ageMs = parseDuration(text);
  const at = context.clock.now().getTime() - (ageMs ?? Number.NaN);
  if (at >= 0) return new Date(at).toISOString();
  throw wrongValue('--since', text, 'a duration such as 12h or 7d');
}

function requireWhy(why: string | undefined): string {
  if (why !== undefined && why.trim() !== '') return why.trim();
  throw wrongCall(
    why === undefined ? 'A correction needs a reason.' : `--why is "${oneLine(why, 40)}".`,
    'Say it with --why "…": whoever reads the record later will ask.',
  );
}

async function mayWrite(context: CliContext, preview: AmendResult): Promise<boolean> {
  const { length } = preview.amended;
  note(renderAmended(preview));
  return confirm(`Write ${length === 1 ? 'it' : `these ${length}`}?`, context);
}

function renderAmended({ amended, left, isWritten }: AmendResult): string {
  const lines = amended.flatMap(({ id, category, amendments }) => [
    `${category} ${id}`,
    ...amendmentLines(amendments).map((line) => `  ${line}`),
  ]);
  const count = countOf(amended.length, 'record');
  return [
    ...lines,
    ...left.map(({ id, because }) => `left alone ${id}: ${because}`),
    amended.length === 0
      ? 'nothing changes'
      : `${count} ${isWritten ? 'amended' : 'would change; nothing is written'}`,
  ].join('\n');
}

/**
 * Asks a person, who has to say yes.
 *
 * @throws Problem `usage` where nobody can be asked
 */
async function confirm(question: string, context: CliContext): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw wrongCall(
      'Nobody can be asked here: this is no terminal.',
      'Call it with --yes to write, or with --dry-run to look.',
    );
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    signal: context.interrupted,
  });
  lines.setPrompt(`${question} [y/N] `);
  lines.prompt();
  for await (const line of lines) {
    lines.close();
    return /^y(es)?$/i.test(line.trim());
  }
  return false;
}
