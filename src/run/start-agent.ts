import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { SessionId } from '../domain/ids.ts';
import type { SessionFiles } from '../domain/layout.ts';
import type { Plan } from '../domain/plan.ts';
import type { Clock } from '../lib/clock.ts';
import type { FileLock } from '../lib/file-lock.ts';
import { asObject, parseJson } from '../lib/json-lines.ts';
import { Problem, unlessShort } from '../lib/problem.ts';
import { readRegular } from '../lib/regular-file.ts';
import type { ProcessIdentity } from '../lib/send-signal.ts';
import { findScope, makeScope, NOT_INSIDE, type SessionScope, wordsInside } from './session-scope.ts';

export interface AgentStart {
  readonly id: SessionId;
  readonly files: SessionFiles;
  readonly plan: Pick<Plan, 'supervise'>;
  /** Null for work beside the categories. */
  readonly categoryLock: FileLock | null;
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: 'prompt' | 'closed';
  readonly folder: string;
}

/** An agent that was started by this process. */
export interface StartedAgent {
  readonly identity: ProcessIdentity;
  /** The cgroup that it was born in, null where it has none of its own. */
  readonly scope: SessionScope | null;
  /** Resolves with the shim's exit code when it ends. */
  readonly exited: Promise<number | null>;
}

/** The shell's messages begin with it. */
const SHIM_NAME = 'stint-shim';
/** What the shim writes is far smaller. */
const LARGEST_NOTE = 4096;
/** How long the shim may take to say who it is; it does nothing before. */
const IDENTITY_LIMIT_MS = 30_000;

/**
 * Starts the shim, and through it the agent, in a process group of its own. Output goes to files, so that the agent
 * survives its supervisor and a grandchild that keeps them open blocks nobody.
 *
 * @throws Problem `start_failed`
 */
export async function startAgent(start: AgentStart, clock: Clock): Promise<StartedAgent> {
  const stdin = openSync(start.stdin === 'prompt' ? start.files.prompt : '/dev/null', 'r');
  const stdout = openSync(start.files.stdout, 'a', 0o600);
  const stderr = openSync(start.files.stderr, 'a', 0o600);
  const { contain } = start.plan.supervise;
  const scope = contain === 'none' ? null : makeScope(start.id);
  const shim = shimOf(start);
  const [program, ...words] = scope ? wordsInside(scope, shim.words, contain === 'cgroup') : shim.words;
  let child: ChildProcess;
  try {
    child = spawn(program, words, {
      cwd: start.folder,
      env: { ...start.env, ...shim.env },
      detached: true,
      stdio: [stdin, stdout, stderr, ...(start.categoryLock ? [start.categoryLock.descriptor] : [])],
    });
  } finally {
    for (const descriptor of [stdin, stdout, stderr]) closeSync(descriptor);
  }
  const exited = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', (code) => resolve(code));
  });
  const identity = await waitForIdentity(start.files, exited, clock);
  // The supervisor decides how long it waits; a running agent alone must not keep this process alive.
  child.unref();
  const isInside = scope?.pids().has(identity.pid) === true;
  // The agent runs, and a file that cannot be read now must not end its start.
  const found = isInside ? scope : unlessShort(() => findScope(start.id, start.files.cgroup));
  if (!found) scope?.remove();
  return { identity, scope: found, exited };
}

async function waitForIdentity(
  files: SessionFiles,
  exited: Promise<number | null>,
  clock: Clock,
): Promise<ProcessIdentity> {
  const end = clock.monotonicMs() + IDENTITY_LIMIT_MS;
  let exitCode: number | null | undefined;
  void exited.then((code) => (exitCode = code));
  for (;;) {
    const wasGone = exitCode !== undefined;
    const identity = unlessShort(() => readIdentity(files));
    if (identity) return identity;
    if (exitCode === NOT_INSIDE) throw noScope();
    if (wasGone || clock.monotonicMs() > end) {
      throw new Problem(
        'start_failed',
        `The agent's shim could not start in ${files.folder}.`,
        'See that folder: is the disk full?',
        1,
      );
    }
    await clock.sleep(5);
  }
}

/** What a plan with `contain: cgroup` is refused with. */
export function noScope(): Problem {
  return new Problem(
    'no_cgroup',
    '`supervise.contain: cgroup` is set, and this machine gives sessions no cgroup of their own.',
    'See `stint doctor`; `contain: auto` goes on without.',
  );
}

