import type { StintEvent } from '../domain/event.ts';
import { oneLine } from '../lib/plain-text.ts';
import { betaQuantile } from '../lib/statistics.ts';
import type { DemoResult } from '../stint/data.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { SEED } from './option-words.ts';
import { linesOf, percent, style, table } from './print.ts';
import { renderReliability } from './render-reliability.ts';
import { recordLine } from './session-lines.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
Makes a scratch repository with six categories of work and plays a day of
sessions on it: real processes, real git, scripted agents, no key and no
network. Some of them misbehave; the demo ends with what was said of each, and
with an audit that finds a lie in a planted history. It fails (exit 1) when any
of it is wrong.

Examples:
  $ stint demo                       half a minute
  $ stint demo --keep --seed 7       the same plan again; keeps the repository
`,
  place: 'nowhere',
  options: { '--keep': 'leave the repository and its records', ...SEED },
  async run({ context, options: { seed, keep: isKept, json }, answer }) {
    const { playDemo } = await import('../stint/outside.ts');
    const view = createLiveView(process.stderr, json);
    const { env, clock, interrupted: cancelled } = context;
    const startMs = clock.monotonicMs();
    const place = { env, clock, cancelled, listener: followDemo(view) };
    const result = await playDemo(place, { seed, isKept }).finally(view.stop);
    answer(result, (each) => renderDemo(each, clock.monotonicMs() - startMs));
    process.exitCode = result.isRight ? 0 : 1;
  },
});

function followDemo(view: LiveView): (event: StintEvent) => void {
  let round = 0;
  return (event) => {
    view.hear(event);
    if (event.name === 'plan.chosen') {
      const names = event.choice.chosen.map(({ category }) => category).join(', ');
      view.say(`round ${++round}: ${names || 'every draw was below zero; again'}`);
    } else if (event.name === 'demo.played') view.say(`  ${recordLine(event.record)}  ← ${event.story}`);
    else if (event.name === 'trouble.met') view.say(`stint: ${oneLine(event.sentence, 400)}`);
  };
}

function renderDemo(result: DemoResult, tookMs: number): string {
  const parts = [renderReliability(result.report), beliefs(result), audit(result), verdict(result, tookMs)];
  return parts.join('\n\n');
}

function beliefs(result: DemoResult): string {
  const meanOf = ({ alpha, beta }: DemoResult['beliefs'][number]): number => alpha / (alpha + beta);
  const rows = result.beliefs
    .toSorted((a, b) => meanOf(b) - meanOf(a))
    .map((belief) => {
      const at = (p: number): string => betaQuantile(p, belief.alpha, belief.beta).toFixed(2);
      return [
        belief.category,
        meanOf(belief).toFixed(2),
        `${at(0.025)} – ${at(0.975)}`,
        String(belief.updates),
      ];
    });
  return `what is believed of each category now\n${table(['category', 'mean grade', '95 % interval', 'sessions'], rows, [1, 3])}`;
}

/** Beside the day: how a lie in another system's history comes to light. */
function audit({ audit: { found, repaired } }: DemoResult): string {
  const lines = found.findings.map(
    ({ kind, sessionId, detail }) => `  ${kind} ${sessionId}: ${oneLine(detail, 100)}`,
  );
  return [
    `audit of ${found.checked} imported records, one of them a lie that the demo planted`,
    ...lines,
    `  ${repaired.repairs.length} repaired by amendment, the original is kept; productive ${percent(repaired.productiveRate.shown)} as shown, ${percent(repaired.productiveRate.true)} in truth`,
  ].join('\n');
}

function verdict(result: DemoResult, tookMs: number): string {
  const wrong = result.played.filter(({ isRight }) => !isRight);
  return linesOf(
    `${result.played.length} sessions in ${result.rounds} rounds, ${(tookMs / 1000).toFixed(1)} s (seed ${result.seed})`,
    `as scripted: ${result.played.length - wrong.length} of ${result.played.length}`,
    `commits: ${result.commits.inGit} in git, ${result.commits.inRecords} in the records${result.commits.isEqual ? ', the same ones' : ': they differ'}`,
    `parked: ${result.parked.map(({ name, until }) => `account ${name} until ${until}`).join(', ') || 'nothing'}`,
    wrong.map(({ scene, record }) =>
      style(
        'red',
        `  "${scene.story}" should be ${[scene.outcome, ...scene.modes].join(' ')}, is ${[record.outcome, ...record.failureModes].join(' ')} (${record.id})`,
      ),
    ),
    result.folder && `kept: ${result.folder} (try \`stint sessions -C ${result.folder}\`)`,
  ).join('\n');
}
