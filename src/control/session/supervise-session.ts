import type { Waiting } from '../../domain/event.ts';
import { type Liveness, type LivenessPolicy, ORDINARY_IDLE } from '../../domain/liveness.ts';
import type { Stop } from '../../domain/record.ts';
import { formatDuration } from '../../lib/duration.ts';
import { messageOf, unlessShort } from '../../lib/problem.ts';
import { writeAtOnce } from '../../lib/regular-file.ts';
import { type EndReport, endTree } from '../../run/end-tree.ts';
import { findScope } from '../../run/session-scope.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { readIdentity, type StartedAgent } from '../../run/start-agent.ts';
import { claimStop, findStop } from '../../store/sessions.ts';
import { leftMs, look, notLooked } from '../../supervise/look.ts';
import { mostStoppedMs } from '../../supervise/observe.ts';
import type { Signs } from '../../supervise/signs.ts';
import type { LiveHint } from '../custody/find-sessions.ts';
import { type AccountWatch, watchAccount } from '../custody/note-parkings.ts';
import { refOf, type StartedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';
import { pulseLog } from './pulse-log.ts';
import { pulseReader } from './read-pulse.ts';

/** How old the hint for other processes may be. */
const HINT_INTERVAL_MS = 1000;

/**
 * Watches one session until its agent is gone or has to be ended, then settles every process of it. The reason is
 * stored before the first signal is sent.
 *
 * @param cancelled aborts when a person or a shutdown ends the session; the reason is a sentence
 */
export async function superviseSession(
  project: Project,
  session: StartedSession,
  cancelled: AbortSignal,
): Promise<EndReport> {
  const { agent, plan } = session;
  // What failed may have failed after something was started (the store said no, the shim was slow to say who it is).
  const shim = agent?.identity ?? readIdentity(session.files);
  const scope = agent ? agent.scope : findScope(session.id, session.files.cgroup);
  const tree = new SessionTree(session.id, shim, { isOurChild: agent !== null, scope });
  const account = watchAccount(project, session);
  const end = (): Promise<EndReport> => endTree(tree, shim, plan.supervise.graceMs, project.clock);
  if (!agent) return end();
  try {
    await watchAgent(project, session, agent, { tree, account }, cancelled);
  } catch (error) {
    // Nobody would watch it any more (a full disk refuses the claim, say): no agent works on unseen.
    await end();
    throw error;
  }
  const ended = await end();
  // Not before: a locked database must not hold up the end.
  await account.finish();
  return ended;
}

/**
 * Looks at it every `sample`, and at its time limit. Returns when the agent is gone, or has to be ended and the reason is
 * stored.
 *
 * @throws what a look throws; one that the machine is too short of descriptors for is left out
 */
async function watchAgent(
  project: Project,
  session: StartedSession,
  agent: StartedAgent,
  { tree, account }: { readonly tree: SessionTree; readonly account: AccountWatch },
  cancelled: AbortSignal,
): Promise<void> {
  const stopped = await findEarlierStop(project, session);
  if (stopped.aborted) return;
  const gone = new AbortController();
  void agent.exited.then(() => gone.abort());
  const ends = AbortSignal.any([cancelled, stopped]);
  const policy = policyOf(session);
  const reader = pulseReader(project, session, tree);
  const tell = teller(project, session, policy);
  const log = pulseLog(session.files.pulses, policy, project.clock, (because) =>
    session.warnings.push(`what was seen of it could not be written down any more: ${because}`),
  );
  const stops = new Set<string>();
  let state = notLooked();
  let end = null as Pick<Stop, 'reason' | 'because'> | null;
  await project.sampler.sample({
    sampleMs: policy.sampleMs,
    wakers: [gone.signal, ends],
    look: (table) => {
      const pulse = unlessShort(() => reader.read(table));
      if (!pulse) return policy.sampleMs;
      const { signs, liveness } = (state = look(state, pulse, policy));
      if (tree.continueShim())
        stops.add('its shim was stopped (SIGSTOP) and its agent gone: stint continued it');
      log(pulse, reader.stdoutBytes(), liveness);
      account.look(signs.transcript);
      tell(liveness, signs);
      if (liveness.state === 'gone') return null;
      end = liveness.end ?? (ends.aborted ? { reason: 'cancelled', because: String(ends.reason) } : null);
      return end ? null : leftMs(signs, policy);
    },
  });
  const { stoppedMs } = state.signs;
  if (stoppedMs > 0)
    stops.add(`its agent was stopped (SIGSTOP): ${formatDuration(stoppedMs)} of its time did not count`);
  session.warnings.push(...stops);
  if (!end) return;
  const stop = await claimStop(project.store, session.id, end.reason, end.because);
  project.events.emit({ name: 'supervise.stopped', session: refOf(session), ...stop });
}

/**
 * A signal that aborts when the session was stopped while its agent was being started: that stop found no agent to end.
 * Where the database answers at once the signal shows it already. A locked one answers later, and supervision begins
 * meanwhile.
 */
async function findEarlierStop(
  { store, clock }: Project,
  { id, warnings }: StartedSession,
): Promise<AbortSignal> {
  const stopped = new AbortController();
  const asked = findStop(store, id).then(
    (stop) => stop && stopped.abort(stop.because),
    (error: unknown) => warnings.push(`an earlier stop could not be looked up: ${messageOf(error)}`),
  );
  await Promise.race([asked, clock.sleep(0)]);
  return stopped.signal;
}

function policyOf({ plan, harness, workspace }: StartedSession): LivenessPolicy {
  const { idleCpuShare, idleBytesPerS } = plan.supervise;
  return {
    ...plan.supervise,
    timeoutMs: plan.timeoutMs,
    hasEvents: harness.hasEvents,
    openCalls: harness.hasEvents ? 'visible' : 'none',
    isOwnWorktree: workspace?.isolation === 'worktree',
    idleCpuShare: idleCpuShare ?? harness.idle?.cpuShare ?? ORDINARY_IDLE.cpuShare,
    idleBytesPerS: idleBytesPerS ?? harness.idle?.bytesPerS ?? ORDINARY_IDLE.bytesPerS,
  };
}

/** Tells listeners what the session waits for, and other processes by a hint. */
function teller(
  { clock, events }: Project,
  session: StartedSession,
  policy: LivenessPolicy,
): (liveness: Liveness, signs: Signs) => void {
  const { hasEvents, timeoutMs } = policy;
  const startMs = clock.monotonicMs();
  let [hintedAtMs, lastState] = [-Infinity, ''];
  return ({ state, waitingOn, sinceMs }, signs) => {
    const { transcript } = signs;
    const now = clock.monotonicMs();
    const tokens = tokensOf(transcript);
    if (state !== lastState || now - hintedAtMs >= HINT_INTERVAL_MS) {
      [hintedAtMs, lastState] = [now, state];
      const at = clock.now().toISOString();
      const stopped = stoppedHint(clock.now(), signs, policy);
      const hint: LiveHint = { at, state, waitingOn, sinceMs: Math.round(sinceMs), tokens, ...stopped };
      try {
        writeAtOnce(session.files.live, JSON.stringify(hint), 'replace');
      } catch {
        // Nothing but a hint is lost.
      }
    }
    const elapsedMs = now - startMs;
    const waiting: Waiting = {
      ...refOf(session),
      state,
      waitingOn,
      sinceMs,
      turns: hasEvents ? transcript.answers : null,
      tokens: hasEvents ? tokens : null,
      elapsedMs,
      leftMs: Math.max(0, timeoutMs - elapsedMs),
    };
    events.emit({ name: 'supervise.waiting', session: waiting });
  };
}

/** For a session whose agent is stopped: since when, and when its clock runs again at the latest. */
function stoppedHint(now: Date, signs: Signs, policy: LivenessPolicy): Pick<LiveHint, 'stopped'> {
  const { stoppedSinceMs, stoppedMs, lastPulseMs } = signs;
  if (stoppedSinceMs === null || lastPulseMs === null) return {};
  const inMs = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  const leftMs = mostStoppedMs(policy) - stoppedMs;
  const since = inMs(stoppedSinceMs - lastPulseMs);
  return { stopped: { since, countsFrom: leftMs > 0 ? inMs(leftMs) : null } };
}

function tokensOf({ usageByMessage }: Signs['transcript']): number {
  let total = 0;
  for (const tokens of usageByMessage.values())
    total += (tokens.input ?? 0) + (tokens.output ?? 0) + (tokens.cacheRead ?? 0) + (tokens.cacheWrite ?? 0);
  return total;
}
