import type { SessionEvent } from '../domain/session-event.ts';
import type { Circle, Signs } from './signs.ts';

/** So many different calls may take turns in one circle. */
const LARGEST_CIRCLE = 3;

/**
 * Whether the agent goes in circles: the same few calls with the same answers, again and again, each answered by the
 * look after the one that saw it. A call that takes its time (`sleep 30; gh run view`) waits for something, which is no
 * circle; and what piled up while nobody looked says nothing about time.
 */
export function followCircle(signs: Signs, events: readonly SessionEvent[], isAfterGap: boolean): Signs {
  const prints = new Map(signs.prints);
  let circle = isAfterGap ? NO_CIRCLE : signs.circle;
  for (const event of events) {
    if (event.kind === 'called') {
      if (event.fingerprint === undefined) circle = NO_CIRCLE;
      else {
        // Some streams tell a call again when it is over: it is as old as when it was told first.
        const pulse = prints.get(event.callId)?.pulse ?? signs.pulses;
        prints.set(event.callId, { print: event.fingerprint, pulse });
      }
    }
    if (event.kind !== 'answered') continue;
    const call = prints.get(event.callId);
    prints.delete(event.callId);
    const isQuick = call !== undefined && signs.pulses - call.pulse <= 1 && !isAfterGap;
    circle =
      isQuick && event.fingerprint !== undefined
        ? turn(circle, `${call.print} ${event.fingerprint}`)
        : NO_CIRCLE;
  }
  return { ...signs, prints, circle };
}

const NO_CIRCLE: Circle = { kinds: [], count: 0 };

function turn({ kinds, count }: Circle, kind: string): Circle {
  if (kinds.includes(kind)) return { kinds, count: count + 1 };
  if (kinds.length < LARGEST_CIRCLE) return { kinds: [...kinds, kind], count: count + 1 };
  return { kinds: [kind], count: 1 };
}
