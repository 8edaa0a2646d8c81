import type { Command } from 'commander';
import type { Clock } from '../lib/clock.ts';
import { countOf } from '../lib/count-of.ts';
import { drawSeed } from '../lib/random.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, Completions, VerbModule } from './context.ts';
import { addRunOptions, refuseMixture, type RunOptions } from './run-options.ts';
import { exitCodeOf } from './exit-code.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { note, print, printJson, printWrapped } from './print.ts';
import { lastLines, recordLine, restLine } from './session-lines.ts';
import { drainAtEnd, namedPlace, withProject } from './open.ts';
import type { Chain, ChainOptions } from '../control/loop/back-to-back.ts';
import type { ClaimedKey } from '../control/loop/claim-key.ts';
import type { Project, ProjectPlace } from '../control/project/project.ts';
import { describeCommand, type Plan } from '../domain/plan.ts';

const HELP = `
Runs one session of a category of stint.yaml: takes the category's lock, starts
the agent in a worktree of its own, watches it, judges what it did, and writes
one record. Without a category the best one is chosen, as \`stint plan\` would.
--slot does one-off work beside the categories; with a category it borrows its
settings, and takes nothing of its lock, its cooldown or what is believed of it.
With --respawn the exit code is that of the last session.

Exit codes: 0 productive or nothing to do · 1 failed · 2 usage or configuration
· 75 busy, blocked, resting or at a usage limit · 124 out of time · 130/143
interrupted

Examples:
  $ stint run code            one session of the category "code"
  $ stint run --json          the best category now; the record as JSON
  $ stint run code --respawn  once more after its cooldown, if it was good
  $ stint run code --key issue-42    never twice, whoever starts it how often
  $ stint run --slot --prompt 'Why is CI slow?'    one-off work, in no category
  $ stint run --wrap --timeout 2h -- ./nightly.sh --all
                              a script: lock, supervision, verdict, record
`;

type Reused = Extract<ClaimedKey, { kind: 'reused' }>;

export const completes: Completions = { argument: 'categories' };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  addRunOptions(command).addHelpText('after', HELP);
  command.action(async (first: string | undefined, rest: string[], options: RunOptions) => {
    refuseMixture(first, rest, options);
    if (options.key !== undefined) await refuseKey(options.key);
    const { folder } = namedPlace(context, options);
    const words = first === undefined ? [] : [first, ...rest];
    const wrapped = options.wrap ? await planWrap(words, folder, options) : null;
    const run = async (project: Project): Promise<void> => {
      try {
        await runCall(project, context, first, wrapped, options);
      } finally {
        await drainAtEnd(project, context);
      }
    };
    const refuse = (place: ProjectPlace): Promise<void> => refuseEarly(place, wrapped, first, options);
    await withProject(context, options, wrapped ? 'wrap' : 'write', run, refuse);
  });
};

async function runCall(
  project: Project,
  context: CliContext,
  first: string | undefined,
  wrapped: Plan | null,
  options: RunOptions,
): Promise<void> {
  const done = await findDone(project, options);
  if (done) return printReused(done, options);
  const wanted = wrapped ?? (await planFor(project, first, options, context.interrupted));
  const claimed = await claim(project, context, wanted, options);
  if (claimed.kind === 'reused') return printReused(claimed, options);
  const { plan, release } = claimed;
  const session: ChainOptions = {
    cancelled: context.interrupted,
    release,
    isRespawned: options.respawn === true,
    ...(options.start === undefined ? {} : { id: options.start }),
  };
  const view = createLiveView(process.stderr, options.json === true);
  const warned = followRun(project, plan, view, context.clock);
  const chain = await runAll(project, plan, session, options).finally(() => {
    release();
    view.stop();
  });
  await warned();
  printChain(chain, options);
  const last = chain.records.at(-1) ?? chain.records[0];
  if (last.outcome !== 'productive') await noteParked(project, plan);
  process.exitCode = exitCodeOf(last);
}

/** Shows what happens. @returns what waits until everything is said that the start of the session has set off */
function followRun(project: Project, plan: Plan, view: LiveView, clock: Clock): () => Promise<void> {
  let warned: Promise<void> | null = null;
  project.events.subscribe((event) => {
    view.hear(event);
    if (event.name === 'session.promised') {
      const { session, setup } = event;
      warned ??= warnAboutCheckout(project, plan);
      if (setup) view.say(`${session.category}  setting up its worktree: ${describeCommand(setup)}`);
    } else if (event.name === 'session.ended' && event.check) {
      const { id, category } = event.session;
      view.say(`${category} ${id.slice(0, 4)}  ended; judging it: ${describeCommand(event.check)}`);
    } else if (event.name === 'respawn.scheduled') view.say(restLine(event.record, event.until, clock.now()));
  });
  return async () => warned ?? undefined;
}

