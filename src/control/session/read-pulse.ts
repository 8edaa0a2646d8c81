import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Pulse } from '../../domain/liveness.ts';
import type { CliKind, HarnessSettings } from '../../domain/plan.ts';
import { readLine } from '../../harness/read-transcript.ts';
import { cliOfFormat } from '../../harness/registry.ts';
import { TranscriptWatch } from '../../harness/transcript-places.ts';
import { LineReader } from '../../lib/line-reader.ts';
import type { ProcessTable } from '../../lib/process-table.ts';
import { readMarkers } from '../../run/marker-files.ts';
import type { SessionTree } from '../../run/session-tree.ts';
import { WorktreeWatch } from '../../git/worktree-watch.ts';
import type { StartedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

export interface PulseReader {
  readonly read: (table: () => ProcessTable) => Pulse;
  /** How far standard output has been read. */
  readonly stdoutBytes: () => number;
}

/** Looks at everything that shows whether a session lives. Each look gives what is new since the one before. */
export function pulseReader(
  project: Pick<Project, 'clock' | 'layout' | 'env'>,
  session: Pick<StartedSession, 'id' | 'plan' | 'files' | 'harness' | 'workspace'>,
  tree: SessionTree,
): PulseReader {
  const { id, plan, files, harness, workspace } = session;
  const reader = new LineReader(files.stdout);
  const hooks = new LineReader(files.hooks);
  const worktree = workspace?.isolation === 'worktree' ? new WorktreeWatch(workspace.folder) : null;
  const cli = cliOf(plan.harnessSettings);
  const ownFile = cli && new TranscriptWatch(cli, project.env, project.env['HOME'] ?? homedir());
  let thread: string | null = null;
  /** Events of a look that failed. The next look gets them. */
  let unseen: Pulse['events'] = [];
  const read: PulseReader['read'] = (table) => {
    // Asked first: what it wrote before it went is read below, what it wrote after cannot be.
    const isAlive = tree.isShimAlive();
    const at = project.clock.now();
    const events = (unseen = [...unseen, ...reader.read().flatMap((line) => readLine(harness, line, at))]);
    for (const event of events) if (event.kind === 'started') thread = event.thread ?? thread;
    const processes = tree.sample(table());
    unseen = [];
    // Rounded as it is stored, so that a rebuild has the same state.
    const atMs = Math.round(project.clock.monotonicMs());
    const hasWritten = thread !== null && (ownFile?.takeGrowth(thread, atMs) ?? false);
    return {
      atMs,
      events,
      processes,
      isAlive,
      outputBytes: (sizeOf(files.stdout) ?? 0) + (sizeOf(files.stderr) ?? 0),
      hasOutput: sizeOf(files.stdout) !== null,
      markers: readMarkers({
        folders: [project.layout.markers, ...plan.supervise.markerDirs],
        ids: thread === null ? [id] : [id, thread],
        now: project.clock.now(),
        isMember: (owner) => tree.has(owner),
      }),
      hooks: hooks.read().length + (hasWritten ? 1 : 0),
      hasWorktreeChanged: worktree?.takeChange() ?? false,
    };
  };
  return { read, stdoutBytes: () => reader.offset };
}

/** The agent CLI that writes such output, whatever program starts it; null where stint knows none of its files. */
function cliOf(settings: HarnessSettings): CliKind | null {
  if (settings.type === 'wrap') return null;
  return settings.type === 'command' ? cliOfFormat(settings.format) : settings.type;
}

/** Null where there is no such file. */
function sizeOf(file: string): number | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : null;
}
