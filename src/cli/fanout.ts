import type { StintEvent } from '../domain/event.ts';
import type { Clock } from '../lib/clock.ts';
import type { FanoutResult } from '../stint/data.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { DRAW, RESPAWN } from './option-words.ts';
import { print, printJson, printWrapped } from './print.ts';
import { untilPart } from './resting-lines.ts';
import { recordLine, restLine } from './session-lines.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
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
`,
  options: {
    ...DRAW,
    '--detach': 'let them go on by themselves, and return when all have begun',
    '--systemd': { about: 'the same, each as a transient service of your systemd', conflicts: ['detach'] },
    ...RESPAWN,
  },
  async run({ context: { clock }, stint, options }) {
    const { seed, top, respawn: isRespawned, json } = options;
    const way = options.systemd ? 'systemd' : options.detach ? 'detach' : 'wait';
    const view = createLiveView(process.stderr, json || way !== 'wait');
    const result = await stint(followFanout(view, clock))
      .fanout({ seed, top, isRespawned, way })
      .finally(view.stop);
    if (json) printJson(result);
    else report(result, clock.now());
    process.exitCode = result.spawned.length > 0 ? 0 : 75;
  },
});

function followFanout(view: LiveView, clock: Clock): (event: StintEvent) => void {
  const own = new Set<string>();
  return (event) => {
    view.hear(event);
    if (event.name === 'session.promised') own.add(event.session.id);
    else if (event.name === 'respawn.scheduled') view.say(restLine(event.record, event.until, clock.now()));
    // The record of a session that an earlier supervisor left is settled silently.
    else if (event.name === 'record.written' && own.has(event.record.id)) view.say(recordLine(event.record));
  };
}

function report({ spawned, skipped, ineligible, rest }: FanoutResult, now: Date): void {
  print(`spawned=${spawned.length}, skipped=${skipped.length}`);
  if (spawned.length > 0) printWrapped(`started: ${spawned.map(nameOf).join(', ')}`);
  for (const { category, reason, until } of ineligible)
    print(`${category} may not start: ${reason}${untilPart(until, now)}`);
  for (const { category, reason } of skipped) print(`skipped ${category}: ${reason}`);
  if (rest) print(`rests: ${rest.reason}${untilPart(rest.until, now)}`);
}

/** With what to ask for it by, where it still runs. */
function nameOf(session: FanoutResult['spawned'][number]): string {
  return 'unit' in session ? `${session.category} ${session.unit ?? session.id}` : session.category;
}
