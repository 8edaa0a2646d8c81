import { deliversWork } from '../../../domain/deliverable.ts';
import { noEvidence, type Evidence, type ForeignCommit } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { withOtherCalls } from '../../../domain/other-calls.ts';
import type { TranscriptSession } from '../../../domain/transcript-session.ts';
import { confirmCommits } from '../../../evidence/confirm-commits.ts';
import type { GatheredCommits } from '../../../evidence/gather-commits.ts';
import type { RepositoryHistories } from '../../../evidence/repository-histories.ts';
import type { Repository } from '../../../git/repository.ts';
import { NO_CATEGORY } from '../../../harness/reading/session-records.ts';
import { explainTranscript, whyWorkIsUnverified } from '../../../judge/explain-transcript.ts';
import { judge } from '../../../judge/judge.ts';
import { onProblem } from '../../../lib/problem.ts';
import { amendReread } from '../../../record/amend-reread.ts';
import { recordOfTranscript } from '../../../record/compose-record.ts';
import { findOwners } from '../../../store/commits.ts';
import { findFoundWork, type EditedLines } from '../../../store/edited-lines.ts';
import type { ImportedSession } from '../../../store/import-batches.ts';
import type { KnownRecord } from '../../../store/imports.ts';
import type { Store } from '../../../store/store.ts';
import type { Project } from '../../project/project.ts';
import { withFound } from './amend-by-found.ts';
import { isInScope } from './import-scope.ts';

/** An agent that is at work writes more often than that; a call that takes longer is told as broken off until it ends. */
const LONGEST_PAUSE_MS = 10 * 60_000;

/** Whether its agent is in the middle of something, and was a moment ago. Then nothing about it is decided. */
export function isAtWork({ lastWord, handOff, transcript, endedAt }: TranscriptSession, now: Date): boolean {
  if (handOff !== null) return false;
  const isInTheMiddle = lastWord === 'call' || lastWord === 'tool' || lastWord === 'person';
  if (!isInTheMiddle || transcript.ended || transcript.limit || endedAt === null) return false;
  const pauseMs = now.getTime() - Date.parse(endedAt);
  return pauseMs >= 0 && pauseMs < LONGEST_PAUSE_MS;
}

/** What all sessions of an import share. */
export interface Judging {
  readonly project: Project;
  readonly histories: RepositoryHistories;
  /** Why a record changes that is not new. */
  readonly why: string;
}

/** One of several sessions that are judged at the same time. */
export interface JudgingOne extends Judging {
  /** Settled when those before it are judged. */
  readonly turn: Promise<void>;
}

/**
 * Judges a session that an agent CLI kept on disk, by the same judge as one that stint ran.
 *
 * @param isWhole false where files of it are gone that were read before: then it may tell less than its record does
 */
export async function judgeTranscript(
  judging: JudgingOne,
  id: SessionId,
  session: TranscriptSession,
  repositories: readonly Repository[],
  isWhole: boolean,
): Promise<ImportedSession> {
  const { project } = judging;
  const stop = explainTranscript(session);
  const gathered = await gatherEvidence(judging, id, session, repositories);
  const { repository } = gathered;
  const known = { ...gathered.evidence, ...whyNoSearch(session) };
  const evidence = await withWorkFound(project.store, id, known);
  const verdict = judge(NO_CATEGORY, stop, evidence);
  const parts = { id, category: NO_CATEGORY, session, stop, evidence, verdict };
  const record = project.redactor.value(recordOfTranscript(parts));
  const at = project.clock.now().toISOString();
  const missing = (known: KnownRecord) => {
    // A record without evidence came from a row or another machine: stint did not judge it.
    if (!known.hasEvidence) return null;
    if (!isWhole && record.endedAt < known.original.endedAt) return [];
    return amendReread(known.original, known.amendments, record, { at, why: judging.why });
  };
  const incoming = { id, record, amendments: [], missing, ...(repository === null ? {} : { repository }) };
  // The record has the totals; kept message by message they would fill the memory while they wait.
  const transcript = { ...evidence.transcript, usageByMessage: new Map() };
  const edits = isWhole ? editedLinesOf(session, repositories) : undefined;
  return { incoming, evidence: { ...evidence, transcript }, edits };
}

/** The result of a search stands until the next one, or until the session itself has delivered. */
async function withWorkFound(store: Store, id: SessionId, evidence: Evidence): Promise<Evidence> {
  if (evidence.commits.some(deliversWork)) return evidence;
  const found = await findFoundWork(store, id);
  return found === null && evidence.editsFound !== undefined ? evidence : withFound(evidence, found);
}

