import { isSessionId, type SessionId } from '../../domain/ids.ts';
import { stateLayout } from '../../domain/layout.ts';
import { isMarkerLabel } from '../../domain/marker.ts';
import type { Clock } from '../../lib/clock.ts';
import { holdMarker, type HeldResult } from '../../run/hold-marker.ts';

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

const DEFAULT_FOR_MS = 30 * 60_000;

/** Runs a command under a marker of the session that this process belongs to; outside a session it simply runs. */
export function holdOwnMarker(place: MarkerPlace, request: MarkerRequest): Promise<HeldResult> {
  const { words, label, forMs } = request;
  const { env, clock, cancelled, onTrouble } = place;
  return holdMarker(
    {
      words,
      label: label ?? labelOf(words[0]),
      forMs: forMs ?? DEFAULT_FOR_MS,
      session: findSession(env),
      cancelled,
      onTrouble: (because) => onTrouble(`there is no marker, so silence is not excused: ${because}`),
    },
    clock,
  );
}

function findSession(env: Readonly<NodeJS.ProcessEnv>): { id: SessionId; folder: string } | null {
  const [id, folder] = [env['STINT_SESSION_ID'] ?? '', env['STINT_STATE_DIR'] ?? ''];
  if (!isSessionId(id) || !folder.startsWith('/')) return null;
  return { id, folder: stateLayout(folder, '').markers };
}

function labelOf(program: string): string {
  const name = (program.split('/').at(-1) ?? '')
    .replace(/[^a-z0-9_.-]+/gi, '-')
    .replace(/^[-_.]+|[-_.]+$/g, '');
  return isMarkerLabel(name) ? name : 'command';
}
