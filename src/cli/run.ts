import type { StintEvent } from '../domain/event.ts';
import { exitCodeOf } from '../domain/exit-code.ts';
import { isSessionId, type SessionId } from '../domain/ids.ts';
import type { SessionRecord } from '../domain/record.ts';
import { describeCommand } from '../domain/settings/user-command.ts';
import type { Clock } from '../lib/clock.ts';
import { oneLine } from '../lib/plain-text.ts';
import { type Problem, wrongCall } from '../lib/problem.ts';
import type { ReusedWork, Work } from '../stint/data.ts';
import type { Stint } from '../stint/stint.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { namedPlace } from './open.ts';
import { duration, RESPAWN, SEED, wholeNumber } from './option-words.ts';
import { note, print, printJson, printWrapped } from './print.ts';
import { parkedLine } from './resting-lines.ts';
import { lastLines, recordLine, restLine } from './session-lines.ts';
import { type Call, defineVerb } from './verb.ts';

const TAKES = {
  '[category]': { about: 'a category of stint.yaml; with --wrap the command', offers: 'categories' },
  '[words...]': 'its arguments',
} as const;

const OPTIONS = {
  '--wrap': 'run a command of your own, given after --, without any configuration',
  '--category <name>': 'the category of a wrapped command (default: the name of its program)',
  '--timeout <duration>': {
    about: 'the longest that a wrapped command may run (default: 45m)',
    read: duration(),
  },
  '--key <name>': 'do this piece of work once: what it has delivered is its result',
  '--slot': 'one-off work beside the categories, in a slot of its own; needs --prompt',
  '--prompt <text>': 'what a one-off session is to do',
  ...SEED,
  ...RESPAWN,
  // The session's id, where a fan-out has promised it already.
  '--start <id>': { about: 'how a fan-out starts one', read: sessionIdOption, isHidden: true },
  '--choice <n>': {
    about: 'the stored choice that it starts it for',
    read: wholeNumber(1, Number.MAX_SAFE_INTEGER),
    isHidden: true,
  },
} as const;

type RunCall = Call<typeof OPTIONS, typeof TAKES>;

function refusal(sentence: string): Problem {
  return wrongCall(sentence, 'See `stint run --help`.');
}

/** A call that mixes the options of two forms is a mistake: stint would ignore those of one form. */
function refuseMixture({ given, options }: RunCall): void {
  const { wrap, category, timeout, respawn, key, seed, start, choice } = options;
  refuseSlotMixture(options);
  if (choice !== undefined && start === undefined)
    throw refusal('--choice is for --start, with which a fan-out starts a session.');
  if (wrap) {
    const ofCategories =
      seed !== undefined ? 'seed' : respawn ? 'respawn' : start !== undefined ? 'start' : null;
    if (ofCategories === null) return;
    throw refusal(`--${ofCategories} is for categories of stint.yaml, and this is --wrap.`);
  }
  if (respawn && key !== undefined)
    throw wrongCall('--respawn does the same again, and --key does it once.', 'Leave one out.');
  if (given.words.length > 0)
    throw refusal(`"${oneLine(given.words[0] ?? '', 80)}" is one word too many: \`run\` takes one category.`);
  const extra = category !== undefined ? '--category' : timeout !== undefined ? '--timeout' : null;
  if (extra)
    throw refusal(
      `${extra} is for --wrap; "${oneLine(given.category ?? 'the chosen category', 80)}" has its own in stint.yaml.`,
    );
}

/** One-off work needs words, and words need it. */
function refuseSlotMixture({ slot, prompt, wrap, seed, respawn }: RunCall['options']): void {
  if (!slot && prompt !== undefined) throw refusal('--prompt is for --slot; a category has its own.');
  if (!slot) return;
  if (wrap) throw refusal('--slot and --wrap are two ways of running something.');
  if (seed !== undefined) throw refusal('--seed is for a choice, and --slot chooses nothing.');
  if (respawn) throw refusal('--respawn is for categories, and --slot is work beside them.');
  if (prompt === undefined || prompt.trim() === '') throw refusal('--slot needs --prompt, and words in it.');
  if (prompt.includes('\0')) throw refusal('--prompt contains a NUL character.');
}

function sessionIdOption(text: string): SessionId {
  if (isSessionId(text)) return text;
  throw wrongCall(`--start is "${oneLine(text, 40)}", which is not the id of a session.`, 'Leave it out.');
}