/** Commits are searched from the time of the first edit on: without it no search takes place. */
function whyNoSearch({ edits }: TranscriptSession): Pick<Evidence, 'editsFound'> {
  if (edits === null || edits.files.size === 0 || edits.firstAt !== null) return {};
  return { editsFound: 'its first edit has no possible time, so stint searched no commits for its lines' };
}

/** What its edits left, where the time of the first one is known: no commit that is older can hold it. */
function editedLinesOf(
  { edits, cwd }: TranscriptSession,
  repositories: readonly Repository[],
): EditedLines | null {
  if (edits === null || edits.firstAt === null || Number.isNaN(Date.parse(edits.firstAt))) return null;
  if (edits.files.size === 0) return null;
  const own = repositories.find(({ top }) => isInScope([top], cwd));
  return { repository: own?.commonDir ?? null, firstAt: edits.firstAt, files: edits.files };
}

/**
 * The evidence of a session without a supervisor: its files, and of the commits that git named to it those that a
 * repository has, under whatever name.
 */
async function gatherEvidence(
  judging: JudgingOne,
  id: SessionId,
  session: TranscriptSession,
  repositories: readonly Repository[],
): Promise<Pick<Confirmed, 'repository'> & { readonly evidence: Evidence }> {
  const { transcript } = session;
  const wasAsked = repositories.length > 0;
  const names = [...new Set(transcript.printedCommits)];
  const { found, repository, trouble } = await confirmAnywhere(judging, id, session, repositories);
  const evidence: Evidence = {
    ...noEvidence,
    commits: found.commits,
    notCounted: [...found.notCounted, ...listUnconfirmed(names, found, wasAsked)],
    gitTrouble: trouble ?? whyWorkIsUnverified(session, found.commits.length, wasAsked),
    head: found.commits.at(-1)?.sha ?? null,
    check: { result: 'none', detail: 'it was imported, and stint ran no check of it' },
    transcript: withUnseenHelpers(session),
    hasEvents: true,
    isImported: true,
    ...(session.attended === 'no' ? {} : { mayBeAttended: true }),
  };
  return { evidence, repository };
}

/** What a helper did is known from its own lines: where they are not here, its start is a call like any other. */
function withUnseenHelpers({ transcript, helpers }: TranscriptSession): TranscriptSession['transcript'] {
  const calls = helpers.started - helpers.told;
  if (calls <= 0) return transcript;
  const start = { name: helpers.tool ?? 'a helper', calls };
  return { ...transcript, otherCalls: withOtherCalls(transcript.otherCalls, [start]) };
}

interface Confirmed {
  readonly found: GatheredCommits;
  /** The git folder of the repository that has its commits; null where none could be asked. */
  readonly repository: string | null;
  readonly trouble: string | null;
}

/** The first repository that has any of the commits is the one that the session worked in. */
async function confirmAnywhere(
  judging: JudgingOne,
  id: SessionId,
  session: TranscriptSession,
  repositories: readonly Repository[],
): Promise<Confirmed> {
  let trouble: string | null = null;
  if (session.transcript.printedCommits.length > 0)
    for (const { top, commonDir } of repositories) {
      const found = await confirmFor(judging, id, session, top, commonDir ?? '').catch(
        onProblem(({ message }) => message),
      );
      if (typeof found === 'string') trouble = found;
      else if (found.commits.length + found.notCounted.length > 0)
        return { found, repository: commonDir, trouble: null };
    }
  return { found: { commits: [], notCounted: [] }, repository: null, trouble };
}

function confirmFor(
  { project, histories, turn }: JudgingOne,
  session: SessionId,
  { transcript, toldCommits, endedAt }: TranscriptSession,
  folder: string,
  repository: string,
): Promise<GatheredCommits> {
  return confirmCommits({
    folder,
    repository,
    session,
    printed: [...new Set(transcript.printedCommits)],
    told: toldCommits,
    endedAt,
    histories,
    turn,
    findOwners: async (shas) => {
      const owners = await findOwners(project.store, repository, shas);
      return new Map([...owners].filter(([, owner]) => owner !== session));
    },
  });
}

/** What only the agent's output names. */
function listUnconfirmed(
  names: readonly string[],
  { commits, notCounted }: GatheredCommits,
  wasAsked: boolean,
): ForeignCommit[] {
  const known = [...commits, ...notCounted].map(({ sha }) => sha);
  const because = wasAsked
    ? 'claimed (transcript): git named it to the agent, and the repository has no commit that is known to be it'
    : 'claimed (transcript): git named it to the agent, and there was no repository to ask';
  return names.filter((name) => !known.some((sha) => sha.startsWith(name))).map((sha) => ({ sha, because }));
}
