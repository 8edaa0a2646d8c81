import { describeGradedNoops } from '../domain/noop-grades.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { OpenSession, Status, UnlandedWork } from '../stint/data.ts';
import { leftOutLine } from './left-out-line.ts';
import { linesOf, printWrapped } from './print.ts';
import { stoppedText } from './session-lines.ts';
import { heldLine, parkedLine, setAsideLine } from './resting-lines.ts';
import { defineVerb } from './verb.ts';

/** So many lines of a glance. */
const MOST_UNLANDED = 5;

export const verb = defineVerb({
  help: `
Today's sessions, those that run now and on what each waits, what is parked or
needs a person, and work that is still on its branch alone.

Examples:
  $ stint status                     a look
  $ stint status --json              the same for a program
`,
  async run({ context, stint, answer }) {
    answer(await stint().status(), (each) => renderStatus(each, context.clock.now()), printWrapped);
  },
});

function renderStatus(status: Status, now: Date): string {
  const { today, running, parked, unlanded } = status;
  const counts = (['productive', 'noop', 'blocked', 'failed', 'not-run', 'unknown'] as const)
    .filter((outcome) => today.outcomes[outcome] > 0)
    .map((outcome) => `${today.outcomes[outcome]} ${outcome}`);
  const [aside, ...others] = status.setAside;
  const more = unlanded.length - MOST_UNLANDED;
  return linesOf(
    `today: ${[`${today.total} total`, ...counts].join(', ')}; ${describeGradedNoops(today.noopWithGrade)}`,
    leftOutLine({ imported: today.imported }),
    running.length === 0 && 'running: nothing',
    running.map(
      (session) => `running: ${linesOf(describe(session, now), stoppedText(session, now)).join('; ')}`,
    ),
    status.blocked.map(
      ({ category, id, reason, owner }) =>
        `needs a person: ${category} ${id.slice(0, 4)}  ${oneLine(reason, 200)}${owner === null ? '' : ` (${oneLine(owner, 60)})`}`,
    ),
    parked
      .toSorted((a, b) => Number(b.needsPerson) - Number(a.needsPerson))
      .map((each) => parkedLine(each, now)),
    status.held.map((each) => heldLine(each, now)),
    aside &&
      `${setAsideLine(aside)}${others.length === 0 ? '' : ` (${others.length} more)`}; see \`stint resume\``,
    unlanded.slice(0, MOST_UNLANDED).map((work) => `unlanded: ${describeUnlanded(work)}`),
    more > 0 && `unlanded: ${more} more (git for-each-ref refs/heads/stint refs/stint/work)`,
    auditLine(status.audit),
  ).join('\n');
}

function auditLine({ findings, accepted, noopWithGrade }: Status['audit']): string {
  const seen = accepted > 0 ? ` (${accepted} accepted)` : '';
  if (findings === 0) return `audit: clean${seen}`;
  const noops = noopWithGrade.count > 0 ? `; ${describeGradedNoops(noopWithGrade)} records` : '';
  return `audit: ${countOf(findings, 'finding')}${seen}, see \`stint audit\`${noops}`;
}

function describeUnlanded({ category, id, commits, onto, reason, next }: UnlandedWork): string {
  const what = `${category} ${id.slice(0, 4)}  ${countOf(commits, 'commit')}`;
  const where = onto === null ? '' : ` that ${oneLine(onto, 60)} lacks`;
  return `${what}${where}${reason === null ? '' : ` (${oneLine(reason, 120)})`}; next: ${next}`;
}

function describe(session: OpenSession, now: Date): string {
  const name = `${session.category} ${session.id.slice(0, 4)}`;
  if (session.care === 'orphaned')
    return `${name}  its supervisor and agent are gone; the next start records it`;
  const { live } = session;
  const seen = live
    ? `${oneLine(live.state, 30)} ${oneLine(live.waitingOn, 60)} ${formatDuration(live.sinceMs)}`
    : null;
  if (session.care === 'unsupervised') return `${name}  ${describeUnseen(live?.at ?? null, seen, now)}`;
  return `${name}  ${seen ?? (session.state === 'intended' ? 'getting ready (worktree, setup)' : session.state)}`;
}

/** What its supervisor last said is as old as that: it is not what the session does now. */
function describeUnseen(at: string | null, seen: string | null, now: Date): string {
  const gone = 'its supervisor is gone; the agent works on';
  const ageMs = at === null ? NaN : now.getTime() - Date.parse(at);
  if (seen === null || !Number.isFinite(ageMs)) return `${gone}, unseen`;
  return `${gone}, unseen for ${formatDuration(Math.max(ageMs, 0))} (before: ${seen})`;
}
