import { existsSync } from 'node:fs';
import type { SessionId } from '../../domain/ids.ts';
import { salvageRef, sessionFiles } from '../../domain/layout.ts';
import type { EarlierUse } from '../../domain/own-use.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Concluded, Stop } from '../../domain/record.ts';
import type { Transcript } from '../../domain/transcript.ts';
import { type EvidenceSources, type Gathered, gatherEvidence } from '../../evidence/gather-evidence.ts';
import { readOwnUse } from '../../evidence/read-own-use.ts';
import { salvage, type Salvage, type SalvageRequest } from '../../git/salvage.ts';
import { unknownToolWords } from '../../harness/unknown-tools.ts';
import { judge } from '../../judge/judge.ts';
import { signAtEnd } from '../../judge/provider-sign.ts';
import { Problem } from '../../lib/problem.ts';
import { recordOfRun } from '../../record/compose-record.ts';
import { findOwners } from '../../store/commits.ts';
import { listFactsSince } from '../../store/facts.ts';
import { findRecord, insertRecord } from '../../store/records.ts';
import { claimStop, findSession, findStop, listOpen } from '../../store/sessions.ts';
import { isRefusedByShell } from '../../run/start-agent.ts';
import { explainEnd } from '../../supervise/explain-end.ts';
import { readDeclaration } from '../custody/declare.ts';
import { noteAccount, noteHarness } from '../custody/note-parkings.ts';
import { type EndedSession, refOf } from '../custody/session-life.ts';
import type { Project } from '../project/project.ts';
import { checkPlace } from './landing-run.ts';
import { landSession } from './land-session.ts';
import { clearTemporary } from './clear-temporary.ts';
import { clearWorkspace } from './clear-worktrees.ts';
import { hearJudgeCommand } from './hear-judge-command.ts';
import { keepBranch } from './keep-branch.ts';
import { settleStashes } from './settle-stashes.ts';

/**
 * The second half of a session's path: evidence, verdict, landing, record. Running it again for the same session
 * changes nothing: the record is written once, and the rest can be repeated.
 */
export async function concludeSession(project: Project, session: EndedSession): Promise<Concluded> {
  const {
    transcript,
    costUsd,
    warnings: doubts,
  } = await readOwnUse(session, project.env, () => listEarlier(project, session.plan));
  const stop = await explainStop(project, session, transcript);
  // First of all: a check and a landing take their time, and others would start into the same.
  await noteAccount(project, session, signAtEnd(stop, transcript), new Date(session.seenEndAt));
  const {
    evidence: gathered,
    stashes,
    ...place
  } = await gatherEvidence(evidenceSources(project), {
    ...session,
    transcript,
    declared: readDeclaration(session.files.declared),
    warnings: [
      ...session.warnings,
      ...doubts,
      ...session.harness.cannotHonour(session.plan),
      ...unknownToolWords(session.plan.harnessSettings, transcript.unknownTools),
      ...session.ended.survivors.map((command) => `a process could not be ended: ${command}`),
    ],
  });
  const own = judge(session.plan.category, stop, gathered);
  const { verdict, warnings } = await hearJudgeCommand(project, session, stop, gathered, own);
  const { outcome, grade, failureModes } = verdict;
  project.events.emit({
    name: 'judge.decided',
    session: refOf(session),
    verdict: { outcome, grade, failureModes },
  });
  const { branch, rest } = await keepBranch(project, session, place.standing, gathered.commits);
  const { salvage: salvaged, because } = await saveWork(session, place);
  const keptWorktree = because === null ? null : (place.movedTo ?? session.workspace?.folder ?? null);
  const kept = because === null ? [] : [`the worktree is kept: ${because}`];
  kept.push(...rest, ...(await clearTemporary(session)));
  const evidence = { ...gathered, warnings: [...gathered.warnings, ...warnings, ...kept] };
  const processes = { survivors: session.ended.survivors, containment: containmentOf(session) };
  // What it put aside and left is saved by its pin.
  const aside = stashes?.facts.find(({ state }) => state !== 'foreign')?.ref ?? null;
  const saved = { salvage: salvaged ?? aside, keptWorktree };
  const judged = { ...session, stop, evidence, costUsd, verdict, ...branch, ...saved, ...processes };
  const landing = await landSession(project, judged);
  if (landing.kind !== 'none')
    project.events.emit({ name: 'landing.done', session: refOf(session), landing });
  // Here, and not only where it is stored: it is also printed and handed to commands.
  const record = project.redactor.value(recordOfRun({ ...judged, landing }));
  const isNew = await insertRecord(project.store, record, project.repository.commonDir ?? '', evidence);
  if (isNew) project.events.emit({ name: 'record.written', record });
  await settleStashes(project, session.id, stashes);
  await noteHarness(project, session.plan, record, new Date(session.seenEndAt));
  if (keptWorktree === null) await clearWorkspace(project, session.workspace, record);
  return { record, isNew };
}