/** One-off work stands for itself; whatever else there is may be followed by more of it. */
async function runAll(
  project: Project,
  plan: Plan,
  session: ChainOptions,
  { slot }: RunOptions,
): Promise<Chain> {
  if (slot) {
    const { runInSlot } = await import('../control/loop/plan-slot.ts');
    return { records: [await runInSlot(project, plan, session)], ended: null };
  }
  const { runBackToBack } = await import('../control/loop/back-to-back.ts');
  return runBackToBack(project, plan, session);
}

/** What met the session meets others too: until when, and who is to act. */
async function noteParked(project: Project, plan: Plan): Promise<void> {
  const { listParkedNow } = await import('../control/custody/list-parked.ts');
  const { parkedLine } = await import('./parked-line.ts');
  const own = (await listParkedNow(project)).filter(
    ({ kind, name }) => name === (kind === 'account' ? plan.accountId : plan.harness),
  );
  for (const each of own) note(`stint: ${parkedLine(each, project.clock.now())}`);
}

/** What has delivered already under that key; asked before any lock and any plan. */
async function findDone(project: Project, { key }: RunOptions): Promise<Reused | null> {
  if (key === undefined) return null;
  const { findDelivered } = await import('../control/loop/claim-key.ts');
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
  const { claimKey } = await import('../control/loop/claim-key.ts');
  const claimed = await claimKey(project, plan, key, { cancelled: context.interrupted });
  if (claimed.kind === 'start') for (const sentence of claimed.notes) note(`stint: ${sentence}`);
  return claimed;
}

/** One session, or all that ran back to back and why no more did. */
function printChain({ records, ended }: Chain, options: RunOptions): void {
  if (options.json) return printJson(options.respawn ? { sessions: records, ended } : records[0]);
  for (const record of records) print(lastLines(record));
  if (ended !== null) printWrapped(`no further session: ${ended}`);
}

function printReused({ record, reason }: Reused, options: RunOptions): void {
  const { id, thread, key, outcome, grade, commits } = record;
  if (options.json) printJson({ id, thread, key, reused: true, reason, outcome, grade, commits });
  else print(`Nothing was started: ${reason}.\n${recordLine(record)}`);
}

async function planWrap(words: readonly string[], folder: string, options: RunOptions): Promise<Plan> {
  const { wrapPlan } = await import('../control/planning/wrap-plan.ts');
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
  { slot, prompt }: RunOptions,
): Promise<void> {
  const { refuseCategory, refuseSlot } = await import('../control/planning/refuse-early.ts');
  const { checkPlan } = await import('../control/planning/check-plan.ts');
  if (wrapped) await checkPlan(place, wrapped);
  else if (slot) await refuseSlot(place, { prompt: prompt ?? '', category: category ?? null });
  else if (category !== undefined) await refuseCategory(place, category);
}

async function refuseKey(key: string): Promise<void> {
  const { requireKey } = await import('../control/loop/claim-key.ts');
  requireKey(key);
}

async function planFor(
  project: Project,
  category: string | undefined,
  { seed, start, choice, slot, prompt }: RunOptions,
  cancelled: AbortSignal,
): Promise<Plan> {
  if (slot) {
    const { planSlot } = await import('../control/loop/plan-slot.ts');
    return planSlot(project, { prompt: prompt ?? '', category: category ?? null });
  }
  const { requireCategory } = await import('../control/planning/make-plan.ts');
  const { planSession } = await import('../control/planning/plan-session.ts');
  const { decideNow } = await import('../control/planning/plan-now.ts');
  const settings = project.settings();
  if (category !== undefined) {
    if (start === undefined) await warnAboutPressure(project);
    const runType = start === undefined ? 'manual' : 'timer';
    return planSession(project, requireCategory(settings, category), { runType, seed: seed ?? null, choice });
  }
  const { endOverdue } = await import('../control/session/end-overdue.ts');
  await endOverdue(project, { cancelled });
  const { choice: decided, number } = await decideNow(project, {
    seed: seed ?? drawSeed(),
    top: 1,
    cancelled,
  });
  const best = decided.chosen[0];
  if (!best) {
    const { rest } = decided;
    const until = rest?.until ? ` until ${rest.until}` : '';
    throw new Problem(
      rest?.kind === 'harness' ? 'harness_missing' : 'rest',
      `Nothing may start now: ${rest?.reason ?? 'nothing is eligible'}${until}.`,
      'See `stint plan`.',
      // What has to be installed no waiting brings.
      rest?.kind === 'harness' ? 1 : 75,
    );
  }
  return planSession(project, requireCategory(settings, best.category), {
    runType: 'manual',
    seed: decided.seed,
    choice: number,
    chosen: best,
  });
}

/** Whoever names a category has decided; but what would have kept a plan from starting it is worth a word. */
async function warnAboutPressure(project: Project): Promise<void> {
  const { findPressure } = await import('../control/planning/find-pressure.ts');
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