/**
 * The shim's own word about its identity; null until it has written one.
 *
 * @throws the system's error in a shortage: an agent that lives must not be taken for one that never started
 */
export function readIdentity(files: SessionFiles): ProcessIdentity | null {
  const { pid, startTime, bootId } =
    asObject(parseJson(readRegular(files.identity, LARGEST_NOTE) ?? '')) ?? {};
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 2) return null;
  return typeof startTime === 'string' && typeof bootId === 'string' ? { pid, startTime, bootId } : null;
}

/** The agent's exit code as the shim wrote it, or null when it never did. @throws the system's error in a shortage */
export function readExitCode(files: SessionFiles): number | null {
  return readExit(files)?.code ?? null;
}

/** When the shim wrote it, in milliseconds since the boot that its identity names; null where it did not say it. */
export function readExitMs(files: SessionFiles): number | null {
  return readExit(files)?.ms ?? null;
}

function readExit(files: SessionFiles): { readonly code: number; readonly ms: number | null } | null {
  const found = /^(\d{1,3})(?: (\d{1,12}\.\d{1,3}))?$/.exec(
    readRegular(files.exit, LARGEST_NOTE)?.trim() ?? '',
  );
  if (!found) return null;
  const [, code, seconds] = found;
  return { code: Number(code), ms: seconds === undefined ? null : Math.round(Number(seconds) * 1000) };
}

/**
 * Whether the shim said that it cannot run the program: a script may end with 127, too, by a command that it lacks.
 *
 * @throws the system's error in a shortage
 */
export function isRefusedByShell(files: SessionFiles): boolean {
  return readRegular(files.stderr, LARGEST_NOTE)?.startsWith(`${SHIM_NAME}: `) === true;
}

/**
 * How the shim is started. Its command line holds neither its script nor the agent's words: a neighbour that ends its own
 * programs by their command lines (`pkill -f`) must not meet it. They come by variables, which the agent does not get.
 */
function shimOf({ files, argv }: Pick<AgentStart, 'files' | 'argv'>): {
  readonly words: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
} {
  const words = Object.fromEntries(argv.map((word, index) => [`STINT_SHIM_WORD_${index}`, word]));
  return {
    words: ['/bin/sh', '-c', 'eval "$STINT_SHIM"', SHIM_NAME],
    env: {
      ...words,
      STINT_SHIM: SHIM,
      STINT_SHIM_FOLDER: files.folder,
      STINT_SHIM_WORDS: String(argv.length),
    },
  };
}

/**
 * The process between stint and the agent. It outlives a killed supervisor, and so do the category's lock (descriptor 3,
 * which the agent does not get) and the agent's exit code.
 *
 * - It says who it is before it starts anything; when it cannot, nothing starts (exit 70).
 * - `trap :` and not `trap ''`: an ignored signal would be inherited as ignored by the agent.
 * - It writes down the cgroup that it finds itself in: who settles the session looks there.
 * - It writes the time since boot beside the exit code: who settles the session may come much later.
 * - The script is passed as text: sh reads a script file bit by bit, and an upgrade would change it under a running one.
 */
const SHIM = `
folder=$STINT_SHIM_FOLDER
count=0
while [ "$count" -lt "$STINT_SHIM_WORDS" ]; do
  eval "set -- \\"\\$@\\" \\"\\$STINT_SHIM_WORD_$count\\""
  unset "STINT_SHIM_WORD_$count"
  count=$((count + 1))
done
unset STINT_SHIM STINT_SHIM_FOLDER STINT_SHIM_WORDS count
identify() { shift 19; printf '{"pid":%s,"startTime":"%s","bootId":"%s"}\\n' "$$" "$1" "$boot"; }
read -r boot </proc/sys/kernel/random/boot_id
read -r stat <"/proc/$$/stat"
note() { while IFS= read -r line; do case $line in 0::*) printf '%s\\n' "\${line#0::}" ;; esac; done; }
(umask 077; note </proc/self/cgroup >"$folder/cgroup")
(umask 077; identify \${stat##*) } >"$folder/identity.tmp") && mv -f "$folder/identity.tmp" "$folder/identity" || exit 70
trap : TERM INT HUP
"$@" 3>&-
code=$?
read -r up _ </proc/uptime
(umask 077; printf '%s %s\\n' "$code" "$up" >"$folder/exit.tmp") && mv -f "$folder/exit.tmp" "$folder/exit"
exit "$code"
`;
