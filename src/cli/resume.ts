import type { Lifted, Resumable, ResumeRequest } from '../stint/data.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { heldLine, parkedLine, setAsideLine } from './resting-lines.ts';
import { stintOf } from './open.ts';
import { answer, printWrapped } from './print.ts';

export const help = `
Lets something start again before its time: a category that is held because it
was blocked, found nothing to do or could not be set up, an account that is
parked at its limit or was refused, a harness that failed again and again; and
records that your \`after\` command failed to take are tried again by the next
start. With nothing named it only lists all that, and what would lift it.

Examples:
  $ stint resume                         what does not start, and why
  $ stint resume code                    the category is no longer held
  $ stint resume --account team          after a login, or a larger quota
  $ stint resume --harness codex         after it was repaired
  $ stint resume --deliveries            \`after\` works again
  $ stint resume --all --json            everything, as JSON
`;

interface ResumeOptions extends CommonOptions {
  readonly account?: string;
  readonly harness?: string;
  readonly deliveries?: boolean;
  readonly all?: boolean;
}

export const completes: Completions = {
  argument: 'categories',
  options: { '--account': 'accounts', '--harness': 'harnesses' },
};

export const configure: VerbModule['configure'] = (command, context) => {
  command
    .argument('[category]', 'a category that is held')
    .option('--account <name>', 'a parked account, for every repository of this machine')
    .option('--harness <name>', 'a parked harness of this project')
    .option('--deliveries', 'records that `after` failed to take')
    .option('--all', 'all of it');
  command.action(async (category: string | undefined, options: ResumeOptions) => {
    const request = requestOf(category, options);
    if (request === null) return listResumable(context, options);
    answer(await stintOf(context, options).resume(request), options, renderLifted, printWrapped);
  });
};

const NOTHING = 'Nothing is parked, held or set aside.';

/** Null for a call without names and options. @throws Problem for --all beside any of them */
function requestOf(category: string | undefined, options: ResumeOptions): ResumeRequest | null {
  const { account, harness, deliveries } = options;
  const isNamed = [category, account, harness, deliveries].some((each) => each !== undefined);
  const isAll = options.all === true;
  if (!isNamed && !isAll) return null;
  if (isNamed && isAll)
    throw wrongCall('--all lifts everything, so nothing else can be given.', 'Leave out one or the other.');
  return {
    category: category ?? null,
    account: account ?? null,
    harness: harness ?? null,
    hasDeliveries: deliveries === true,
    isAll,
  };
}

async function listResumable(context: CliContext, options: ResumeOptions): Promise<void> {
  const found = await stintOf(context, options).resumable();
  answer(found, options, (each) => renderResumable(each, context.clock.now()), printWrapped);
}

function renderResumable({ parked, held, setAside }: Resumable, now: Date): string {
  const lines = [
    ...parked.map(
      (each) => `${parkedLine(each, now)}\n  lift it: stint resume --${each.kind} ${shellWord(each.name)}`,
    ),
    ...held.map((each) => `${heldLine(each, now)}\n  lift it: stint resume ${each.category}`),
    ...setAside.map((each) => `${setAsideLine(each)}\n  try it again: stint resume --deliveries`),
  ];
  return lines.length === 0 ? NOTHING : lines.join('\n');
}

function shellWord(name: string): string {
  return /^[\w.:/@%+=-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}

function renderLifted({ lifted }: { readonly lifted: readonly Lifted[] }): string {
  return lifted.length === 0 ? NOTHING : lifted.map(liftedLine).join('\n');
}

function liftedLine({ kind, name, was }: Lifted): string {
  const what = `${kind} ${oneLine(name, 80)}`;
  if (was === null) return `${what}: nothing was in its way.`;
  return was.until === null
    ? `${what} is tried again by the next start (${oneLine(was.reason, 120)}).`
    : `${what} may start again; it had until ${was.until.slice(0, 16).replace('T', ' ')} UTC (${oneLine(was.reason, 120)}).`;
}