/** Null where no agent was started: nothing of it could be found or missed. */
function containmentOf({ trouble, ended }: EndedSession): 'cgroup' | 'none' | null {
  if (trouble !== null) return null;
  return ended.isContained ? 'cgroup' : 'none';
}

async function explainStop(project: Project, session: EndedSession, transcript: Transcript): Promise<Stop> {
  if (session.trouble !== null) await claimStop(project.store, session.id, 'not-started', session.trouble);
  const stop = explainEnd({
    claimed: await findStop(project.store, session.id),
    exitCode: session.exitCode,
    transcript,
    hasEvents: session.harness.hasEvents,
    hasOutput: existsSync(session.files.stdout),
    isRefusedByShell: session.plan.harnessSettings.type === 'wrap' ? isRefusedByShell(session.files) : null,
  });
  await claimStop(project.store, session.id, stop.reason, stop.because);
  return stop;
}

const MOST_NAMED = 3;

/** Saves what is not committed, before its only copy goes. `because`: why the worktree is kept, null where it is not. */
async function saveWork(
  session: EndedSession,
  { uncommitted, movedTo }: Pick<Gathered, 'uncommitted' | 'movedTo'>,
): Promise<{ salvage: string | null; because: string | null }> {
  const { workspace, id, plan } = session;
  if (workspace?.isolation !== 'worktree') return { salvage: null, because: null };
  const { folder } = workspace;
  // What lies there is wherever an agent said: nothing of it is read or removed.
  if (movedTo !== null) return { salvage: null, because: `its agent moved it to ${movedTo}` };
  if (!uncommitted) {
    // An agent worked here, and git cannot say any more what is new: nothing of it may go.
    const isKept = existsSync(session.files.baseline) && existsSync(folder);
    return { salvage: null, because: isKept ? 'git cannot say what is new in it' : null };
  }
  const saved = await trySalvage({
    folder,
    ref: salvageRef(id),
    message: `stint: uncommitted work of session ${id} (${plan.category})`,
    files: [...uncommitted.tracked, ...uncommitted.untracked],
    scratch: session.files.folder,
  });
  const reasons = [
    ...uncommitted.inner.map((name) => `${name} is a repository of its own, with work that is nowhere else`),
    ...(saved.kind === 'kept' && uncommitted.inner.length === 0 ? [saved.because] : []),
    ...(uncommitted.ignored.length > 0
      ? [`ignored, and made again by no tool: ${first(uncommitted.ignored)}`]
      : []),
  ];
  return {
    salvage: saved.kind === 'saved' ? saved.ref : null,
    because: reasons.length > 0 ? reasons.join('; ') : null,
  };
}

/** The first few, and how many more. */
function first(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Where git says no, the worktree stays as it is: it may hold the only copy. */
async function trySalvage(request: SalvageRequest): Promise<Salvage> {
  try {
    return await salvage(request);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { kind: 'kept', because: error.message };
  }
}

/** The sources of evidence in a project. */
function evidenceSources(project: Project): EvidenceSources {
  const { repository, store, layout } = project;
  return {
    ...checkPlace(project),
    others: {
      listOpen: async () => (await listOpen(store)).map(({ id }) => id),
      listRecordedSince: async (at) => (await listFactsSince(store, at)).map(({ id }) => id),
      findOwners: (shas) => findOwners(store, repository.commonDir ?? '', shas),
      filesOf: (id) => sessionFiles(layout, id),
    },
    listEarlier: async (plan) => (await listEarlier(project, plan)).map(({ id }) => id),
  };
}

/** The sessions that a plan goes on from, newest first. */
async function listEarlier({ store }: Project, plan: Plan): Promise<EarlierUse[]> {
  const earlier: EarlierUse[] = [];
  const seen = new Set<SessionId>();
  for (let id = plan.resume?.sessionId; id !== undefined && !seen.has(id);) {
    seen.add(id);
    const record = (await findRecord(store, id))?.record;
    if (record) earlier.push({ id, usage: record.usage, costUsd: record.costUsd });
    id = (await findSession(store, id))?.plan.resume?.sessionId;
  }
  return earlier;
}
