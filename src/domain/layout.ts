import { createHash } from 'node:crypto';
import type { CategoryName, SessionId } from './ids.ts';

/** Where a project keeps its state; pure names, nothing is made here. */
export interface StateLayout {
  readonly folder: string;
  readonly database: string;
  readonly sessions: string;
  readonly locks: string;
  /** A lock a key while a start of it is decided. */
  readonly keys: string;
  /** A lock an item while a sink gets it. */
  readonly outbox: string;
  /** What supervisors print that were let go and have no session yet. */
  readonly starts: string;
  /** Where sessions say that they are busy. */
  readonly markers: string;
  readonly worktrees: string;
  /** Serialises what git itself does not: adding and removing worktrees, and landing. */
  readonly repositoryLock: string;
  /** One landing command at a time; beside the other, so that a slow one keeps no session from starting. */
  readonly landingLock: string;
  /** What the last pull brought, for those who waited for it, and its output. */
  readonly pullNote: string;
  readonly pullLog: string;
}

export function stateLayout(folder: string, worktrees: string): StateLayout {
  return {
    folder,
    database: `${folder}/stint.db`,
    sessions: `${folder}/sessions`,
    locks: `${folder}/locks`,
    keys: `${folder}/keys`,
    outbox: `${folder}/outbox`,
    starts: `${folder}/starts`,
    markers: `${folder}/markers`,
    worktrees,
    repositoryLock: `${folder}/repository.lock`,
    landingLock: `${folder}/landing.lock`,
    pullNote: `${folder}/pull.json`,
    pullLog: `${folder}/pull.log`,
  };
}

export function categoryLockFile(layout: StateLayout, category: CategoryName): string {
  return `${layout.locks}/${category}.lock`;
}

/** The files of one session. */
export interface SessionFiles {
  readonly folder: string;
  readonly prompt: string;
  /** The plan as it was made, where the stored one has lost a secret. */
  readonly plan: string;
  readonly stdout: string;
  readonly stderr: string;
  /** The agent's exit code, written by the shim when it ends. */
  readonly exit: string;
  /** Pid, start time and boot of the shim, written by itself. */
  readonly identity: string;
  /** The cgroup that the shim found itself in, written by itself. */
  readonly cgroup: string;
  /** What the git hook saw. */
  readonly refsLog: string;
  /** Every ref's commit when the session started, with the names of branches. */
  readonly refsStart: string;
  /** The entries of `git stash` when the session started. */
  readonly stashStart: string;
  /** The last line of the reflog of a shared checkout when the session started. */
  readonly reflogStart: string;
  /** The path of its temporary folder, where it has one of its own. */
  readonly temporary: string;
  /** Files that were in the worktree before the agent started. */
  readonly baseline: string;
  readonly supervisorLock: string;
  /** What a supervisor without a terminal had to say. */
  readonly supervisorLog: string;
  /** Every look at the session, and what was decided: to ask again what another limit would have done. */
  readonly pulses: string;
  /** A line for each word of a hook that the agent CLI ran. */
  readonly hooks: string;
  /** What the session waits for now; a hint for people. */
  readonly live: string;
  readonly declared: string;
  readonly token: string;
  /** Output of setup, checks, pulls, and the command after the record. */
  readonly setupLog: string;
  readonly checkLog: string;
  readonly judgeLog: string;
  readonly pullLog: string;
  readonly afterLog: string;
  /** The record as JSON, for that command. */
  readonly record: string;
  /** Output of a landing command. */
  readonly landLog: string;
  /** What became of its landing, until the record says it. */
  readonly landing: string;
}

export function sessionFiles(layout: StateLayout, id: SessionId): SessionFiles {
  const folder = `${layout.sessions}/${id}`;
  return {
    folder,
    prompt: `${folder}/prompt.md`,
    plan: `${folder}/plan.json`,
    stdout: `${folder}/stdout`,
    stderr: `${folder}/stderr`,
    exit: `${folder}/exit`,
    identity: `${folder}/identity`,
    cgroup: `${folder}/cgroup`,
    refsLog: `${folder}/refs.log`,
    refsStart: `${folder}/refs.start`,
    stashStart: `${folder}/stash.start`,
    reflogStart: `${folder}/reflog.start`,
    temporary: `${folder}/temporary`,
    baseline: `${folder}/baseline.json`,
    supervisorLock: `${folder}/supervisor.lock`,
    supervisorLog: `${folder}/supervisor.log`,
    pulses: `${folder}/pulses.jsonl`,
    hooks: `${folder}/hooks.jsonl`,
    live: `${folder}/live.json`,
    declared: `${folder}/declared.json`,
    token: `${folder}/token`,
    setupLog: `${folder}/setup.log`,
    checkLog: `${folder}/check.log`,
    judgeLog: `${folder}/judge.log`,
    pullLog: `${folder}/pull.log`,
    afterLog: `${folder}/after.log`,
    record: `${folder}/record.json`,
    landLog: `${folder}/land.log`,
    landing: `${folder}/landing.json`,
  };
}

/** What the names of all branches of sessions start with. */
export const BRANCH_PREFIX = 'stint/';

/** Where a supervisor that was let go prints until its session has a folder, into which the file moves then. */
export function startLog(layout: StateLayout, id: SessionId): string {
  return `${layout.starts}/${id}.log`;
}

export function sessionBranch(category: CategoryName, id: SessionId): string {
  return `${BRANCH_PREFIX}${category}/${id}`;
}

/** What the refs start with that keep the entries of `git stash` which sessions made; the session's id and the entry follow. */
export const STASH_PINS = 'refs/stint/stash/';

/** What the refs start with that keep the uncommitted work of sessions. */
export const SALVAGE_REFS = 'refs/stint/salvage/';

export function salvageRef(id: SessionId): string {
  return `${SALVAGE_REFS}${id}`;
}

/** Keeps the work of a session whose branch has another name than the one that was made for it. */
export function workRef(id: SessionId): string {
  return `${WORK_REFS}${id}`;
}

export const WORK_REFS = 'refs/stint/work/';

/** The folder that all attempts at a key stand in, one after the other: an agent finds its conversation by its folder. */
export function keyFolderName(key: string): string {
  return `key-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

export function isKeyFolderName(name: string): boolean {
  return /^key-[0-9a-f]{16}$/.test(name);
}
