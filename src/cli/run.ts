import { Option, type Command } from 'commander';
import { LONGEST_TIMER_MS } from '../lib/clock.ts';
import { countOf } from '../lib/count-of.ts';
import { parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { drawSeed } from '../lib/random.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, CommonOptions, Completions, VerbModule } from './context.ts';
import { seedOption } from './draw-options.ts';
import { exitCodeOf } from './exit-code.ts';
import { createLiveView } from './live-view.ts';
import { note, print, printJson } from './print.ts';
import { lastLines, recordLine } from './session-lines.ts';
import { namedPlace, withProject } from './open.ts';
import type { ClaimedKey } from '../control/claim-key.ts';
import type { Project, ProjectPlace } from '../control/project.ts';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import { describeCommand, type Plan } from '../domain/plan.ts';

const HELP = `
Runs one session of a category of stint.yaml: takes the category's lock, starts
the agent in a worktree of its own, watches it, judges what it did, and writes
one record. Without a category the best one is chosen, as \`stint plan\` would.

Exit codes: 0 productive or nothing to do · 1 failed · 2 usage or configuration
· 75 busy, blocked, resting or at a usage limit · 124 out of time · 130/143
interrupted

Examples:
  $ stint run code            one session of the category "code"
  $ stint run --json          the best category now; the record as JSON
  $ stint run code --key issue-42    never twice, whoever starts it how often
  $ stint run --wrap --timeout 2h -- ./nightly.sh --all
                              a script: lock, supervision, verdict, record
`;

type Reused = Extract<ClaimedKey, { kind: 'reused' }>;

interface RunOptions extends CommonOptions {
  readonly wrap?: boolean;
  readonly category?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly key?: string;
  readonly seed?: number;
  /** The session's id, where a fan-out has promised it already. */
  readonly start?: SessionId;
}

export const completes: Completions = { argument: 'categories' };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .argument('[category]', 'a category of stint.yaml; with --wrap the command')
    .argument('[words...]', 'its arguments')
    .option('--wrap', 'run a command of your own, given after --, without any configuration')
    .option('--category <name>', 'the category of a wrapped command (default: the name of its program)')
    .option(
      '--timeout <duration>',
      'the longest that a wrapped command may run (default: 45m)',
      durationOption,
    )
    .option('--key <name>', 'do this piece of work once: what it has delivered is its result')
    .addOption(seedOption())
    .addOption(new Option('--start <id>', 'how a fan-out starts one').argParser(sessionIdOption).hideHelp())
    .addHelpText('after', HELP);
  command.action(async (first: string | undefined, rest: string[], options: RunOptions) => {
    refuseMixture(first, rest, options);
    if (options.key !== undefined) await refuseKey(options.key);
    const { folder } = namedPlace(context, options);
    const words = first === undefined ? [] : [first, ...rest];
    const wrapped = options.wrap ? await planWrap(words, folder, options) : null;
    const run = async (project: Project): Promise<void> => {
      const { runSession } = await import('../control/session.ts');
      const done = await findDone(project, options);
      if (done) return printReused(done, options);
      const wanted = wrapped ?? (await planFor(project, first, options, context.interrupted));
      const claimed = await claim(project, context, wanted, options);
      if (claimed.kind === 'reused') return printReused(claimed, options);
      const { plan } = claimed;
      const view = createLiveView(process.stderr, options.json === true);
      const record = await runSession(project, plan, {
        cancelled: context.interrupted,
        ...(options.start === undefined ? {} : { id: options.start }),
        onAccepted: async () => {
          claimed.release();
          await keepLog(project, options);
          await warnAboutCheckout(project, plan);
          if (first !== undefined && wrapped === null) await warnAboutPressure(project);
          if (plan.setup && plan.isolation === 'worktree')
            view.say(`${plan.category}  setting up its worktree: ${describeCommand(plan.setup)}`);
        },
        onEnded: ({ id }) => {
          view.remove(id);
          if (plan.check)
            view.say(`${plan.category} ${id.slice(0, 4)}  ended; judging it: ${describeCommand(plan.check)}`);
        },
        onProgress: view.update,
        onTrouble: view.warn,
      }).finally(() => {
        view.stop();
        claimed.release();
      });
      if (options.json) printJson(record);
      else print(lastLines(record));
      process.exitCode = exitCodeOf(record);
    };
    const refuse = (place: ProjectPlace): Promise<void> => refuseEarly(place, wrapped, first);
    await withProject(context, options, wrapped ? 'wrap' : 'write', run, refuse);
  });
};

/** What has delivered already under that key; asked before any lock and any plan. */
async function findDone(project: Project, { key }: RunOptions): Promise<Reused | null> {
  if (key === undefined) return null;
  const { findDelivered } = await import('../control/claim-key.ts');
  return findDelivered(project, key);
}

/** What `--key` allows; without one everything may start. */
async function claim(
  project: Project,
  context: CliContext,
  plan: Plan,
  { key }: RunOptions,
): Promise<ClaimedKey> {
  if (key === undefined) return { kind: 'start', plan, notes: [], release: () => undefined };
  const { claimKey } = await import('../control/claim-key.ts');
  const onTrouble = (sentence: string): void => note(`stint: ${sentence}`);
  const claimed = await claimKey(project, plan, key, { cancelled: context.interrupted, onTrouble });
  if (claimed.kind === 'start') claimed.notes.forEach(onTrouble);
  return claimed;
}

