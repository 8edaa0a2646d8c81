import { type LandingResult, nextLandingStep, typedBranch } from '../domain/landing.ts';
import type { SessionRecord } from '../domain/record.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { OpenSession } from '../stint/data.ts';
import { gradeText, linesOf, styleOutcome } from './print.ts';
import { untilText } from './resting-lines.ts';
import { screenWidth, textWidth, wrapText } from './screen.ts';

/** `code ab12  productive 0.64 · 1 commit · check passed · abandoned_loop · 3m12s` */
export function recordLine(record: SessionRecord): string {
  const { landing, check } = record;
  const parts = linesOf(
    `${styleOutcome(record.outcome)}${record.grade === null ? '' : ` ${gradeText(record.grade)}`}`,
    countOf(record.commits.length, 'commit'),
    landing.kind !== 'none' && (landing.kind === 'landed' ? 'landed' : 'not landed'),
    check.result === 'none' ? 'no check' : `check ${check.result}`,
    record.failureModes.filter((mode) => mode !== record.outcome),
    formatDuration(record.durationMs),
  );
  return `${record.category} ${record.id.slice(0, 4)}  ${parts.join(' · ')}`;
}

/** `code ab12  grade 0.72: its category starts again at 2026-01-02 17:00 UTC, in 3m` */
export function restLine(record: SessionRecord, until: string, now: Date): string {
  return `${record.category} ${record.id.slice(0, 4)}  grade ${gradeText(record.grade)}: its category starts again at ${untilText(until, now)}`;
}

/** `agent 4711 stopped (SIGSTOP) since …; its time limit counts again at …`; null where nothing of it is stopped. */
export function stoppedText({ stopped, live }: OpenSession, now: Date): string | null {
  if (stopped.length === 0) return null;
  const who = stopped.slice(0, MOST_STOPPED).map((each) => `${each.who} ${each.pid}`);
  const more = stopped.length - who.length;
  const names = `${who.join(', ')}${more > 0 ? ` and ${more} more` : ''} stopped (SIGSTOP)`;
  const held = live?.stopped;
  if (stopped[0]?.who === 'supervisor' || !held) return names;
  const counts =
    held.countsFrom === null ? 'counts now' : `counts again at ${untilText(held.countsFrom, now)}`;
  return `${names} since ${untilText(held.since, now)}; its time limit ${counts}`;
}

/** So many of one session are named. */
const MOST_STOPPED = 3;

/** How a session ended, for the one who waited: why, the line of its record, and what to type next. */
export function lastLines(record: SessionRecord): string {
  const width = screenWidth();
  const line = recordLine(record);
  const next = `next: ${nextCommand(record)}`;
  // One line for a log; on a screen too narrow for it what is typed next is not broken in two.
  const fits = width === null || textWidth(`${line} · ${next}`) <= width;
  const reasons = [
    oneLine(record.reasons[0] ?? '', 200),
    ...(isLandingTold(record) ? [landingText(record.landing)] : []),
  ];
  return `${reasons.map((reason) => wrapText(reason, width)).join('\n')}\n${fits ? `${line} · ${next}` : `${wrapText(line, width)}\n${next}`}`;
}

/** The next thing to type: to look at the work, to get back what was not committed, or to see why. */
export function nextCommand(record: SessionRecord): string {
  const { landing } = record;
  if (landing.kind === 'refused') return nextLandingStep(record.id, record.branch, landing);
  if (landing.kind === 'landed' && landing.url !== null) return oneLine(landing.url, 200);
  if (landing.kind === 'landed' && landing.isBranchSpent)
    return `git show ${landing.commits.map((sha) => sha.slice(0, 12)).join(' ')}`;
  if (record.commits.length > 0 && record.branch)
    return `git log -p ${record.base?.slice(0, 12) ?? ''}..${typedBranch(record.branch)}`;
  if (record.commits.length > 0) return `git show ${record.commits.at(-1)?.slice(0, 12)}`;
  if (record.salvage) return `git show ${record.salvage}`;
  return `stint show ${record.id} --why`;
}

/** Whether the landing tells more than that work stayed on its branch as the settings say, or that there was none. */
export function isLandingTold(record: SessionRecord): boolean {
  const { landing, outcome, branch, range, wasBranchThere, commits } = record;
  if (landing.kind !== 'none') return true;
  if (outcome === 'unknown') return branch !== null;
  return commits.length > 0 && ((branch === null && range !== null) || wasBranchThere === true);
}

/** `landed: 1 commit replayed onto main`, or why not. */
export function landingText(landing: LandingResult): string {
  const detail = oneLine(landing.detail, 300);
  if (landing.kind === 'none') return detail;
  return landing.kind === 'landed' ? `landed: ${detail}` : `not landed (${landing.reason}): ${detail}`;
}
