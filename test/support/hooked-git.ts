import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SessionId } from '../../src/domain/ids.ts';
import { collectCandidates } from '../../src/evidence/commit-candidates.ts';
import type { Maker } from '../../src/evidence/copied-commits.ts';
import { gatherStashes, type GatheredStashes } from '../../src/evidence/gather-stashes.ts';
import type { OtherStash, StashQuestion } from '../../src/evidence/stash-search.ts';
import { resolveCommit } from '../../src/git/names.ts';
import { readStatus } from '../../src/git/repository.ts';
import { findOwnCommits, type FoundCommit } from '../../src/evidence/own-commits.ts';
import { measureCommits } from '../../src/evidence/gather-commits.ts';
import { findStanding, type Standing } from '../../src/evidence/standing.ts';
import { readStartRefs } from '../../src/evidence/start-refs.ts';
import { findWorkPlace } from '../../src/evidence/work-place.ts';
import { parseRefsLog } from '../../src/git/refs-log.ts';
import { prepareSessionTools, sessionEnvironment } from '../../src/run/session-environment.ts';
import type { ScratchProject } from './scratch.ts';

/** Given where the session is to be judged as if others worked in its folder too. */
export interface SharedCheckout {
  /** What git told the agent of its commits. */
  readonly printed: readonly string[];
  /** What it told other sessions too. */
  readonly rivals?: readonly string[];
}

export interface JudgedCommits {
  readonly own: string[];
  readonly shas: string[];
  readonly commits: FoundCommit[];
  /** What is said of the commits that are not counted. */
  readonly because: string[];
  /** Those of them whose maker no log names. */
  readonly hidden: string[];
  readonly standing: Standing;
}

/** A session without its supervisor: a worktree, the hooks, the log, and what the judge makes of them. */
export interface HookedSession {
  readonly id: SessionId;
  readonly folder: string;
  readonly log: string;
  /** Runs a shell script as the agent would; fails with its words when it fails. */
  run(script: string): string;
  /** Subjects of the commits that are the session's own, oldest first, and what is said of the others. */
  judge(checkout?: SharedCheckout): Promise<JudgedCommits>;
  /** What it did with the list of `git stash`, when it ends now. @param more what differs from a session in a worktree */
  stashes(more?: Partial<StashQuestion>): Promise<GatheredStashes>;
}

/** Agents' commands for scripts: `commit NAME` writes a file of that name and commits it. */
const PROLOGUE = `
commit() { name=$1; shift; printf '%s\\n' "$name" >>"$name"; git add "$name"; git commit -q -m "$name" "$@"; }
bypass() { git -c core.hooksPath=/dev/null "$@"; }
`;

/** Starts sessions in worktrees of one project. The hooks are stint's own, git is real. */
export function hookedSessions(project: ScratchProject): (id: string) => HookedSession {
  const sessions: HookedSession[] = [];
  const tools = prepareSessionTools(project.stateFolder);
  const repository = path.join(project.folder, '.git');
  return (name) => {
    const id = name as SessionId;
    const folder = path.join(path.dirname(project.folder), `tree-${id}`);
    const state = path.join(project.stateFolder, 'sessions', id);
    mkdirSync(state, { recursive: true });
    const log = path.join(state, 'refs.log');
    project.git('worktree', 'add', '--quiet', '-b', `branch-${id}`, folder);
    const base = project.git('rev-parse', 'HEAD');
    const atStart = project.git('stash', 'list', '--format=%H').split('\n');
    const startRefs = readStartRefs(project.git('for-each-ref', '--format=%(objectname) %(refname)'));
    const env = sessionEnvironment(project.env, tools, {
      STINT_SESSION_ID: id,
      STINT_STATE_DIR: project.stateFolder,
    });
    const movesOf = (file: string) => parseRefsLog(readText(file)).moves;
    const findMakers = (shas: readonly string[]): Promise<Map<string, Maker>> => {
      const makers = new Map<string, Maker>();
      for (const other of sessions.filter((each) => each.id !== id))
        for (const move of collectCandidates(repository, movesOf(other.log)))
          if (shas.includes(move.sha)) makers.set(move.sha, { session: other.id, isRecorded: false, move });
      return Promise.resolve(makers);
    };
    const findOthers = (): Promise<OtherStash[]> =>
      Promise.resolve(
        sessions
          .filter((each) => each.id !== id)
          .map((each) => ({ session: each.id, moves: parseRefsLog(readText(each.log)).stash })),
      );
    const session: HookedSession = {
      id,
      folder,
      log,
      run: (script) => runScript(PROLOGUE + script, folder, env),
      judge: async (checkout) => {
        const workspace = {
          isolation: 'worktree',
          folder,
          branch: `branch-${id}`,
          base,
          baseRef: null,
        } as const;
        const place = await findWorkPlace(project.folder, workspace, null);
        const moves = movesOf(log);
        const search = {
          folder: project.folder,
          repository,
          session: id,
          moves,
          reflog: place.reflog,
          isHeadOwn: checkout === undefined,
          printed: checkout?.printed ?? [],
          findRivals: () => Promise.resolve(new Set(checkout?.rivals)),
          startRefs,
          place,
          findMakers,
        };
        const { own, notCounted } = await findOwnCommits(search);
        return {
          own: own.map(({ subject }) => subject),
          shas: own.map(({ sha }) => sha),
          commits: own,
          because: notCounted.map(({ because }) => because),
          hidden: notCounted.filter(({ isOnItsBranch }) => isOnItsBranch).map(({ sha }) => sha),
          standing: await findStanding(
            project.folder,
            place,
            { startRefs, moves },
            { commits: await measureCommits(project.folder, own), notCounted },
          ),
        };
      },
      stashes: async (more) => {
        const { commits } = await session.judge();
        const { moves, stash } = parseRefsLog(readText(log));
        const question = {
          folder: project.folder,
          repository,
          session: id,
          earlier: [],
          branch: `branch-${id}`,
        };
        const work = {
          commits: await measureCommits(project.folder, commits),
          refMoves: moves,
          uncommitted: (await readStatus(folder)).map((entry) => entry.path),
          head: await resolveCommit(folder, 'HEAD'),
        };
        return gatherStashes({ ...question, moves: stash, findOthers, atStart, ...more }, work);
      },
    };
    sessions.push(session);
    return session;
  };
}

/** Somebody who works in no session: an own clone of `origin`, made where there is none yet. */
export function person(project: ScratchProject): (script: string) => string {
  const scratch = path.dirname(project.folder);
  const run = (script: string, folder: string): string =>
    runScript(PROLOGUE + script, folder, project.env as Record<string, string>);
  run(
    `git clone -q --bare project origin.git
    git clone -q origin.git person
    git -C project remote add origin "$PWD/origin.git"`,
    scratch,
  );
  return (script) => run(script, path.join(scratch, 'person'));
}

function runScript(script: string, folder: string, env: Record<string, string>): string {
  const done = spawnSync('/bin/sh', ['-euc', script], { cwd: folder, env, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`exit ${done.status}: ${done.stdout}\n${done.stderr}`);
  return done.stdout.trim();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Puts an executable hook into the project's own folder of hooks. */
export function installHook(project: ScratchProject, name: string, script: string): void {
  const file = path.join(project.folder, '.git', 'hooks', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n', { mode: 0o755 });
  appendFileSync(file, script);
}
