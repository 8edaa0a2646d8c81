import { existsSync } from 'node:fs';
import type { Declaration, Evidence, RangeComparison } from '../domain/evidence.ts';
import type { Workspace } from '../domain/session.ts';
import type { Transcript } from '../domain/transcript.ts';
import { listRange, parentOf, resolveCommit } from '../git/names.ts';
import { isTop, readHeadReflog } from '../git/repository.ts';
import { parseJson } from '../lib/json-lines.ts';
import { Problem } from '../lib/problem.ts';
import { checkWork, type CheckPlace } from './check-work.ts';
import { gatherCommits, type GatheredCommits } from './gather-commits.ts';
import { gatherEffects } from './gather-effects.ts';
import type { GatheredSession } from './gathered-session.ts';
import { observeCategory, rulesOf } from './observed-category.ts';
import { findMakers, findRivals, readSessionText, type OtherSessions } from './other-sessions.ts';
import type { WorkPlace } from './unjoined-commits.ts';
import { parseReflog, parseRefsLog, textAfter, type ReflogPair } from '../git/refs-log.ts';
import { readUncommitted, type Baseline, type UncommittedFiles } from '../git/workspace-files.ts';

/** The sources of evidence beside the session's own files. */
export interface EvidenceSources extends CheckPlace {
  readonly others: OtherSessions;
}

/** A session whose words have been read. */
export interface ReadSession extends GatheredSession {
  readonly transcript: Transcript;
  /** Its own words, from `stint declare`. */
  readonly declared: Declaration | null;
}

/** All that belongs to the session, gathered once; with the files that it left uncommitted, for the salvage. */
export async function gatherEvidence(
  sources: EvidenceSources,
  session: ReadSession,
): Promise<{ evidence: Evidence; uncommitted: UncommittedFiles | null }> {
  const { workspace, plan } = session;
  const warnings = [...session.warnings];
  // An agent may have removed the worktree itself; its commits are in the repository all the same.
  const worktree = workspace && (await isWorktree(workspace)) ? workspace : null;
  const { found, range, uncommitted, trouble } = await askGit(sources, session, worktree, warnings);
  const head = found.commits.at(-1)?.sha ?? null;
  const first = found.commits[0]?.sha;
  const base = first ? await parentOf(sources.repository.top, first) : null;
  const check = await checkWork(sources, session, head, base);
  const left = uncommitted ? [...uncommitted.tracked, ...uncommitted.untracked] : null;
  const effects = await gatherEffects({
    folder: sources.repository.top,
    commits: found.commits,
    worktree: worktree && left ? { folder: worktree.folder, uncommitted: left } : null,
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
    transcript: session.transcript,
    hasEvents: session.harness.hasEvents,
    isReadOnly: plan.permissions === 'read',
    isScript: plan.harnessSettings.type === 'wrap',
    observedCategory: observeCategory(found.commits, rulesOf(plan), plan.category),
    leftovers: session.ended.leftovers,
    warnings,
  };
  return { evidence, uncommitted };
}

interface GitAnswer {
  readonly found: GatheredCommits;
  readonly range: RangeComparison | null;
  readonly uncommitted: UncommittedFiles | null;
  /** Why there is no answer, null when there is one. */
  readonly trouble: string | null;
}

/** A repository that git cannot read (any more) must not keep its sessions without a record for ever. */
async function askGit(
  sources: EvidenceSources,
  session: ReadSession,
  worktree: Workspace | null,
  warnings: string[],
): Promise<GitAnswer> {
  const nothing = { commits: [], notCounted: [] };
  const hasCommits = session.workspace !== null && sources.repository.commonDir !== null;
  try {
    const found = hasCommits ? await findCommits(sources, session, worktree, warnings) : nothing;
    const baseline = (parseJson(readSessionText(session.files.baseline)) ?? {}) as Baseline;
    const uncommitted = worktree ? await readUncommitted(worktree.folder, baseline, worktree.base) : null;
    const range = await findRange(sources, session, worktree, found);
    return { found, range, uncommitted, trouble: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { found: nothing, range: null, uncommitted: null, trouble: error.message };
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
  sources: EvidenceSources,
  { workspace }: ReadSession,
  worktree: Workspace | null,
  { commits }: GatheredCommits,
): Promise<RangeComparison | null> {
  if (workspace?.isolation !== 'worktree' || workspace.base === null) return null;
  const { base, branch } = workspace;
  const folder = worktree?.folder ?? sources.repository.top;
  const head = await resolveCommit(folder, worktree ? 'HEAD' : `refs/heads/${branch ?? ''}`);
  const range = head === null ? null : await listRange(folder, base, head);
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

/** Whether git still takes the folder for a worktree, and not for a part of some other repository. */
async function isWorktree({ isolation, folder }: Workspace): Promise<boolean> {
  return isolation === 'worktree' && existsSync(folder) && (await isTop(folder));
}

async function findCommits(
  sources: EvidenceSources,
  session: ReadSession,
  worktree: Workspace | null,
  warnings: string[],
): Promise<GatheredCommits> {
  const log = parseRefsLog(readSessionText(session.files.refsLog));
  if (log.unreadable > 0) warnings.push(`${log.unreadable} lines of the refs log could not be read`);
  return gatherCommits({
    folder: sources.repository.top,
    repository: sources.repository.commonDir ?? '',
    session: session.id,
    moves: log.moves,
    reflog: await readMoves(session, worktree),
    isHeadOwn: session.workspace?.isolation === 'worktree',
    printed: session.transcript.printedCommits,
    findRivals: (shas) => findRivals(sources.others, session, shas),
    place: session.workspace && (await findPlace(sources, session.workspace, worktree)),
    startTips: readSessionText(session.files.refsStart)
      .split('\n')
      .filter((tip) => /^[0-9a-f]{40,64}$/.test(tip)),
    findMakers: (shas) => findMakers(sources.others, sources.repository.commonDir ?? '', session.id, shas),
  });
}

/** Where the session stands in the end: HEAD of its folder, or its branch where its worktree is gone. */
async function findPlace(
  { repository }: EvidenceSources,
  { isolation, folder, branch, base }: Workspace,
  worktree: Workspace | null,
): Promise<WorkPlace> {
  const isThere = worktree !== null || isolation === 'shared';
  const head = isThere
    ? await resolveCommit(folder, 'HEAD')
    : await resolveCommit(repository.top, `refs/heads/${branch ?? ''}`);
  return { heads: head === null ? [] : [head], base };
}

/** What the reflog of HEAD says since the session started, where it says anything of this session. */
async function readMoves(session: ReadSession, worktree: Workspace | null): Promise<ReflogPair[]> {
  const { workspace, files } = session;
  if (worktree) return parseReflog(await readHeadReflog(worktree.folder));
  if (workspace?.isolation !== 'shared' || !existsSync(files.reflogStart)) return [];
  return parseReflog(textAfter(await readHeadReflog(workspace.folder), readSessionText(files.reflogStart)));
}
