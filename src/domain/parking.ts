import type { SessionId } from './ids.ts';
import { isOfScope } from './model-scope.ts';

/**
 * Why nothing of an account, of one model of it or of a harness starts.
 *
 * - usage_limit, overload, auth: what the provider said to a session of the account
 * - failing: sessions of the harness failed in the same way, one after the other
 */
export type ParkingCause = 'usage_limit' | 'overload' | 'auth' | 'failing';

/** What is parked. */
export interface ParkingKey {
  readonly kind: 'account' | 'harness';
  /** An account's id, or a harness's name. */
  readonly name: string;
  /** The state folder of the project that a harness belongs to; empty for an account, which the machine shares. */
  readonly project: string;
  /** The one model of an account that is parked (`opus`, `gemini-2.5-pro`); null for all of it, and for a harness. */
  readonly model: string | null;
}

/** The one session that tries whether what was parked works again. */
export interface Probe {
  readonly sessionId: SessionId;
  /** Where it runs. */
  readonly repository: string;
  /** Of its supervisor: when that process is gone, so is the claim. */
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

/** One incident: while it lasts, nothing starts but a probe when `until` has come. Times are ISO 8601 UTC. */
export interface Parking extends ParkingKey {
  readonly cause: ParkingCause;
  /** The words of the one who refused. */
  readonly reason: string;
  readonly since: string;
  readonly until: string;
  /** Rests so far whose end nobody told; each is longer than the one before. */
  readonly rests: number;
  /** The sessions that met it, the first one first. */
  readonly met: readonly SessionId[];
  /** The models that those sessions were configured with, where one model is parked; null is their CLI's default. */
  readonly asked: readonly (string | null)[];
  /** Where the first one ran. */
  readonly repository: string;
  /** What was refused, as a fingerprint: others may be tried at once. Null where nothing is known of credentials. */
  readonly credentials: string | null;
  readonly probe: Probe | null;
}

/** How a parking stands. `due`: the next session is its probe. */
export type ParkingState = 'parked' | 'due' | 'probing';

/** What is in the way, for people. */
export interface ParkingTrouble {
  readonly trouble: string;
  /** ISO 8601 UTC; null when nobody knows. */
  readonly until: string | null;
}

/**
 * Whether a session with that model has to wait for the parking; null is the CLI's default. That may be the parked model
 * or not: a session without a model waits only where one like it was refused, which costs one start at most.
 */
export function concerns(parking: Pick<Parking, 'model' | 'asked'>, model: string | null): boolean {
  if (parking.model === null || parking.asked.includes(model)) return true;
  return model !== null && isOfScope(parking.model, model);
}

/** `account team`, or `model opus of account team`. */
export function parkedName({ kind, name, model }: Pick<ParkingKey, 'kind' | 'name' | 'model'>): string {
  return model === null ? `${kind} ${name}` : `model ${model} of ${kind} ${name}`;
}
