import {
  parkedName,
  type Parking,
  type ParkingState,
  type ParkingTrouble,
  type Probe,
} from '../domain/parking.ts';

/** What a look at a parking needs to know. */
export interface ParkingLook {
  readonly now: Date;
  readonly isAlive: (probe: Probe) => boolean;
  /** A fingerprint of what the next session would log in with; null where nothing is known. */
  readonly credentials: string | null;
}

/** How a parking stands. Refused credentials that are others by now may be tried at once. */
export function parkingState(parking: Parking, look: ParkingLook): ParkingState {
  if (parking.probe !== null && look.isAlive(parking.probe)) return 'probing';
  const isMended =
    parking.cause === 'auth' && look.credentials !== null && parking.credentials !== look.credentials;
  return isMended || Date.parse(parking.until) <= look.now.getTime() ? 'due' : 'parked';
}

/** Why nothing may start, in words; null when the next session may, as a probe. */
export function whyParked(parking: Parking, look: ParkingLook): ParkingTrouble | null {
  const { cause, reason, until, probe, model } = parking;
  const what = parkedName(parking);
  switch (parkingState(parking, look)) {
    case 'due':
      return null;
    case 'probing':
      return {
        trouble: `${what}: one probe is on its way: session ${probe?.sessionId} in ${probe?.repository}`,
        until: null,
      };
    case 'parked':
      return {
        trouble: `${what} ${cause === 'auth' ? 'was refused' : 'is parked'}${model === null ? '' : ', and its other models may start'}: ${reason}`,
        until,
      };
  }
}

/** The same of all that a session needs: every one that is in the way, until the last of them is over. */
export function whyAnyParked(parkings: readonly Parking[], look: ParkingLook): ParkingTrouble | null {
  const whys = parkings.map((each) => whyParked(each, look)).filter((why) => why !== null);
  if (whys.length === 0) return null;
  const untils = whys.map(({ until }) => until).filter((until) => until !== null);
  return {
    trouble: whys.map(({ trouble }) => trouble).join('; '),
    until: untils.length === whys.length ? (untils.toSorted().at(-1) ?? null) : null,
  };
}