function printReused({ record, reason }: Reused, options: RunOptions): void {
  const { id, thread, key, outcome, grade, commits } = record;
  if (options.json) printJson({ id, thread, key, reused: true, reason, outcome, grade, commits });
  else print(`Nothing was started: ${reason}.\n${recordLine(record)}`);
}

async function planWrap(words: readonly string[], folder: string, options: RunOptions): Promise<Plan> {
  const { wrapPlan } = await import('../control/wrap-plan.ts');
  return wrapPlan({
    words,
    folder,
    category: options.category ?? null,
    timeoutMs: options.timeout ?? null,
  });
}

/** What no state can make right is refused before there is one. */
async function refuseEarly(
  place: ProjectPlace,
  wrapped: Plan | null,
  category: string | undefined,
): Promise<void> {
  const { refuseCategory } = await import('../control/refuse-early.ts');
  const { checkPlan } = await import('../control/begin-session.ts');
  if (wrapped) await checkPlan(place, wrapped);
  else if (category !== undefined) await refuseCategory(place, category);
}

async function refuseKey(key: string): Promise<void> {
  const { requireKey } = await import('../control/claim-key.ts');
  requireKey(key);
}

/** Options of one form beside the other would be ignored, which nobody means. */
function refuseMixture(first: string | undefined, rest: readonly string[], options: RunOptions): void {
  const hint = 'See `stint run --help`.';
  if (options.wrap) {
    if (options.seed === undefined && options.start === undefined) return;
    throw new Problem('usage', 'Nothing is drawn for a wrapped command.', 'Leave --seed out.');
  }
  if (rest.length > 0)
    throw new Problem(
      'usage',
      `"${oneLine(rest[0] ?? '', 80)}" is one word too many: \`run\` takes one category.`,
      hint,
    );
  const extra =
    options.category !== undefined ? '--category' : options.timeout !== undefined ? '--timeout' : null;
  if (extra)
    throw new Problem(
      'usage',
      `${extra} is for --wrap; "${oneLine(first ?? 'the chosen category', 80)}" has its own in stint.yaml.`,
      hint,
    );
}

function durationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null && ms > 0 && ms <= LONGEST_TIMER_MS) return ms;
  throw new Problem(
    'usage',
    `--timeout is "${oneLine(text, 40)}".`,
    'It must be a duration such as 90s, 45m or 2h, at most 24d.',
  );
}

function sessionIdOption(text: string): SessionId {
  if (isSessionId(text)) return text;
  throw new Problem('usage', `--start is "${oneLine(text, 40)}", which is no session's id.`, 'Leave it out.');
}

/** What this process prints belongs to its session from now on. */
async function keepLog(project: Project, { start }: RunOptions): Promise<void> {
  if (start === undefined) return;
  const { keepStartLog } = await import('../control/release-session.ts');
  keepStartLog(project, start);
}

async function planFor(
  project: Project,
  category: string | undefined,
  { seed, start }: RunOptions,
  cancelled: AbortSignal,
): Promise<Plan> {
  const { makePlan, requireCategory } = await import('../control/make-plan.ts');
  const { decideNow } = await import('../control/plan-now.ts');
  const settings = project.settings();
  if (category !== undefined) {
    const { requireArm } = await import('../control/pick-arm.ts');
    const wanted = requireCategory(settings, category);
    const arm = await requireArm(project, wanted, seed ?? drawSeed());
    const runType = start === undefined ? 'manual' : 'timer';
    return makePlan(settings, wanted, { runType, seed: seed ?? null, arm });
  }
  const { choice } = await decideNow(project, { seed: seed ?? drawSeed(), top: 1, cancelled });
  const best = choice.chosen[0];
  if (!best) {
    const until = choice.rest?.until ? ` until ${choice.rest.until}` : '';
    throw new Problem(
      'rest',
      `Nothing may start now: ${choice.rest?.reason ?? 'nothing is eligible'}${until}.`,
      'See `stint plan`.',
      75,
    );
  }
  const { harness, model, candidates } = best;
  return makePlan(settings, requireCategory(settings, best.category), {
    runType: 'manual',
    seed: choice.seed,
    arm: { seed: choice.seed, harness, model, candidates },
  });
}

/** Whoever names a category has decided; but what would have kept a plan from starting it is worth a word. */
async function warnAboutPressure(project: Project): Promise<void> {
  const { findPressure } = await import('../control/find-pressure.ts');
  const found = await findPressure(project);
  if (found.length > 0) note(`stint: a plan would start nothing now: ${found.join(', ')}.`);
}

/** What a person may not expect of the checkout, before the session starts. */
async function warnAboutCheckout(project: Project, plan: Plan): Promise<void> {
  const { readStatus } = await import('../lib/repository.ts');
  const { repository } = project;
  if (repository.commonDir === null) return;
  if (repository.branch === null && repository.head && plan.base === null)
    note(`stint: HEAD is detached at ${repository.head.slice(0, 12)}; the session starts from that commit.`);
  // A word of warning must not keep a session from starting.
  const changed = await readStatus(repository.top).then(
    ({ length }) => length,
    () => 0,
  );
  if (changed === 0) return;
  const files = countOf(changed, 'uncommitted file');
  const be = changed === 1 ? 'is' : 'are';
  if (plan.isolation === 'worktree')
    note(
      `stint: ${files} in this checkout ${be} not part of the session, which starts from the last commit.`,
    );
  else
    note(
      `stint: ${files} in this shared checkout ${be} nobody's; only commits of the session count as its work.`,
    );
}
