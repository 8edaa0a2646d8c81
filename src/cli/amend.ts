import { Option, type Command } from 'commander';
import type { AmendedSession, Proposal } from '../control/desk/correcting/amend.ts';
import type { Project } from '../control/project/project.ts';
import { countOf } from '../lib/count-of.ts';
import { parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import { AMENDABLE, readAmendFields } from './amend-fields.ts';
import { confirm } from './confirm.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { requireSession, withProject } from './open.ts';
import { note, print, printJson } from './print.ts';
import { proposeDelayed } from './propose-delayed.ts';
import { amendmentLines } from './render-amendments.ts';

const HELP = `
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

/** What a call proposes, with the sessions that stay as they are. */
interface Proposed {
  readonly proposals: readonly Proposal[];
  readonly left: readonly { readonly id: string; readonly because: string }[];
}

export const completes: Completions = { argument: 'sessions' };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
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
    .option('--yes', 'write what --rejudge shows without asking')
    .addHelpText('after', HELP);
  command.action(async (id: string | undefined, words: readonly string[], options: AmendOptions) => {
    const propose = readCall(context, id, words, options);
    const { refuseInSession } = await import('../control/custody/refuse-in-session.ts');
    refuseInSession(context.env, 'amend');
    const { previewAmendments, writeAmendments } = await import('../control/desk/correcting/amend.ts');
    // Everything that is wrong with it is found before anything is opened for writing.
    const preview = await withProject(context, options, 'read', async (project) => {
      const { proposals, left } = await propose(project);
      return { left, amended: await previewAmendments(project.store, proposals) };
    });
    const isWritten = await mayWrite(context, options, preview.amended, preview.left);
    const amended = isWritten
      ? await withProject(context, options, 'wrap', async (project) =>
          writeAmendments(project, (await propose(project)).proposals),
        )
      : preview.amended;
    if (options.json) printJson({ isWritten, amended: amended.map(toJson), left: preview.left });
    else print(renderAmended(amended, preview.left, isWritten));
  });
};

/** What the words of the call ask for. @throws Problem `usage` */
function readCall(
  context: CliContext,
  prefix: string | undefined,
  words: readonly string[],
  options: AmendOptions,
): (project: Project) => Promise<Proposed> {
  const isForMany = options.rejudge === true || options.delayed === true;
  if (options.since !== undefined && !isForMany)
    throw new Problem('usage', '--since is for --rejudge and --delayed.', 'Leave it out.');
  const since = readSince(context, options.since);
  if (options.delayed) {
    if (prefix !== undefined)
      throw new Problem('usage', '--delayed looks at all sessions.', 'Leave the id out.');
    const propose = proposeDelayed(context, { ...options, since });
    return async (project) => ({ proposals: await propose(project), left: [] });
  }
  if (options.rejudge) return readRejudge(prefix, words, since);
  if (prefix === undefined || words.length === 0)
    throw new Problem(
      'usage',
      prefix === undefined ? 'Which session is to be amended?' : `Nothing is said of ${oneLine(prefix, 40)}.`,
      'Write `stint amend ID field=value --why "…"`, or see `stint amend --help`.',
    );
  const said = readAmendFields(words);
  const why = requireWhy(options.why);
  return async (project) => {
    const { proposeCorrection } = await import('../control/desk/correcting/propose-correction.ts');
    const id = await requireSession(project, prefix);
    return { proposals: [await proposeCorrection(project, { id, ...said, why })], left: [] };
  };
}

function readRejudge(
  prefix: string | undefined,
  words: readonly string[],
  since: string | undefined,
): (project: Project) => Promise<Proposed> {
  if (words.length > 0)
    throw new Problem(
      'usage',
      `"${oneLine(words[0] ?? '', 40)}" and --rejudge cannot go together.`,
      'Leave one out.',
    );
  return async (project) => {
    const { proposeRejudging } = await import('../control/desk/correcting/propose-rejudging.ts');
    if (prefix !== undefined) return proposeRejudging(project, { id: await requireSession(project, prefix) });
    return proposeRejudging(project, since === undefined ? {} : { since });
  };
}

/** The moment that a time before now means, ISO 8601 UTC. */
function readSince(context: CliContext, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ageMs = parseDuration(text);
  const at = context.clock.now().getTime() - (ageMs ?? Number.NaN);
  if (at >= 0) return new Date(at).toISOString();
  throw new Problem(
    'usage',
    `--since is "${oneLine(text, 40)}".`,
    'It must be a duration such as 12h or 7d.',
  );
}

function requireWhy(why: string | undefined): string {
  if (why !== undefined && why.trim() !== '') return why.trim();
  throw new Problem(
    'usage',
    why === undefined ? 'A correction needs a reason.' : `--why is "${oneLine(why, 40)}".`,
    'Say it with --why "…": whoever reads the record later will ask.',
  );
}

async function mayWrite(
  context: CliContext,
  options: AmendOptions,
  amended: readonly AmendedSession[],
  left: Proposed['left'],
): Promise<boolean> {
  if (options.dryRun || amended.length === 0) return false;
  if (!options.rejudge || options.yes) return true;
  note(renderAmended(amended, left, false));
  return confirm(`Write ${amended.length === 1 ? 'it' : `these ${amended.length}`}?`, context);
}

function toJson({ id, amendments, record }: AmendedSession) {
  return { id, outcome: record.outcome, grade: record.grade, amendments };
}

export function renderAmended(
  amended: readonly AmendedSession[],
  left: Proposed['left'],
  isWritten: boolean,
): string {
  const lines = amended.flatMap(({ id, amendments, record }) => [
    `${record.category} ${id}`,
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
