import { Option, type Command } from 'commander';
import type { SessionRecord } from '../domain/record.ts';
import type { Project, ProjectPlace } from '../control/project/project.ts';
import type { ReleasedSession } from '../control/loop/release-session.ts';
import type { ChosenOptions, StartedChoice } from '../control/loop/start-chosen.ts';
import { oneLine } from '../lib/plain-text.ts';
import { drawSeed, seededRandom } from '../lib/random.ts';
import type { CliContext, VerbModule } from './context.ts';
import { seedOf, respawnOption, seedOption, topOption, type DrawOptions } from './draw-options.ts';
import { createLiveView } from './live-view.ts';
import { untilText } from './moment.ts';
import { drainAtEnd, namedPlace, withProject } from './open.ts';
import { note, print, printJson, printWrapped } from './print.ts';
import { recordLine, restLine } from './session-lines.ts';

const HELP = `
Plans, starts the best categories at once (each behind its own lock), and waits
until each has its record. With --detach or --systemd it returns when each has
begun, and each goes on by itself, without this terminal; what its supervisor
prints is in supervisor.log in the session's folder. \`stint status\` shows them,
\`stint stop ID\` ends one in order.

Exit codes: 0 when any session started · 75 when none could

Examples:
  $ stint fanout --top 3             up to three sessions at once
  $ stint fanout --detach            the same, and the terminal is free again
  $ stint fanout --systemd           each as a service of your systemd, named
                                     stint-CATEGORY-ID
  $ stint fanout --respawn           what went well, once more after a rest
  $ stint fanout --seed 7 --json     a plan that can be repeated, as JSON
`;

interface FanoutCall extends DrawOptions {
  readonly respawn?: boolean;
  readonly detach?: boolean;
  readonly systemd?: boolean;
}

/** What came of it, whoever looks after the sessions. */
type Started = StartedChoice<SessionRecord | ReleasedSession>;

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .addOption(topOption())
    .addOption(seedOption())
    .option('--detach', 'let them go on by themselves, and return when all have begun')
    .addOption(
      new Option('--systemd', 'the same, each as a transient service of your systemd').conflicts('detach'),
    )
    .addOption(respawnOption())
    .addHelpText('after', HELP);
  command.action(async (options: FanoutCall) => {
    const refuse = (place: ProjectPlace): Promise<void> => refuseSystemd(place, options);
    const work = async (project: Project): Promise<void> => {
      const seed = seedOf(options);
      const chosen: ChosenOptions = {
        seed,
        top: options.top ?? project.settings().schedule.top,
        random: seededRandom(drawSeed()),
        cancelled: context.interrupted,
      };
      const isReleased = options.detach === true || options.systemd === true;
      const result = isReleased
        ? await release(project, context, chosen, options)
        : await wait(project, context, chosen, options);
      report(result, options, context);
      // Sessions that go on by themselves drain it too, and nobody waits for them.
      if (!isReleased || result.spawned.length === 0) await drainAtEnd(project, context);
    };
    await withProject(context, options, 'write', work, refuse);
  });
};

/** Where nothing could start so, nothing is chosen either. */
async function refuseSystemd({ repository, env }: ProjectPlace, options: FanoutCall): Promise<void> {
  if (!options.systemd) return;
  const { requireUserManager } = await import('../run/systemd-unit.ts');
  await requireUserManager(repository.top, env);
}

async function wait(
  project: Project,
  context: CliContext,
  chosen: ChosenOptions,
  options: FanoutCall,
): Promise<Started> {
  const { fanout } = await import('../control/loop/fanout.ts');
  const view = createLiveView(process.stderr, options.json === true);
  const own = new Set<string>();
  project.events.subscribe((event) => {
    view.hear(event);
    if (event.name === 'session.promised') own.add(event.session.id);
    else if (event.name === 'respawn.scheduled')
      view.say(restLine(event.record, event.until, context.clock.now()));
    // The record of a session that an earlier supervisor left is settled silently.
    else if (event.name === 'record.written' && own.has(event.record.id)) view.say(recordLine(event.record));
  });
  return fanout(project, { ...chosen, isRespawned: options.respawn === true }).finally(view.stop);
}

async function release(
  project: Project,
  context: CliContext,
  chosen: ChosenOptions,
  options: FanoutCall,
): Promise<Started> {
  const { releaseChosen } = await import('../control/loop/release-session.ts');
  if (options.systemd) await noteRefused(project);
  const { configFile } = namedPlace(context, options);
  const words = [
    ...(configFile === undefined ? [] : ['--config', configFile]),
    ...(options.set ?? []).flatMap((setting) => ['--set', setting]),
  ];
  return releaseChosen(project, {
    ...chosen,
    way: options.systemd ? 'systemd' : 'detach',
    isRespawned: options.respawn === true,
    words,
  });
}

async function noteRefused({ env }: Project): Promise<void> {
  const { passedVariables } = await import('../run/systemd-unit.ts');
  const { refused } = passedVariables(env);
  if (refused.length > 0)
    note(
      `stint: systemd takes no such variables, so the sessions go without: ${oneLine(refused.join(', '), 300)}.`,
    );
}

function report(
  { choice, number, spawned, skipped }: Started,
  options: FanoutCall,
  context: CliContext,
): void {
  process.exitCode = spawned.length > 0 ? 0 : 75;
  const { ineligible, rest, seed } = choice;
  if (options.json) return printJson({ spawned, skipped, ineligible, rest, seed, choice: number });
  print(`spawned=${spawned.length}, skipped=${skipped.length}`);
  if (spawned.length > 0) printWrapped(`started: ${spawned.map(nameOf).join(', ')}`);
  const until = (at: string | null): string =>
    at === null ? '' : ` (until ${untilText(at, context.clock.now())})`;
  for (const { category, reason, until: at } of ineligible)
    print(`${category} may not start: ${reason}${until(at)}`);
  for (const { category, reason } of skipped) print(`skipped ${category}: ${reason}`);
  if (rest) print(`rests: ${rest.reason}${until(rest.until)}`);
}

/** With what to ask for it by, where it still runs. */
function nameOf(session: SessionRecord | ReleasedSession): string {
  return 'unit' in session ? `${session.category} ${session.unit ?? session.id}` : session.category;
}
