import type { Command } from 'commander';
import type { Project } from '../control/project/project.ts';
import type { Decision } from '../domain/choice.ts';
import type { StoredDecision } from '../store/choices.ts';
import { oneLine } from '../lib/plain-text.ts';
import { Problem } from '../lib/problem.ts';
import type { CliContext, Completions, VerbModule } from './context.ts';
import { seedOf, seedOption, topOption, type DrawOptions } from './draw-options.ts';
import { requireSession, withProject } from './open.ts';
import { print, printJson, printWrapped } from './print.ts';
import { renderChoice } from './render-choice.ts';

const HELP = `
Says what \`stint fanout\` would start now, with every part of every score. Starts
nothing. A score is one draw from what is believed about a category's grade,
less 0.05, plus a bonus for neglected ones, less what a standstill costs; only
positive scores start. --why says it in words, for one category. --replay shows
a choice that somebody went by, makes it again from what is stored, and exits
with 1 where it comes out differently.

Examples:
  $ stint plan --top 3               the three that would start
  $ stint plan --seed 7 --json       the same draw again, as JSON
  $ stint plan --seed 7 --why code   everything behind one score
  $ stint plan --replay last         the newest choice that was acted on
`;

interface PlanCliOptions extends DrawOptions {
  readonly exitCode?: boolean;
  readonly why?: string;
  readonly replay?: string;
  readonly prompt?: boolean;
}

export const completes: Completions = { options: { '--why': 'categories', '--replay': 'sessions' } };

export const configure: VerbModule['configure'] = (command: Command, context: CliContext) => {
  command
    .addOption(topOption())
    .addOption(seedOption())
    .option(
      '--why <category>',
      'every component of its score with the facts behind it, and why it is not chosen',
    )
    .option('--prompt', 'also the whole prompt of each that would start')
    .option(
      '--replay <choice>',
      'a stored choice: its number (`choice` in fanout --json), a session that came of it, or last',
    )
    .option('--exit-code', 'exit with 75 when nothing would start')
    .addHelpText('after', HELP);
  command.action(async (options: PlanCliOptions) => {
    refuseMixture(options);
    await withProject(context, options, 'read', async (project) => {
      const decision = await decide(project, options, context.interrupted);
      const asked = await askMore(project, decision, options);
      if (options.json) printJson({ ...decision.choice, input: decision.input, ...asked.json });
      else {
        printWrapped([renderChoice(decision, context.clock.now()), ...asked.texts].join('\n'));
        for (const text of asked.prompts) print(text);
      }
      if (asked.isDifferent) process.exitCode = 1;
      else if (options.exitCode && decision.choice.rest) process.exitCode = 75;
    });
  });
};

/** A choice that was made is not made anew. */
function refuseMixture(options: PlanCliOptions): void {
  if (options.replay === undefined) return;
  const extra = options.seed !== undefined ? '--seed' : options.top !== undefined ? '--top' : null;
  const other = extra ?? (options.prompt ? '--prompt' : null);
  if (other !== null)
    throw new Problem(
      'usage',
      `${other} is for a new choice, and --replay shows an old one.`,
      'Give one of them.',
    );
}

/** With its number where it is stored: a plan that starts nothing is not. */
type Decided = Decision & Partial<Pick<StoredDecision, 'number'>>;

async function decide(project: Project, options: PlanCliOptions, cancelled: AbortSignal): Promise<Decided> {
  if (options.replay !== undefined) return findStored(project, options.replay);
  const { planNow } = await import('../control/planning/plan-now.ts');
  const top = options.top ?? project.settings().schedule.top;
  return planNow(project, { seed: seedOf(options), top, cancelled });
}

async function findStored(project: Project, which: string): Promise<StoredDecision> {
  const { findDecision } = await import('../control/planning/find-decision.ts');
  if (which === 'last') return findDecision(project, which);
  if (/^\d{1,12}$/.test(which)) return findDecision(project, Number(which));
  return findDecision(project, await requireSession(project, which));
}

interface Asked {
  readonly texts: readonly string[];
  /** As they are: not wrapped. */
  readonly prompts: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  readonly isDifferent: boolean;
}

/** What the options add to the choice itself. */
async function askMore(project: Project, decision: Decided, options: PlanCliOptions): Promise<Asked> {
  const texts: string[] = [];
  let prompts: string[] = [];
  const json: Record<string, unknown> = {};
  let isDifferent = false;
  if (options.replay !== undefined) {
    const { replayChoice } = await import('../plan/replay-choice.ts');
    const { renderReplay } = await import('./render-choice.ts');
    const replayed = replayChoice(decision);
    isDifferent = replayed.kind === 'different';
    json['replayed'] = replayed;
    json['choice'] = decision.number;
    texts.push(renderReplay(decision, replayed));
  }
  if (options.why !== undefined) {
    const { renderWhy } = await import('./render-choice.ts');
    const explained = await explain(project, decision, options.why);
    json['why'] = explained;
    texts.push('', renderWhy(explained));
  }
  if (options.prompt) {
    const { composePrompts } = await import('../control/planning/compose-prompts.ts');
    const composed = composePrompts(project, decision.choice);
    json['prompts'] = composed;
    prompts = composed.map(({ category, prompt }) => `\nprompt of ${category}:\n${prompt}`);
  }
  return { texts, prompts, json, isDifferent };
}

async function explain(project: Project, decision: Decision, category: string) {
  const { explainCategory } = await import('../plan/explain-category.ts');
  const explained = explainCategory(decision, category);
  if (explained) return explained;
  const { requireCategory } = await import('../control/planning/make-plan.ts');
  requireCategory(project.settings(), category);
  throw new Problem('unknown_category', `That choice knew no category "${oneLine(category, 80)}".`, '');
}
