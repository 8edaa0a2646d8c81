import { existsSync } from 'node:fs';
import { shownFiles, type EditedFiles } from '../domain/edited-files.ts';
import type { Declaration, Evidence, RangeComparison } from '../domain/evidence.ts';
import type { Plan } from '../domain/plan.ts';
import type { Workspace } from '../domain/session.ts';
import type { Transcript } from '../domain/transcript.ts';
import { listRange, parentOf } from '../git/names.ts';
import { realPath } from '../lib/file-system.ts';
import { parseJson } from '../lib/json-lines.ts';
import { Problem } from '../lib/problem.ts';
import { checkWork, type CheckPlace } from './check-work.ts';
import { gatherCommits, type GatheredCommits } from './gather-commits.ts';
import type { CommitSearch } from './copied-commits.ts';
import { gatherEffects } from './gather-effects.ts';
import type { GatheredSession } from './gathered-session.ts';
import { observeCategory, rulesOf } from './observed-category.ts';
import { gatherStashes, type GatheredStashes } from './gather-stashes.ts';
import {
  findMakers,
  findOtherStashes,
  findRivals,
  readSessionText,
  type OtherSessions,
} from './other-sessions.ts';
import { parseRefsLog, type StashMove } from '../git/refs-log.ts';
import { readStatus } from '../git/repository.ts';
import type { StashQuestion } from './stash-search.ts';
import { findStanding, type Standing } from './standing.ts';
import { readStartRefs } from './start-refs.ts';
import { findWorkPlace, type WorkPlace } from './work-place.ts';
import { readUncommitted, type Baseline, type UncommittedFiles } from '../git/workspace-files.ts';

/** The sources of evidence beside the session's own files. */
export interface EvidenceSources extends CheckPlace {
  readonly others: OtherSessions;
  /** The sessions that a plan goes on from. */
  readonly listEarlier: (plan: Plan) => Promise<readonly string[]>;
}

/** A session whose words have been read. */
export interface ReadSession extends GatheredSession {
  readonly transcript: Transcript;
  /** Its own words, from `stint declare`. */
  readonly declared: Declaration | null;
}

/** The evidence, with what git knows of the place where the session worked. */
export interface Gathered extends Pick<GitAnswer, 'uncommitted' | 'standing' | 'movedTo' | 'stashes'> {
  readonly evidence: Evidence;
}

/** All that belongs to the session, gathered once; with the files that it left uncommitted, for the salvage. */
export async function gatherEvidence(sources: EvidenceSources, session: ReadSession): Promise<Gathered> {
  const { workspace, plan } = session;
  const warnings = [...session.warnings];
  const { found, range, trouble, ...place } = await askGit(sources, session, warnings);
  const { uncommitted, stashes } = place;
  const head = found.commits.at(-1)?.sha ?? null;
  const first = found.commits[0]?.sha;
  const base = first ? await parentOf(sources.repository.top, first) : null;
  const check = await checkWork(sources, session, head, base);
  const left = uncommitted ? [...uncommitted.tracked, ...uncommitted.untracked] : null;
  const effects = await gatherEffects({
    folder: sources.repository.top,
    commits: found.commits,
    worktree:
      workspace && left ? { folder: workspace.folder, uncommitted: withoutForeign(left, stashes) } : null,
    check,
    artefacts: plan.artefacts,
  });
  const evidence: Evidence = {
    ...found,
    range,
    effects,
    gitTrouble: trouble,
    head,
    check,
    declared: session.declared,
    uncommitted: left,
    transcript: { ...session.transcript, ...filesFrom(workspace?.folder ?? null, session.transcript) },
    hasEvents: session.harness.hasEvents,
    isReadOnly: plan.permissions === 'read',
    isScript: plan.harnessSettings.type === 'wrap',
    observedCategory: observeCategory(found.commits, rulesOf(plan), plan.category),
    leftovers: session.ended.leftovers,
    ...(stashes && stashes.facts.length > 0 ? { stashes: stashes.facts } : {}),
    warnings,
  };
  return { evidence, ...place };
}

/** The files that its calls edited, from the folder where it began, by either of its names. */
function filesFrom(folder: string | null, edited: EditedFiles): EditedFiles {
  return folder === null
    ? shownFiles(edited, null)
    : shownFiles(shownFiles(edited, folder), realPath(folder));
}

/** What lies uncommitted from another's stash entry is not the session's. */
function withoutForeign(files: readonly string[], stashes: GatheredStashes | null): string[] {
  return files.filter((file) => stashes?.foreignPaths.has(file) !== true);
}

interface GitAnswer {
  readonly found: GatheredCommits;
  readonly range: RangeComparison | null;
  readonly uncommitted: UncommittedFiles | null;
  readonly stashes: GatheredStashes | null;
  readonly standing: Standing | null;
  /** The folder to which the agent moved its worktree, or null. */
  readonly movedTo: string | null;
  /** Why there is no answer, null when there is one. */
  readonly trouble: string | null;
}

