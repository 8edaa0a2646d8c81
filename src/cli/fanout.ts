import type { Command } from 'commander';
import type { CliContext, VerbModule } from './context.ts';
import { seedOf, seedOption, topOption, type DrawOptions } from './draw-options.ts';
import { createLiveView } from './live-view.ts';
import { untilText } from './moment.ts';
import { withProject } from './open.ts';
import { print, printJson } from './print.ts';
import { recordLine } from './session-lines.ts';

const HELP = `
Plans, starts the best categories at once (each behind its own lock), and waits
until each has its record.

Exit codes: 0 when any session started · 75 when none could

Examples:
  $ stint fanout --top 3             up to three sessions at once
  $ stint fanout --seed 7 --json     a plan that can be repeated, as JSON
`;

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command.addOption(topOption()).addOption(seedOption()).addHelpText('after', HELP);
  command.action(async (options: DrawOptions) => {
    await withProject(context, options, 'write', async (project) => {
      const { fanout } = await import('../control/fanout.ts');
      const view = createLiveView(process.stderr, options.json === true);
      const result = await fanout(project, {
        seed: seedOf(options),
        top: options.top ?? project.settings().schedule.top,
        cancelled: context.interrupted,
        onProgress: view.update,
        onTrouble: view.warn,
        onRecord: (record) => {
          view.remove(record.id);
          view.say(recordLine(record));
        },
      }).finally(view.stop);
      if (options.json) {
        printJson({
          spawned: result.spawned,
          skipped: result.skipped,
          rest: result.choice.rest,
          seed: result.choice.seed,
        });
      } else {
        print(`spawned=${result.spawned.length}, skipped=${result.skipped.length}`);
        if (result.spawned.length > 0)
          print(`started: ${result.spawned.map(({ category }) => category).join(', ')}`);
        for (const { category, reason, until } of result.choice.ineligible)
          print(
            `${category} may not start: ${reason}${until ? ` (until ${untilText(until, context.clock.now())})` : ''}`,
          );
        for (const { category, reason } of result.skipped) print(`skipped ${category}: ${reason}`);
        if (result.choice.rest)
          print(
            `rests: ${result.choice.rest.reason}${result.choice.rest.until ? ` (until ${untilText(result.choice.rest.until, context.clock.now())})` : ''}`,
          );
      }
      process.exitCode = result.spawned.length > 0 ? 0 : 75;
    });
  });
};