export const verb = defineVerb({
  help: `
Runs one session of a category of stint.yaml: takes the category's lock, starts
the agent in a worktree of its own, watches it, judges what it did, and writes
one record. Without a category the best one is chosen, as \`stint plan\` would.
--slot does one-off work beside the categories; with a category it borrows its
settings, and takes nothing of its lock, its cooldown or what is believed of it.
With --respawn the exit code is that of the last session.

Exit codes: 0 productive or nothing to do · 1 failed · 2 usage or configuration
· 75 busy, blocked, resting or at a usage limit · 124 out of time · 130/143
interrupted. A wrapped command that ends by itself gives its own exit code;
with --json, stop.exitCode is the command's, and exitCode is that of stint.

Examples:
  $ stint run code            one session of the category "code"
  $ stint run --json          the best category now; the record as JSON
  $ stint run code --respawn  once more after its cooldown, if it was good
  $ stint run code --key issue-42    once, however often it is started
  $ stint run --slot --prompt 'Why is CI slow?'    one-off work, in no category
  $ stint run --wrap --timeout 2h -- ./nightly.sh --all
                              a script: lock, supervision, verdict, record
`,
  takes: TAKES,
  options: OPTIONS,
  async run(call) {
    refuseMixture(call);
    const { clock } = call.context;
    const work = readWork(call);
    const view = createLiveView(process.stderr, call.options.json);
    const stint = call.stint(followRun(view, clock));
    const codeOf = (ended: SessionRecord): number => call.context.interruptCode() ?? exitCodeOf(ended);
    const record = await start(stint, work, call.options, view, codeOf);
    if (record === null) return;
    if (record.outcome !== 'productive')
      for (const each of await stint.parkedOf(record.id)) note(`stint: ${parkedLine(each, clock.now())}`);
    process.exitCode = exitCodeOf(record);
  },
});

function readWork({ context, given, options }: RunCall): Work {
  const { wrap, slot, prompt = '', category = null, timeout = null, seed, start, choice } = options;
  const first = given.category ?? null;
  if (wrap) {
    const words = first === null ? [] : [first, ...given.words];
    const { folder } = namedPlace(context, options);
    return { kind: 'wrap', words, folder, category, timeoutMs: timeout };
  }
  if (slot) return { kind: 'slot', prompt, category: first };
  const runType = start === undefined ? 'manual' : 'timer';
  return { kind: 'category', category: first, seed, runType, choice };
}

/** @returns the last record, null where the work was done before and nothing started */
async function start(
  stint: Stint,
  work: Work,
  { key, respawn, start: id, json }: RunCall['options'],
  view: LiveView,
  codeOf: (record: SessionRecord) => number,
): Promise<SessionRecord | null> {
  if (respawn) {
    const chain = await stint.respawn(work, { id }).finally(view.stop);
    if (json) printJson(chain);
    else {
      for (const record of chain.sessions) print(lastLines(record));
      if (chain.ended !== null) printWrapped(`no further session: ${chain.ended}`);
    }
    return chain.sessions.at(-1) ?? chain.sessions[0];
  }
  const run = key === undefined ? stint.run(work, { id }) : stint.runOnce(work, key, { id });
  const result = await run.finally(view.stop);
  if ('reused' in result) {
    if (json) printJson(result);
    else print(await renderReused(stint, result));
    return null;
  }
  // The code of the script is in its record, and may be another one than ours.
  if (json) printJson(work.kind === 'wrap' ? { ...result, exitCode: codeOf(result) } : result);
  else print(lastLines(result));
  return result;
}

function followRun(view: LiveView, clock: Clock): (event: StintEvent) => void {
  return (event) => {
    view.hear(event);
    if (event.name === 'session.promised' && event.setup)
      view.say(`${event.session.category}  setting up its worktree: ${describeCommand(event.setup)}`);
    else if (event.name === 'session.ended' && event.check) {
      const { id, category } = event.session;
      view.say(`${category} ${id.slice(0, 4)}  ended; judging it: ${describeCommand(event.check)}`);
    } else if (event.name === 'respawn.scheduled') view.say(restLine(event.record, event.until, clock.now()));
  };
}

async function renderReused(stint: Stint, { id, reason }: ReusedWork): Promise<string> {
  const shown = await stint.show(id);
  return `Nothing was started: ${reason}.${'retry' in shown ? `\n${recordLine(shown)}` : ''}`;
}
