import { spawn } from 'node:child_process';
import { rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { SessionId } from '../domain/ids.ts';
import { MARKER_HEARTBEAT_MS, MARKER_VERSION, markerName, type Marker } from '../domain/marker.ts';
import { atomicWrite } from '../lib/atomic-write.ts';
import type { Clock } from '../lib/clock.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { messageOf } from '../lib/problem.ts';
import { randomHex } from '../lib/random.ts';
import { identifySelf } from '../lib/send-signal.ts';

export interface HeldCommand {
  readonly words: readonly [string, ...string[]];
  readonly label: string;
  /** The most that the command says it will take. */
  readonly forMs: number;
  /** Null outside every session: the command runs all the same. */
  readonly session: { readonly id: SessionId; readonly folder: string } | null;
  /** Aborts when the command should end. */
  readonly cancelled: AbortSignal;
  /** Told once when there is no marker and why. It must not throw. */
  readonly onTrouble: (because: string) => void;
}

export type HeldResult = { readonly exitCode: number } | { readonly notStarted: string };

/**
 * Runs a command while a marker says that the session is busy with it. Without a marker (the disk is full, the folder is
 * gone) the command runs all the same and its silence is excused by nothing.
 */
export async function holdMarker(held: HeldCommand, clock: Clock): Promise<HeldResult> {
  const file = held.session ? writeMarker(held, held.session, clock) : null;
  const done = new AbortController();
  const beating = file === null ? null : beat(file, clock, done.signal, held.onTrouble);
  try {
    return await runInPlace(held.words, held.cancelled);
  } finally {
    done.abort();
    await beating;
    // Its own and nobody else's: the name was drawn for this one operation.
    if (file !== null) rmSync(file, { force: true });
  }
}

function writeMarker(
  { label, forMs, onTrouble }: HeldCommand,
  session: NonNullable<HeldCommand['session']>,
  clock: Clock,
): string | null {
  const operation = randomHex(8);
  const now = clock.now();
  const marker: Marker = {
    version: MARKER_VERSION,
    label,
    operation,
    sessionId: session.id,
    owner: identifySelf(),
    startedAt: now.toISOString(),
    notAfter: new Date(now.getTime() + forMs).toISOString(),
  };
  const file = path.join(session.folder, markerName(label, session.id, operation));
  try {
    makeFolder(session.folder);
    atomicWrite(file, `${JSON.stringify(marker)}\n`);
    return file;
  } catch (error) {
    onTrouble(messageOf(error));
    return null;
  }
}

/** Touches the marker until it is given up. A touch that fails is the last: a marker that nobody keeps excuses nothing. */
async function beat(
  file: string,
  clock: Clock,
  done: AbortSignal,
  onTrouble: HeldCommand['onTrouble'],
): Promise<void> {
  for (;;) {
    await clock.sleep(MARKER_HEARTBEAT_MS, done);
    if (done.aborted) return;
    try {
      utimesSync(file, clock.now(), clock.now());
    } catch (error) {
      onTrouble(messageOf(error));
      return;
    }
  }
}

/** In our own process group, so that whoever ends the session ends both. */
function runInPlace([program, ...rest]: HeldCommand['words'], cancelled: AbortSignal): Promise<HeldResult> {
  const child = spawn(program, rest, { stdio: 'inherit' });
  const end = (): boolean => child.kill('SIGTERM');
  cancelled.addEventListener('abort', end, { once: true });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ notStarted: messageOf(error) }));
    child.once('exit', (code, signal) =>
      resolve({ exitCode: code ?? 128 + (signal === null ? 0 : (SIGNAL_NUMBERS[signal] ?? 0)) }),
    );
  });
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
