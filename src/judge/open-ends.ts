import { countWork, outstandingWork, type BackgroundWork } from '../domain/background-work.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Stop } from '../domain/record.ts';
import { describeDelivered } from './deliverables.ts';
import type { OpenCall } from '../domain/open-call.ts';
import { openSteps } from '../domain/transcript.ts';
import { standingTrouble } from './standing-trouble.ts';

/** What was left open at the end, in words; empty when the loop is closed. */
export function openEnds(stop: Stop, evidence: Evidence): string[] {
  const { transcript, uncommitted, declared } = evidence;
  const ends: string[] = [];
  const steps = openSteps(transcript) ?? 0;
  if (steps > 0) ends.push(`${steps} open in its todo list`);
  const unanswered = transcript.ended === null ? openCalls(evidence) : 0;
  if (unanswered > 0) ends.push(`${unanswered} call${unanswered === 1 ? '' : 's'} without an answer`);
  if (uncommitted !== null && uncommitted.length > 0)
    ends.push(`uncommitted work in ${uncommitted.length} file${uncommitted.length === 1 ? '' : 's'}`);
  ends.push(...stashEnds(evidence), ...unkeptEnds(stop, evidence));
  const works = outstandingWork(transcript);
  if (works.length > 0) ends.push(`${countWork(works)} not told to be over (${namesOf(works)})`);
  if (declared?.kind === 'open') ends.push(`it declared its work open: ${declared.reason}`);
  if (stop.reason === 'timed-out') ends.push('its time ran out');
  return ends;
}

const MOST_NAMES = 3;

function namesOf(works: readonly BackgroundWork[]): string {
  const names = works
    .slice(0, MOST_NAMES)
    .map(({ summary, workId }) => summary || (workId ?? 'without a name'));
  return `${names.join(', ')}${works.length > MOST_NAMES ? ', and more' : ''}`;
}

/** What it put aside and did not take up again; what it dropped itself it did not want. */
export function stashEnds({ stashes = [] }: Evidence): string[] {
  return stashes.flatMap(({ state, session, subject }) => {
    if (state === 'left') return [`its stash entry "${subject}" was left in the list`];
    if (state === 'taken') return [`its stash entry "${subject}" was taken by session ${session}`];
    return state === 'dropped' && session !== null
      ? [`its stash entry "${subject}" was dropped by session ${session}`]
      : [];
  });
}

/** Where a session ended well by its own word and yet waits for something, or had not come to a word. */
function unkeptEnds(stop: Stop, evidence: Evidence): string[] {
  const { ended, wakeUps, isWordless } = evidence.transcript;
  if (stop.reason !== 'completed' || ended === null || ended.isError) return [];
  if (wakeUps.length > 0)
    return [`it asked to be woken later (${wakeUps.join(', ')}), and nobody does that here`];
  const isThere = !isWordless || evidence.declared !== null || describeDelivered(evidence) !== '';
  return isThere ? [] : ['its last turn held no word and no call'];
}

/** Calls that nobody answered and whose effect is nowhere to be seen: a commit that git has was made. */
function openCalls({ transcript, commits }: Evidence): number {
  const subjects = commits.map(({ subject }) => subject).filter((subject) => subject !== '');
  const isDone = ({ summary }: OpenCall): boolean =>
    /\bgit\b.*\bcommit\b/s.test(summary) && subjects.some((subject) => summary.includes(subject));
  return transcript.openCalls.filter((call) => !isDone(call)).length;
}

/** Why a loop stayed open, as far as it is known. */
export function loopCause(stop: Stop, evidence: Evidence): 'timeout' | 'context overflow' | 'unknown' {
  if (contextOverflow(evidence) !== null) return 'context overflow';
  return stop.reason === 'timed-out' ? 'timeout' : 'unknown';
}

/** What the agent CLI itself says when its model can take no more; older evidence does not name the kind. */
const OVERFLOW = /^\W*(prompt is too long|context limit reached)/i;

/** The agent's last word that its context overflowed, or null. One that it got over is none. */
export function contextOverflow({ transcript }: Pick<Evidence, 'transcript'>): string | null {
  const trouble = standingTrouble(transcript);
  const failed = transcript.ended?.isError === true ? transcript.ended.text : '';
  const words =
    trouble?.error === 'overflow'
      ? trouble.message
      : [failed, trouble?.message ?? ''].find((text) => OVERFLOW.test(text));
  return words === undefined ? null : `the agent CLI ended with: ${words.slice(0, 100)}`;
}
