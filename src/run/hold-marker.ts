import { spawn } from 'node:child_process';
import { rmSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { isSessionId } from '../domain/ids.ts';
import { stateLayout } from '../domain/layout.ts';
import { isMarkerLabel, MARKER_HEARTBEAT_MS, MARKER_VERSION, markerName } from '../domain/marker.ts';
import { atomicWrite } from '../lib/atomic-write.ts';
import type { Clock } from '../lib/clock.ts';
import { makeFolder } from '../lib/make-folder.ts';
import { messageOf } from '../lib/problem.ts';
import { randomHex } from '../lib/random.ts';
import { identifySelf } from '../lib/send-signal.ts';
import type { Marker } from './marker-files.ts';

export interface MarkerRequest {
  /** The program and its arguments. */
  readonly words: readonly [string, ...string[]];
  /** The work, in words for people. Default: the name of the program. */
  readonly label?: string | undefined;
  /** The longest that the command may take, in milliseconds. Default: 30 minutes. */
  readonly forMs?: number | undefined;
}

/** The surroundings in which the command runs. */
export interface MarkerPlace {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  /** Aborts when the command should end. */
  readonly cancelled: AbortSignal;
  /** Called once with the reason when no marker can be made. It must not throw. */
  readonly onTrouble: (sentence: string) => void;
}

export type HeldResult = { readonly exitCode: number } | { readonly notStarted: string };

const DEFAULT_FOR_MS = 30 * 60_000;

/**
 * Runs a command while a marker says that the session of this process is busy with it; outside a session it simply runs.
 * Without a marker (the disk is full, the folder is gone) the command runs all the same, and nothing excuses its silence.
 */
export async function holdMarker(place: MarkerPlace, request: MarkerRequest): Promise<HeldResult> {
  const file = writeMarker(place, request);
  const done = new AbortController();
  const beating = file === null ? null : beat(file, place, done.signal);
  try {
    return await runInPlace(request.words, place.cancelled);
  } finally {
    done.abort();
    await beating;
    // Its own and nobody else's: the name was drawn for this one operation.
    if (file !== null) rmSync(file, { force: true });
  }
}

/** Null outside every session, and where the marker cannot be written. */
function writeMarker(place: MarkerPlace, { words, label, forMs }: MarkerRequest): string | null {
  const [id, state] = [place.env['STINT_SESSION_ID'] ?? '', place.env['STINT_STATE_DIR'] ?? ''];
  if (!isSessionId(id) || !state.startsWith('/')) return null;
  const operation = randomHex(8);
  const now = place.clock.now();
  const marker: Marker = {
    version: MARKER_VERSION,
    label: label ?? labelOf(words[0]),
    operation,
    sessionId: id,
    owner: identifySelf(),
    startedAt: now.toISOString(),
    notAfter: new Date(now.getTime() + (forMs ?? DEFAULT_FOR_MS)).toISOString(),
  };
  const folder = stateLayout(state, '').markers;
  const file = path.join(folder, markerName(marker.label, id, operation));
  try {
    makeFolder(folder);
    atomicWrite(file, `${JSON.stringify(marker)}\n`);
    return file;
  } catch (error) {
    tellTrouble(place, error);
    return null;
  }
}

function labelOf(program: string): string {
  const name = (program.split('/').at(-1) ?? '')
    .replace(/[^a-z0-9_.-]+/gi, '-')
    .replace(/^[-_.]+|[-_.]+$/g, '');
  return isMarkerLabel(name) ? name : 'command';
}

function tellTrouble({ onTrouble }: MarkerPlace, error: unknown): void {
  onTrouble(`there is no marker, so silence is not excused: ${messageOf(error)}`);
}

/** Touches the marker until it is given up. A touch that fails is the last: a marker that nobody keeps excuses nothing. */
async function beat(file: string, place: MarkerPlace, done: AbortSignal): Promise<void> {
  const { clock } = place;
  for (;;) {
    await clock.sleep(MARKER_HEARTBEAT_MS, done);
    if (done.aborted) return;
    try {
      utimesSync(file, clock.now(), clock.now());
    } catch (error) {
      tellTrouble(place, error);
      return;
    }
  }
}

/** In our own process group, so that whoever ends the session ends both. */
function runInPlace([program, ...rest]: MarkerRequest['words'], cancelled: AbortSignal): Promise<HeldResult> {
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
