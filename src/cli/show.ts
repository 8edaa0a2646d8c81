import type { SessionRecord } from '../domain/record.ts';
import type { RetryAdvice } from '../domain/retry-advice.ts';
import { formatDuration, parseDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { wrongCall } from '../lib/problem.ts';
import { countOf, formatTokens } from '../lib/quantities.ts';
import type { Moment, OpenSession, ShownHistory, ShownRecord } from '../stint/data.ts';
import { stintOf } from './open.ts';
import { ONE_SESSION, wrongValue } from './option-words.ts';
import { gradeText, linesOf, style, styleOutcome } from './print.ts';
import { amendmentLines, effectLines, whyLines } from './render-why.ts';
import { screenWidth, wrapText } from './screen.ts';
import { isLandingTold, landingText, nextCommand, stoppedText } from './session-lines.ts';
import { defineVerb } from './verb.ts';

export const verb = defineVerb({
  help: `
The first letters of an id are enough. --why adds the facts behind outcome,
grade and each mode (with --json also the stored evidence); --history the
record as first written and each amendment. --replay asks again, of every look
at the session, whom it waited for; --set tries other limits.

Examples:
  $ stint show ab12 --why            why it was judged so
  $ stint show ab12 --history        what was corrected, by whom, and why
  $ stint show ab12 --json           the whole record
  $ stint show ab12 --replay --set supervise.silence=1s    would it have lived?
`,
  takes: ONE_SESSION,
  options: {
    '--why': 'explain the verdict',
    '--replay': 'ask again whom it waited for, look by look',
    '--at <time>': 'with --replay: up to this moment, such as 2026-11-21T10:15:00Z or +90s',
    '--history': 'the record as first written, and each amendment',
  },
  async run({ context, stint, given: { id: session }, options, answer }) {
    const { why: isWhy, replay, at, history, set: limits = [] } = options;
    if (replay) {
      const { renderReplay } = await import('./render-replay.ts');
      // Its limits are tried on what is written, and change no configuration.
      const unchanged = stintOf(context, { ...options, set: [] });
      return answer(await unchanged.replay({ session, until: momentOf(at), limits }), renderReplay);
    }
    if (at !== undefined) throw wrongCall('--at is for --replay.', 'Give both, or neither.');
    if (history)
      return answer(await stint().history(session), (shown) =>
        'original' in shown ? renderHistory(shown) : renderOpen(shown, context.clock.now()),
      );
    answer(await stint().show(session, { isWhy }), (shown) =>
      'retry' in shown ? renderRecord(shown) : renderOpen(shown, context.clock.now()),
    );
  },
});

function renderOpen(session: OpenSession, now: Date): string {
  const { category, id, state, startedAt, live } = session;
  const waits = live ? `: ${live.state} ${oneLine(live.waitingOn, 80)}` : '';
  return linesOf(`${category} ${id}  ${state}, started ${startedAt}${waits}`, stoppedText(session, now)).join(
    '; ',
  );
}

/** A moment on the clock, or a time since the start. */
function momentOf(text: string | undefined): Moment | null {
  if (text === undefined) return null;
  const afterMs = text.startsWith('+') ? parseDuration(text.slice(1)) : null;
  if (afterMs !== null) return { afterMs };
  const at = Date.parse(text);
  if (!text.startsWith('+') && !Number.isNaN(at)) return { at: new Date(at).toISOString() };
  throw wrongValue(
    '--at',
    text,
    'a moment such as 2026-11-21T10:15:00Z, or a time since the start such as +90s',
  );
}

function renderRecord({ retry, evidence, files = [], ...record }: ShownRecord): string {
  return linesOf(
    factLines(record),
    record.source !== 'run' && sourceLine(files),
    evidence !== undefined && wrapText(whyLines(record, evidence).join('\n'), screenWidth()),
    record.outcome !== 'productive' && record.source !== 'import' && `again?    ${retryText(retry)}`,
    `next      ${nextCommand(record)}`,
  ).join('\n');
}

function factLines(record: SessionRecord): string[] {
  const { branch, salvage, keptWorktree, leftovers, survivors = [], landing } = record;
  const { input, output, cacheRead, cacheWrite } = record.usage;
  const tokens = (input ?? 0) + (output ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0);
  const isSpent = landing.kind === 'landed' && landing.isBranchSpent;
  return linesOf(
    `${style('bold', record.id)}  ${record.category}  ${styleOutcome(record.outcome)}  grade ${gradeText(record.grade)}`,
    `started   ${record.startedAt}, took ${formatDuration(record.durationMs)}`,
    `harness   ${record.harness}${record.model ? ` (${oneLine(record.model, 60)})` : ''}, account ${record.account}`,
    `ended     ${record.stop.reason}: ${oneLine(record.stop.because, 300)}`,
    `commits   ${record.commits.length === 0 ? 'none' : ''}`.trimEnd(),
    record.commitDetails.map(
      ({ sha, lines, subject }) =>
        `  ${sha.slice(0, 12)}  ${countOf(lines, 'line')}  ${oneLine(subject, 80)}`,
    ),
    record.commits.length === 0 && editsLine(record),
    record.effects.length > 0 && ['results', ...effectLines(record)],
    `check     ${record.check.result}: ${oneLine(record.check.detail, 200)}`,
    isLandingTold(record) && `landing   ${landingText(landing)}`,
    `tokens    ${tokens === 0 ? 'not reported' : formatTokens(tokens)}${record.costUsd === null ? '' : `, ${record.costUsd.toFixed(2)} USD`}`,
    branch && `branch    ${oneLine(branch)}${isSpent ? ' (deleted: nothing of it is missing)' : ''}`,
    salvage && !asideRefs(record).includes(salvage) && `salvage   ${salvage} (what was not committed)`,
    asideRefs(record).map((ref) => `stash     git stash apply ${ref} (put aside, and not taken up again)`),
    keptWorktree && `worktree  ${keptWorktree} (kept: it holds what is nowhere else)`,
    leftovers.length > 0 && `leftovers ${oneLine(leftovers.join(', '), 200)} (ended)`,
    survivors.length > 0 && `survivors ${oneLine(survivors.join(', '), 200)} (could not be ended)`,
    record.failureModes.length > 0 && `modes     ${record.failureModes.join(', ')}`,
  );
}

const MOST_EDITED = 5;

/** Files that it changed, where no commit tells of them. */
function editsLine({ edits }: SessionRecord): string | null {
  if (edits === undefined) return null;
  const { files, more = 0 } = edits;
  const shown = files.slice(0, MOST_EDITED).map((file) => oneLine(file, 100));
  const rest = files.length - shown.length + more;
  return `edits     ${shown.join(', ')}${rest > 0 ? `, and ${countOf(rest, 'file')} more` : ''}`;
}

/** The refs that keep what it put aside and did not take up again. */
function asideRefs({ stashes = [] }: SessionRecord): string[] {
  return stashes.flatMap(({ ref }) => ref ?? []);
}

function sourceLine([first, ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : ` and ${countOf(others.length, 'other file')}`;
  return `source    imported${first === undefined ? '' : ` from ${oneLine(first, 300)}${more}`}`;
}

/** The record as first written, then each step in order. */
function renderHistory({ record, original, amendments, accepted }: ShownHistory): string {
  const steps = Map.groupBy(
    amendments,
    ({ at, who, why }) => `${at}  ${oneLine(who, 100)}: ${oneLine(why, 300)}`,
  );
  return [
    'as first written',
    ...factLines(original).map((line) => `  ${line}`),
    ...[...steps].flatMap(([step, changes]) => [step, ...amendmentLines(changes).map((line) => `  ${line}`)]),
    amendments.length === 0
      ? 'nothing was amended'
      : `as it stands: ${styleOutcome(record.outcome)}, grade ${gradeText(record.grade)}`,
    ...accepted.map(
      ({ kind, at, who, why }) => `accepted: ${kind}  ${at}  ${oneLine(who, 100)}: ${oneLine(why, 300)}`,
    ),
  ].join('\n');
}

/** Advice, which nothing acts on by itself. */
function retryText(retry: RetryAdvice): string {
  switch (retry.kind) {
    case 'resume':
      return `go on in its conversation ${oneLine(retry.thread, 60)}: ${retry.because}`;
    case 'wait-until':
      return `wait${retry.at === null ? '' : ` until ${retry.at}`}: ${retry.because}`;
    case 'fresh':
      return `start anew: ${retry.because}`;
    case 'never':
      return `no: ${retry.because}`;
  }
}
