import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import type { CategoryName, SessionId } from '../../domain/ids.ts';
import { sessionFiles, startLog } from '../../domain/layout.ts';
import { makeFolder } from '../../lib/make-folder.ts';
import { oneLine } from '../../lib/plain-text.ts';
import { Problem } from '../../lib/problem.ts';
import { detach, type ReleasedCall, type ReleasedProcess } from '../../run/released-process.ts';
import { startUnit, unitName } from '../../run/systemd-unit.ts';
import { findSession } from '../../store/sessions.ts';
import type { Project } from '../project/project.ts';
import { drawSessionId, refuseWhenCancelled } from '../session/begin-session.ts';
import { type ChosenOptions, startChosen, type StartedChoice } from './start-chosen.ts';

export interface ReleaseOptions extends ChosenOptions {
  readonly way: 'detach' | 'systemd';
  readonly isRespawned: boolean;
  /** More words of the call: where the project is and what it is set to. */
  readonly words: readonly string[];
}

/** A session whose supervisor is a process of its own. */
export interface ReleasedSession {
  readonly id: SessionId;
  readonly category: CategoryName;
  readonly pid: number | null;
  readonly unit: string | null;
  /** What its supervisor prints. */
  readonly log: string;
}

/** How often it is asked whether a session has begun. */
const LOOK_MS = 50;
/** A log that nobody has moved or removed for so long is of a start that failed when nobody looked. */
const OLD_LOG_MS = 86_400_000;

/** Plans, starts all that was chosen in processes of their own, and returns when each has begun or cannot. */
export async function releaseChosen(
  project: Project,
  options: ReleaseOptions,
): Promise<StartedChoice<ReleasedSession>> {
  clearStartLogs(project);
  return startChosen(project, options, ({ category }, _, number) =>
    releaseSession(project, category, number, options),
  );
}

/**
 * Starts one session in a process of its own, and waits until it has begun: it is in the store then and holds its
 * category's lock. From there on that process alone looks after it.
 *
 * @throws Problem `not_started` with what the process said when it ended before that
 */
async function releaseSession(
  project: Project,
  category: CategoryName,
  choice: number,
  options: ReleaseOptions,
): Promise<ReleasedSession> {
  const { way, seed, isRespawned, words, cancelled } = options;
  refuseWhenCancelled(cancelled);
  const id = drawSessionId();
  const log = startLog(project.layout, id);
  makeFolder(project.layout.starts);
  const flags = ['--start', id, '--choice', String(choice), '--seed', String(seed)];
  const call: ReleasedCall = {
    words: ['run', category, ...flags, ...(isRespawned ? ['--respawn'] : []), ...words],
    folder: project.repository.top,
    env: project.env,
    logFile: log,
  };
  const started =
    way === 'detach'
      ? await detach(call)
      : await startUnit({ ...call, unit: unitName(category, id), description: `stint: ${category} ${id}` });
  await untilBegun(project, id, started, cancelled);
  const moved = sessionFiles(project.layout, id).supervisorLog;
  return { id, category, pid: started.pid, unit: started.unit, log: existsSync(moved) ? moved : log };
}

/**
 * It has begun when it has taken what it prints along. Returns as well when the caller does not want to wait any more:
 * what was let go goes on.
 */
async function untilBegun(
  project: Project,
  id: SessionId,
  started: ReleasedProcess,
  cancelled: AbortSignal,
): Promise<void> {
  const moved = sessionFiles(project.layout, id).supervisorLog;
  for (;;) {
    // Asked first: a process that is gone may have begun its session before.
    const isGone = await started.isGone();
    if (existsSync(moved) || cancelled.aborted) return;
    if (isGone) break;
    await project.clock.sleep(LOOK_MS, cancelled);
  }
  // Killed just after its promise: it will be settled, so it counts.
  if (await findSession(project.store, id)) return;
  const log = startLog(project.layout, id);
  const said = lastLine(log);
  rmSync(log, { force: true });
  throw new Problem('not_started', said ?? 'Its process ended without a word.', '', 1);
}

/** The sentence that a process of stint ends with when it cannot begin. */
function lastLine(log: string): string | null {
  if (!existsSync(log)) return null;
  const line = readFileSync(log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? null : oneLine(line.replace(/^stint: /, ''), 500);
}

/** Removes what failed starts have left that nobody waited for. */
function clearStartLogs(project: Project): void {
  const { starts } = project.layout;
  if (!existsSync(starts)) return;
  const before = project.clock.now().getTime() - OLD_LOG_MS;
  for (const name of readdirSync(starts)) {
    const file = `${starts}/${name}`;
    if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < before) rmSync(file, { force: true });
  }
}
