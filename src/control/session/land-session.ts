import { readFileSync } from 'node:fs';
import { refuseLanding, type LandingResult } from '../../domain/landing.ts';
import { atomicWrite } from '../../lib/atomic-write.ts';
import { messageOf } from '../../lib/problem.ts';
import { landWork } from './land-work.ts';
import { wayOf } from './landing-run.ts';
import type { JudgedSession } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';

/** What is known of a landing whose record was not written: its result, or only that its command was started. */
type Note = { readonly result: LandingResult } | { readonly started: true };

/**
 * Lands what a session delivered, when its plan says so and its check passed. Whatever goes wrong is a fact of the
 * record that is written next; nothing here keeps that from being written.
 *
 * Done again after a kill, it finds what has landed already: by the note that it left, or by git.
 */
export async function landSession(project: Project, session: JudgedSession): Promise<LandingResult> {
  const { plan, files, workspace, evidence, verdict, stop } = session;
  const { land } = plan;
  if (land === 'branch') {
    const hasBranch = (workspace?.branch ?? null) !== null;
    return {
      kind: 'none',
      detail: hasBranch ? '`land: branch`: it stays on its branch' : 'it had no branch of its own',
    };
  }
  const how = wayOf(land);
  if (workspace === null || !isDelivered(session)) return { kind: 'none', detail: 'nothing was delivered' };
  const note = readNote(files.landing);
  if (note && 'result' in note) return note.result;
  if (note)
    return refuseLanding(
      how,
      'interrupted',
      'stint was killed while the command ran; nobody knows whether it landed',
    );
  if (stop.reason === 'cancelled') return refuseLanding(how, 'cancelled', stop.because);
  const { result: checked, detail } = evidence.check;
  if (checked === 'failed' || checked === 'failed-before') return refuseLanding(how, 'check-failed', detail);
  if (checked === 'not-run') return refuseLanding(how, 'check-not-run', detail);
  const foreign = evidence.commits.find(({ foreignFiles }) => foreignFiles !== undefined);
  if (foreign) {
    const files = foreign.foreignFiles ?? [];
    const what = `commit ${foreign.sha.slice(0, 12)} holds changes of another's stash entry (${files.join(', ')})`;
    return refuseLanding(how, 'foreign-commits', what, files);
  }
  try {
    // A command may do anything, and stint cannot see what: it is started once.
    if (how === 'command') writeNote(files.landing, { started: true });
    const result = await landWork(project, {
      ...session,
      workspace,
      landing: land,
      work: {
        outcome: verdict.outcome,
        grade: verdict.grade,
        commits: evidence.commits.map(({ sha }) => sha),
        commitDetails: evidence.commits,
      },
      isAsked: false,
      isChecked: true,
      mayDropBranch: session.keptWorktree === null,
    });
    writeNote(files.landing, { result });
    return result;
  } catch (error) {
    return refuseLanding(how, 'git-failed', messageOf(error));
  }
}

/** Own work that can be landed: on a branch of its own, or anywhere when a command takes it. */
function isDelivered({ plan, workspace, verdict, evidence }: JudgedSession): boolean {
  if (verdict.outcome !== 'productive' || evidence.commits.length === 0) return false;
  return typeof plan.land !== 'string' || (workspace?.branch ?? null) !== null;
}

function readNote(file: string): Note | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Note;
  } catch {
    return null; // It has not been tried.
  }
}

function writeNote(file: string, note: Note): void {
  atomicWrite(file, JSON.stringify(note));
}
