import type { Lifted, Resumable, ResumeRequest } from '../stint/data.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { shellWord } from '../lib/shell-word.ts';
import { printWrapped } from './print.ts';
import { heldLine, parkedLine, setAsideLine } from './resting-lines.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Lets something start again before its time: a category that is held because it
was blocked, found nothing to do or could not be set up, an account that is
parked at its limit or was refused, a harness that failed again and again; and
records that your \`after\` command failed to take are tried again by the next
start. With nothing named it only lists all that, and what would lift it.

Examples:
  $ stint resume                         what does not start, and why
  $ stint resume code                    the category is no longer held
  $ stint resume --account team          after a login, or a larger quota
  $ stint resume --model opus            the account's other limits stay
  $ stint resume --harness codex         after it was repaired
  $ stint resume --deliveries            \`after\` works again
  $ stint resume --all --json            everything, as JSON
`,
  takes: { '[category]': { about: 'a category that is held', offers: 'categories' } },
  options: {
    '--account <name>': {
      about: 'a parked account, for every repository of this machine',
      offers: 'accounts',
    },
    '--model <name>': { about: 'a parked model alone, of that account or of all', offers: 'models' },
    '--harness <name>': { about: 'a parked harness of this project', offers: 'harnesses' },
    '--deliveries': 'records that `after` failed to take',
    '--all': 'all of it',
  },
  async run({ context, stint, given: { category = null }, options, answer }) {
    const { account = null, model = null, harness = null, deliveries: hasDeliveries, all: isAll } = options;
    const request = { category, account, model, harness, hasDeliveries, isAll };
    if (asksForNothing(request)) {
      const found = await stint().resumable();
      answer(found, (each) => renderResumable(each, context.clock.now()), printWrapped);
    } else answer(await stint().resume(request), renderLifted, printWrapped);
  },
});

const NOTHING = 'Nothing is parked, held or set aside.';

/** @throws Problem for --all beside anything else */
function asksForNothing({ isAll, hasDeliveries, ...names }: ResumeRequest): boolean {
  const isNamed = hasDeliveries || Object.values(names).some((name) => name !== null);
  if (isNamed && isAll)
    throw wrongCall('--all lifts everything, so nothing else can be given.', 'Leave out one or the other.');
  return !isNamed && !isAll;
}

function renderResumable({ parked, held, setAside }: Resumable, now: Date): string {
  const lines = [
    ...parked.map(
      (each) =>
        `${parkedLine(each, now)}\n  lift it: stint resume --${each.kind} ${shellWord(each.name)}${each.model === null ? '' : ` --model ${shellWord(each.model)}`}`,
    ),
    ...held.map((each) => `${heldLine(each, now)}\n  lift it: stint resume ${each.category}`),
    ...setAside.map((each) => `${setAsideLine(each)}\n  try it again: stint resume --deliveries`),
  ];
  return lines.length === 0 ? NOTHING : lines.join('\n');
}

function renderLifted({ lifted }: { readonly lifted: readonly Lifted[] }): string {
  return lifted.length === 0 ? NOTHING : lifted.map(liftedLine).join('\n');
}

function liftedLine({ kind, name, model, was }: Lifted): string {
  const what = `${model === null ? '' : `model ${model} of `}${kind} ${oneLine(name, 80)}`;
  if (was === null) return `${what}: nothing was in its way.`;
  return was.until === null
    ? `${what} is tried again by the next start (${oneLine(was.reason, 120)}).`
    : `${what} may start again; it had until ${was.until.slice(0, 16).replace('T', ' ')} UTC (${oneLine(was.reason, 120)}).`;
}
