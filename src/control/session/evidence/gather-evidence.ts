import { existsSync } from 'node:fs';
import type { Evidence, RangeComparison } from '../../../domain/evidence.ts';
import type { SessionId } from '../../../domain/ids.ts';
import { sessionFiles } from '../../../domain/layout.ts';
import type { Workspace } from '../../../domain/session.ts';
import { parentOf } from '../../../git/names.ts';
import { isTop, readHeadReflog } from '../../../git/repository.ts';
import { Problem } from '../../../lib/problem.ts';
import { readRegular } from '../../../lib/regular-file.ts';
import { collectCandidates, type Candidate } from '../../../evidence/commit-candidates.ts';
import { isEarlier, type Maker } from '../../../evidence/copied-commits.ts';
import { compareRange } from '../../../evidence/compare-range.ts';
import { gatherCommits, type GatheredCommits } from '../../../evidence/gather-commits.ts';
import { gatherEffects } from '../../../evidence/gather-effects.ts';
import { observeCategory } from '../../../evidence/observed-category.ts';
import { parseReflog, parseRefsLog, textAfter, type ReflogPair } from '../../../git/refs-log.ts';
import { readUncommitted, type Baseline, type UncommittedFiles } from '../../../git/workspace-files.ts';
import { findOwners } from '../../../store/commits.ts';
import { listFactsSince } from '../../../store/facts.ts';
import { listOpen } from '../../../store/sessions.ts';
import type { ReadSession } from '../../custody/session-life.ts';
import type { Project } from '../../project/project.ts';
import { readDeclaration } from '../../custody/declare.ts';
import { checkWork } from './run-check.ts';

