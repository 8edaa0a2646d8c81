import type { Arm, ArmBelief, HarnessArm } from '../domain/belief.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { countOf } from '../lib/quantities.ts';
import type { BeliefReport, RebuiltBeliefs, ShownBelief } from '../stint/data.ts';
import { leftOutLine } from './left-out-line.ts';
import { deed } from './option-words.ts';
import { linesOf, printWrapped, style, table } from './print.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
show: what is believed about the grade of each category, of each harness and
model in it, and of each run type, with 95 % intervals, and where a change was
detected. docs/learning.md says how that comes about.

rebuild: beliefs are made of the records alone. It drops what was kept of them
to be quick, folds all records again, and says whether the same came out.

Exit codes of rebuild: 0 the same · 1 it differed; what holds now is right

Examples:
  $ stint learn show --category code
  $ stint learn show --json
  $ stint learn rebuild
`,
  takes: { '<what>': deed('learn', ['show', 'rebuild']) },
  options: { '--category <name>': { about: 'show only this one (default: all)', offers: 'categories' } },
  async run({ stint, given, options: { category }, answer }) {
    if (given.what === 'show') return answer(await stint().beliefs(category), renderBeliefs, printWrapped);
    if (category !== undefined)
      throw wrongCall('--category is for show; all beliefs are rebuilt.', 'Leave it out.');
    const rebuilt = await stint().rebuildBeliefs();
    answer(rebuilt, renderRebuilt, printWrapped);
    if (!rebuilt.identical) process.exitCode = 1;
  },
});

/** Places from 0 to 1 in a drawn interval. */
const WIDTH = 17;

/** The beliefs as text: one row for each arm with its interval drawn, then the latest changes. */
function renderBeliefs({ arms, sessions, updates, imported, leftOut }: BeliefReport): string {
  const rows = arms.map((each) => [
    nameOf(each),
    each.mean.toFixed(2),
    `${each.interval[0].toFixed(2)}–${each.interval[1].toFixed(2)}`,
    drawn(each),
    String(each.updates),
    each.lastAt?.slice(0, 10) ?? 'never',
  ]);
  const of = imported ? 'sessions, imported ones too' : 'own sessions';
  return [
    table(['grade of', 'mean', '95 %', `0${' '.repeat(WIDTH - 2)}1`, 'n', 'last'], rows, [1, 4]),
    ...linesOf(arms.map(changeOf)),
    style('dim', `of ${sessions} ${of}, ${updates} say something about the work`),
    ...linesOf(leftOutLine(leftOut)),
  ].join('\n');
}

function nameOf({ arm, isConfigured }: ShownBelief): string {
  // Under its category.
  const name = arm.kind === 'harness' ? `  ${withModel(arm)}` : fullName(arm);
  return isConfigured ? name : `${name} (not configured)`;
}

function fullName(arm: Arm): string {
  switch (arm.kind) {
    case 'category':
      return arm.category;
    case 'harness':
      return `${withModel(arm)} in ${arm.category}`;
    case 'run-type':
      return `run type ${arm.runType}`;
  }
}

function withModel({ harness, model }: HarnessArm): string {
  return oneLine(model === null ? harness : `${harness}, ${model}`, 60);
}

/** `···├──●───┤·····`: where 95 % of the posterior lie, and its mean. */
function drawn({ interval: [low, high], mean }: ShownBelief): string {
  const place = (value: number): number => Math.round(value * (WIDTH - 1));
  const cells: string[] = Array.from({ length: WIDTH }, (_, at) =>
    at > place(low) && at < place(high) ? '─' : '·',
  );
  cells[place(low)] = '├';
  cells[place(high)] = '┤';
  cells[place(mean)] = '●';
  return cells.join('');
}

/** Empty while all that it gave still counts in full, or nearly. */
function changeOf({ arm, changes, changedAt, evidence, updates, weight }: ShownBelief): string {
  const says = `${countOf(updates, 'session')}, which count as ${evidence.toFixed(1)}`;
  const were = changes === 1 ? 'a change was' : `${changes} changes were`;
  if (changedAt !== null)
    return `${fullName(arm)}: ${were} detected, last on ${changedAt.slice(0, 10)}; ${says}`;
  return weight < 0.8 && updates > 0 ? `${fullName(arm)}: others were played instead; ${says}` : '';
}

/** Whether the same came out, and else what. */
function renderRebuilt({ identical, sessions, snapshots, differences }: RebuiltBeliefs): string {
  const done = `folded ${countOf(sessions, 'session')} again; ${countOf(snapshots.dropped, 'snapshot')} dropped, ${snapshots.kept} kept anew`;
  if (identical) return `identical: ${done}`;
  const rows = differences.map(({ arm, before, after }) => [fullName(arm), numbers(before), numbers(after)]);
  return linesOf(`DIFFERENT: ${done}`, rows.length > 0 && table(['grade of', 'before', 'now'], rows)).join(
    '\n',
  );
}

function numbers(belief: ArmBelief | null): string {
  return belief === null
    ? 'nothing'
    : // With every digit: it may be the last one that differs.
      `mean ${belief.mean}, ${belief.evidence} of ${belief.updates}`;
}