const NO_ANSWER: GitAnswer = {
  found: { commits: [], notCounted: [] },
  range: null,
  uncommitted: null,
  stashes: null,
  standing: null,
  movedTo: null,
  trouble: null,
};

/** A repository that git cannot read (any more) must not keep its sessions without a record for ever. */
async function askGit(
  sources: EvidenceSources,
  session: ReadSession,
  warnings: string[],
): Promise<GitAnswer> {
  const { workspace, files } = session;
  const { top, commonDir } = sources.repository;
  if (workspace === null || commonDir === null) return NO_ANSWER;
  try {
    const sharedUntil = existsSync(files.reflogStart) ? readSessionText(files.reflogStart) : null;
    const place = await findWorkPlace(top, workspace, sharedUntil);
    const startRefs = readStartRefs(readSessionText(files.refsStart));
    const log = parseRefsLog(readSessionText(files.refsLog));
    if (log.unreadable > 0) warnings.push(`${log.unreadable} lines of the refs log could not be read`);
    const made = await findCommits(sources, session, { place, startRefs, moves: log.moves });
    const baseline = (parseJson(readSessionText(files.baseline)) ?? {}) as Baseline;
    const isOwnFolder = workspace.isolation === 'worktree' && place.folder === workspace.folder;
    const uncommitted = isOwnFolder
      ? await readUncommitted(workspace.folder, baseline, workspace.base)
      : null;
    const work = {
      commits: made.commits,
      refMoves: log.moves,
      uncommitted: await listChanged(place, uncommitted),
    };
    const question = await stashQuestion(sources, session, log.stash);
    const stashes = await gatherStashes(question, { ...work, head: place.head ?? place.tip });
    warnings.push(...stashes.warnings);
    const found = { ...made, commits: stashes.commits };
    return {
      found,
      range: await findRange(top, workspace, place, found),
      uncommitted,
      stashes,
      standing:
        workspace.isolation === 'worktree'
          ? await findStanding(top, place, { startRefs, moves: log.moves }, found)
          : null,
      movedTo: place.isMoved ? place.folder : null,
      trouble: null,
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...NO_ANSWER, trouble: error.message };
  }
}

/** As many of the others' commits as are named. */
const MOST_NAMED = 5;

/**
 * What a worktree's range says against the commits that were counted. It gains others' commits by a rebase or a merge,
 * and loses own ones when the agent lands them and resets; so it decides nothing, and is told. Null where it cannot be
 * read.
 */
async function findRange(
  top: string,
  { isolation, base }: Workspace,
  place: WorkPlace,
  { commits }: GatheredCommits,
): Promise<RangeComparison | null> {
  if (isolation !== 'worktree' || base === null) return null;
  const head = place.folder === null ? place.tip : place.head;
  const range = head === null ? null : await listRange(top, base, head);
  if (head === null || range === null) return null;
  const counted = commits.map(({ sha }) => sha);
  const others = range.filter((sha) => !counted.includes(sha));
  return {
    base,
    head,
    others: others.length,
    namedOthers: others.slice(0, MOST_NAMED),
    outside: counted.filter((sha) => !range.includes(sha)),
  };
}

async function findCommits(
  sources: EvidenceSources,
  session: ReadSession,
  known: Pick<CommitSearch, 'startRefs' | 'moves'> & { readonly place: WorkPlace },
): Promise<GatheredCommits> {
  return gatherCommits({
    ...known,
    folder: sources.repository.top,
    repository: sources.repository.commonDir ?? '',
    session: session.id,
    reflog: known.place.reflog,
    isHeadOwn: session.workspace?.isolation === 'worktree',
    printed: session.transcript.printedCommits,
    findRivals: (shas) => findRivals(sources.others, session, shas),
    findMakers: (shas) => findMakers(sources.others, sources.repository.commonDir ?? '', session.id, shas),
  });
}

async function stashQuestion(
  sources: EvidenceSources,
  session: ReadSession,
  moves: readonly StashMove[],
): Promise<StashQuestion> {
  return {
    folder: sources.repository.top,
    repository: sources.repository.commonDir ?? '',
    session: session.id,
    earlier: await sources.listEarlier(session.plan),
    branch: session.workspace?.branch ?? null,
    moves,
    findOthers: () => findOtherStashes(sources.others, session),
    atStart: readSessionText(session.files.stashStart).split('\n'),
  };
}

/** Paths with uncommitted work where the session stands in the end; in a shared checkout they can be of others too. */
async function listChanged(
  { folder }: WorkPlace,
  uncommitted: UncommittedFiles | null,
): Promise<string[] | null> {
  if (uncommitted) return [...uncommitted.tracked, ...uncommitted.untracked];
  return folder === null ? null : (await readStatus(folder)).map(({ path }) => path);
}