/** All that belongs to the session, gathered once; with the files that it left uncommitted, for the salvage. */
export async function gatherEvidence(
  project: Project,
  session: ReadSession,
): Promise<{ evidence: Evidence; uncommitted: UncommittedFiles | null }> {
  const { workspace, plan, files } = session;
  const warnings = [...session.warnings];
  // An agent may have removed the worktree itself; its commits are in the repository all the same.
  const worktree = workspace && (await isWorktree(workspace)) ? workspace : null;
  const { found, range, uncommitted, trouble } = await askGit(project, session, worktree, warnings);
  const head = found.commits.at(-1)?.sha ?? null;
  const first = found.commits[0]?.sha;
  const base = first ? await parentOf(project.repository.top, first) : null;
  const check = await checkWork(project, session, head, base);
  const left = uncommitted ? [...uncommitted.tracked, ...uncommitted.untracked] : null;
  const effects = await gatherEffects({
    folder: project.repository.top,
    commits: found.commits,
    worktree: worktree && left ? { folder: worktree.folder, uncommitted: left } : null,
    check,
    artefacts: plan.artefacts,
  });
  const rules = { paths: plan.categoryPaths, commitTypes: plan.categoryCommitTypes };
  const evidence: Evidence = {
    ...found,
    range,
    effects,
    gitTrouble: trouble,
    head,
    check,
    declared: readDeclaration(files.declared),
    uncommitted: left,
    transcript: session.transcript,
    hasEvents: session.harness.hasEvents,
    observedCategory: observeCategory(found.commits, rules, plan.category),
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
  project: Project,
  session: ReadSession,
  worktree: Workspace | null,
  warnings: string[],
): Promise<GitAnswer> {
  const nothing = { commits: [], notCounted: [] };
  const hasCommits = session.workspace !== null && project.repository.commonDir !== null;
  try {
    const found = hasCommits ? await findCommits(project, session, worktree, warnings) : nothing;
    const baseline = (readJson(session.files.baseline) ?? {}) as Baseline;
    const uncommitted = worktree ? await readUncommitted(worktree.folder, baseline, worktree.base) : null;
    const range = await findRange(project, session, worktree, found);
    return { found, range, uncommitted, trouble: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { found: nothing, range: null, uncommitted: null, trouble: error.message };
  }
}

async function findRange(
  project: Project,
  { workspace }: ReadSession,
  worktree: Workspace | null,
  { commits }: GatheredCommits,
): Promise<RangeComparison | null> {
  if (workspace?.isolation !== 'worktree' || workspace.base === null) return null;
  const shas = commits.map(({ sha }) => sha);
  if (worktree) return compareRange(worktree.folder, workspace.base, 'HEAD', shas);
  const branch = `refs/heads/${workspace.branch ?? ''}`;
  return compareRange(project.repository.top, workspace.base, branch, shas);
}

/** Whether git still takes the folder for a worktree, and not for a part of some other repository. */
async function isWorktree({ isolation, folder }: Workspace): Promise<boolean> {
  return isolation === 'worktree' && existsSync(folder) && (await isTop(folder));
}

async function findCommits(
  project: Project,
  session: ReadSession,
  worktree: Workspace | null,
  warnings: string[],
): Promise<GatheredCommits> {
  const log = parseRefsLog(readText(session.files.refsLog));
  if (log.unreadable > 0) warnings.push(`${log.unreadable} lines of the refs log could not be read`);
  return gatherCommits({
    folder: project.repository.top,
    repository: project.repository.commonDir ?? '',
    session: session.id,
    moves: log.moves,
    reflog: await readMoves(session, worktree),
    isHeadOwn: session.workspace?.isolation === 'worktree',
    printed: session.transcript.printedCommits,
    findRivals: (shas) => findRivals(project, session, shas),
    startTips: readText(session.files.refsStart)
      .split('\n')
      .filter((tip) => /^[0-9a-f]{40,64}$/.test(tip)),
    findMakers: (shas) => findMakers(project, session.id, shas),
  });
}

/** What the reflog of HEAD says since the session started, where it says anything of this session. */
async function readMoves(session: ReadSession, worktree: Workspace | null): Promise<ReflogPair[]> {
  const { workspace, files } = session;
  if (worktree) return parseReflog(await readHeadReflog(worktree.folder));
  if (workspace?.isolation !== 'shared' || !existsSync(files.reflogStart)) return [];
  return parseReflog(textAfter(await readHeadReflog(workspace.folder), readText(files.reflogStart)));
}

/** Output of a session beside this one with git's word for one of these commits makes it doubtful whose it is. */
async function findRivals(
  project: Project,
  { id: self, startedAt }: ReadSession,
  shas: readonly string[],
): Promise<Set<string>> {
  const rivals = new Set<string>();
  if (shas.length === 0) return rivals;
  // The open ones first: a session that is recorded in between is then among the others.
  const open = await listOpen(project.store);
  const beside = [...open, ...(await listFactsSince(project.store, startedAt))].map(({ id }) => id);
  for (const id of new Set(beside.filter((each) => each !== self))) {
    const output = readText(sessionFiles(project.layout, id).stdout);
    for (const sha of shas)
      if (new RegExp(`\\[[^\\]\\n]{1,250} ${sha.slice(0, 7)}[0-9a-f]*\\] `).test(output)) rivals.add(sha);
  }
  return rivals;
}

/** Other sessions that made these commits, by the logs of those without a record, and by the records. */
async function findMakers(
  project: Project,
  self: SessionId,
  shas: readonly string[],
): Promise<Map<string, Maker>> {
  const makers = new Map<string, Maker>();
  if (shas.length === 0) return makers;
  // The logs first: a session that is recorded in between is then found in the records.
  for (const { id: session } of await listOpen(project.store)) {
    if (session === self) continue;
    for (const [sha, move] of loggedCommits(project, session, shas)) {
      const known = makers.get(sha);
      if (!known || !isEarlier(known, move, session)) makers.set(sha, { session, isRecorded: false, move });
    }
  }
  for (const [sha, session] of await findOwners(project.store, project.repository.commonDir ?? '', shas)) {
    if (session === self) continue;
    const move = loggedCommits(project, session, [sha]).get(sha) ?? null;
    makers.set(sha, { session, isRecorded: true, move });
  }
  return makers;
}

/** Those of the commits that a session's log shows to be new. */
function loggedCommits(project: Project, id: SessionId, shas: readonly string[]): Map<string, Candidate> {
  const { moves } = parseRefsLog(readText(sessionFiles(project.layout, id).refsLog));
  const logged = collectCandidates(project.repository.commonDir ?? '', moves);
  return new Map(logged.filter(({ sha }) => shas.includes(sha)).map((each) => [each.sha, each]));
}

function readText(file: string): string {
  return readRegular(file, LARGEST_FILE) ?? '';
}

/** Nothing that a session leaves comes near; a larger one is read as if it were not there. */
const LARGEST_FILE = 256 << 20;

/** A file that stint wrote as JSON; null when it is not there or not whole. */
function readJson(file: string): unknown {
  const text = readRegular(file, LARGEST_FILE) ?? '';
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
