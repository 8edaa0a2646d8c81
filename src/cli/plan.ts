import type { Command } from 'commander';
import type { Choice, ScoredCategory } from '../domain/plan.ts';
import type { CliContext, VerbModule } from './context.ts';
import { seedOf, seedOption, topOption, type DrawOptions } from './draw-options.ts';
import { untilText } from './moment.ts';
import { withProject } from './open.ts';
import { printJson, printWrapped, style, table } from './print.ts';

const HELP = `
Says what \`stint fanout\` would start now, with every part of every score. Starts
nothing. A score is one draw from what is believed about a category's grade,
less 0.05, plus a bonus for neglected ones; only positive scores start.

Examples:
  $ stint plan --top 3               the three that would start
  $ stint plan --seed 7 --json       the same draw again, as JSON
`;

interface PlanCliOptions extends DrawOptions {
  readonly exitCode?: boolean;
}

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .addOption(topOption())
    .addOption(seedOption())
    .option('--exit-code', 'exit with 75 when nothing would start')
    .addHelpText('after', HELP);
  command.action(async (options: PlanCliOptions) => {
    await withProject(context, options, 'read', async (project) => {
      const { planNow } = await import('../control/plan-now.ts');
      const choice = await planNow(project, seedOf(options), options.top ?? project.settings().schedule.top);
      if (options.json) printJson(choice);
      else printWrapped(renderChoice(choice, context.clock.now()));
      if (options.exitCode && choice.rest) process.exitCode = 75;
    });
  });
};

/** A choice for people: what starts first, then the rest with its scores, then what may not start. */
export function renderChoice(choice: Choice, now: Date): string {
  const row = (mark: string, each: ScoredCategory): string[] => {
    const { thompson, diversity, lessons, plateau } = each.components;
    return [
      mark,
      each.category,
      ...[each.score, thompson, diversity, lessons, plateau].map((part) => part.toFixed(3)),
    ];
  };
  const rows = [
    ...choice.chosen.map((each) => row('▸', each)),
    ...choice.notChosen.map((each) => row(' ', each)),
  ];
  const lines =
    rows.length > 0
      ? [
          table(
            ['', 'category', 'score', 'thompson', 'diversity', 'lessons', 'plateau'],
            rows,
            [2, 3, 4, 5, 6],
          ),
        ]
      : [];
  for (const { category, reason, until } of choice.ineligible)
    lines.push(`  ${category} may not start: ${reason}${until ? ` (until ${untilText(until, now)})` : ''}`);
  lines.push(
    choice.rest
      ? `rests: ${choice.rest.reason}${choice.rest.until ? ` (until ${untilText(choice.rest.until, now)})` : ''}`
      : `would start: ${choice.chosen.map(({ category }) => category).join(', ')}`,
  );
  lines.push(style('dim', `seed ${choice.seed}`));
  return lines.join('\n');
}
