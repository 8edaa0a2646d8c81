import type { Waiting } from '../../domain/event.ts';
import type { SessionFiles } from '../../domain/layout.ts';
import { type Liveness, type LivenessPolicy, ORDINARY_IDLE } from '../../domain/liveness.ts';
import { writeAtOnce } from '../../lib/regular-file.ts';
import { type EndReport, endTree } from '../../run/end-tree.ts';
import { findScope } from '../../run/session-scope.ts';
import { SessionTree } from '../../run/session-tree.ts';
import { readIdentity, type StartedAgent } from '../../run/start-agent.ts';
import { claimStop } from '../../store/sessions.ts';
import type { Signs } from '../../supervise/signs.ts';
import { type AccountWatch, watchAccount } from '../custody/note-parkings.ts';
import { refOf, type StartedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';
import { findEarlierStop } from './earlier-stop.ts';
import { PulseLog } from './pulse-log.ts';
import { pulseReader } from './read-pulse.ts';
import { watchSession } from './watch-session.ts';

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

/** Returns when the agent is gone, or has to be ended and the reason is stored. */
async function watchAgent(
  project: Project,
  session: StartedSession,
  agent: StartedAgent,
  { tree, account }: { readonly tree: SessionTree; readonly account: AccountWatch },
  cancelled: AbortSignal,
): Promise<void> {
  const stopped = await findEarlierStop(project, session);
  if (stopped.aborted) return;
  const { plan, files, harness } = session;
  const gone = new AbortController();
  void agent.exited.then(() => gone.abort());
  const policy: LivenessPolicy = {
    ...plan.supervise,
    timeoutMs: plan.timeoutMs,
    hasEvents: harness.hasEvents,
    openCalls: harness.openCalls,
    isOwnWorktree: session.workspace?.isolation === 'worktree',
    idleCpuShare: plan.supervise.idleCpuShare ?? harness.idle?.cpuShare ?? ORDINARY_IDLE.cpuShare,
    idleBytesPerS: plan.supervise.idleBytesPerS ?? harness.idle?.bytesPerS ?? ORDINARY_IDLE.bytesPerS,
  };
  const hint = hintWriter(files, project);
  const startMs = project.clock.monotonicMs();
  const look = pulseReader({
    files,
    harness,
    tree,
    harnessSettings: session.plan.harnessSettings,
    project,
    id: session.id,
    markerDirs: policy.markerDirs,
    worktree: policy.isOwnWorktree ? (session.workspace?.folder ?? null) : null,
  });
  const log = new PulseLog(files.pulses, policy, project.clock, (because) =>
    session.warnings.push(`what was seen of it could not be written down any more: ${because}`),
  );
  const result = await watchSession(project.sampler, policy, {
    pulse: look.read,
    gone: gone.signal,
    cancelled: AbortSignal.any([cancelled, stopped]),
    onLiveness: (liveness, signs, pulse) => {
      log.write(pulse, look.stdoutBytes(), liveness);
      account.look(signs.transcript);
      const elapsedMs = project.clock.monotonicMs() - startMs;
      hint(liveness, tokensOf(signs));
      const waiting = waitingOf(session, liveness, signs, policy, elapsedMs);
      project.events.emit({ name: 'supervise.waiting', session: waiting });
    },
  });
  if (result.kind === 'gone') return;
  const stop = await claimStop(project.store, session.id, result.reason, result.because);
  project.events.emit({ name: 'supervise.stopped', session: refOf(session), ...stop });
}

function waitingOf(
  session: StartedSession,
  { state, waitingOn, sinceMs }: Liveness,
  signs: Signs,
  { hasEvents, timeoutMs }: LivenessPolicy,
  elapsedMs: number,
): Waiting {
  return {
    ...refOf(session),
    state,
    waitingOn,
    sinceMs,
    turns: hasEvents ? signs.transcript.answers : null,
    tokens: hasEvents ? tokensOf(signs) : null,
    elapsedMs,
    leftMs: Math.max(0, timeoutMs - elapsedMs),
  };
}

function tokensOf(signs: Signs): number {
  let total = 0;
  for (const tokens of signs.transcript.usageByMessage.values())
    total += (tokens.input ?? 0) + (tokens.output ?? 0) + (tokens.cacheRead ?? 0) + (tokens.cacheWrite ?? 0);
  return total;
}

/** Tells other processes what the session waits for. A hint: when it cannot be written, the work goes on. */
function hintWriter(files: SessionFiles, project: Project): (liveness: Liveness, tokens: number) => void {
  let writtenAtMs = -Infinity;
  let lastState = '';
  return (liveness, tokens) => {
    const now = project.clock.monotonicMs();
    if (liveness.state === lastState && now - writtenAtMs < HINT_INTERVAL_MS) return;
    [writtenAtMs, lastState] = [now, liveness.state];
    const hint = {
      at: project.clock.now().toISOString(),
      state: liveness.state,
      waitingOn: liveness.waitingOn,
      sinceMs: Math.round(liveness.sinceMs),
      tokens,
    };
    try {
      writeAtOnce(files.live, JSON.stringify(hint), 'replace');
    } catch {
      // Nothing but a hint is lost.
    }
  };
}
