import { readFileSync } from 'node:fs';
import { hasWorkToLand, refuseLanding, typedBranch, type LandingResult } from '../../domain/landing.ts';
import { sessionBranch } from '../../domain/layout.ts';
import { listRefNames } from '../../git/names.ts';
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
  const { id, plan, files, workspace, evidence, verdict, stop, notLanded } = session;
  const { land } = plan;
  const whyNone = await whyNothingLands(project, session);
  if (land === 'branch')
    return { kind: 'none', detail: whyNone ?? notLanded ?? '`land: branch`: it stays on its branch' };
  const how = wayOf(land);
  if (workspace === null || whyNone !== null)
    return { kind: 'none', detail: whyNone ?? 'nothing was delivered' };
  if (notLanded !== null) return refuseLanding(how, 'foreign-commits', notLanded);
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
      mayDropBranch: session.keptWorktree === null && !session.wasBranchThere,
      pushedAs: session.wasBranchThere ? sessionBranch(plan.category, id) : (workspace.branch ?? ''),
    });
    writeNote(files.landing, { result });
    return result;
  } catch (error) {
    return refuseLanding(how, 'git-failed', messageOf(error));
  }
}

/** Why there is nothing that could land: only own work can, on a branch, or anywhere when a command takes it. */
async function whyNothingLands(
  project: Project,
  { id, plan, workspace, evidence, verdict }: JudgedSession,
): Promise<string | null> {
  const { outcome } = verdict;
  const branch = workspace?.branch ?? null;
  if (outcome === 'unknown' && branch !== null && hasWorkToLand({ outcome, ...evidence }))
    return `what it did is not known: look at git log ${typedBranch(branch)}; to land it: stint land ${id}`;
  const head = evidence.commits.at(-1)?.sha;
  if (outcome !== 'productive' || head === undefined)
    return plan.land === 'branch' && branch === null
      ? 'it had no branch of its own'
      : 'nothing was delivered';
  if (branch !== null || typeof plan.land !== 'string') return null;
  if (workspace?.isolation !== 'worktree') return 'it had no branch of its own';
  const words = ['--count=3', '--contains', head, 'refs/heads/'];
  const holders = await listRefNames(project.repository.top, words);
  const names = holders.map((name) => name.slice('refs/heads/'.length)).join(', ');
  const where = names === '' ? 'at a commit without a branch' : `on ${names}`;
  return `its work is ${where}, and its worktree stood on no branch with work in the end`;
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
