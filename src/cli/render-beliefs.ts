import type { Arm, ArmBelief, HarnessArm } from '../domain/belief.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { BeliefReport, RebuiltBeliefs, ShownBelief } from '../stint/data.ts';
import { style, table } from './print.ts';

/** Places from 0 to 1 in a drawn interval. */
const WIDTH = 17;

/** What is believed, for people: a row an arm, its interval drawn; then what changed. */
export function renderBeliefs({ arms, sessions, updates, imported }: BeliefReport): string {
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
    ...arms.flatMap(changeOf),
    style('dim', `of ${sessions} ${of}, ${updates} say something about the work`),
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

/** Nothing while all that it gave still counts in full, or nearly. */
function changeOf({ arm, changes, changedAt, evidence, updates, weight }: ShownBelief): string[] {
  const name = fullName(arm);
  const says = `${countOf(updates, 'session')}, which count as ${evidence.toFixed(1)}`;
  if (changedAt !== null)
    return [
      `${name}: ${changes === 1 ? 'a change was' : `${changes} changes were`} detected, last on ${changedAt.slice(0, 10)}; ${says}`,
    ];
  if (weight < 0.8 && updates > 0) return [`${name}: others were played instead; ${says}`];
  return [];
}

/** Whether the same came out, and else what. */
export function renderRebuilt({ identical, sessions, snapshots, differences }: RebuiltBeliefs): string {
  const done = `folded ${countOf(sessions, 'session')} again; ${countOf(snapshots.dropped, 'snapshot')} dropped, ${snapshots.kept} kept anew`;
  if (identical) return `identical: ${done}`;
  const rows = differences.map(({ arm, before, after }) => [fullName(arm), numbers(before), numbers(after)]);
  return [
    `DIFFERENT: ${done}`,
    ...(rows.length > 0 ? [table(['grade of', 'before', 'now'], rows)] : []),
  ].join('\n');
}

function numbers(belief: ArmBelief | null): string {
  return belief === null
    ? 'nothing'
    : // With every digit: it may be the last one that differs.
      `mean ${belief.mean}, ${belief.evidence} of ${belief.updates}`;
}
