import type { EventBody, StintEvent } from '../../domain/event.ts';
import type { Clock } from '../../lib/clock.ts';
import { Listeners, type Listener } from '../../lib/listeners.ts';
import { messageOf } from '../../lib/problem.ts';
import type { Redactor } from '../../lib/redact.ts';

/** The events of one opened project. */
export interface EventStream {
  /** Never throws and never waits. */
  readonly emit: (event: EventBody) => void;
  /**
   * Listeners are called in the order of events, with secrets taken out. One that throws is named in a warning of the
   * process, and hears the next event all the same.
   *
   * @returns the end of the subscription
   */
  readonly subscribe: (listener: Listener<StintEvent>) => () => void;
}

export function createEventStream(clock: Clock, redactor: Redactor): EventStream {
  const warn = (error: unknown): void =>
    process.emitWarning(`A listener of stint's events failed: ${messageOf(error)}`, 'StintWarning');
  const listeners = new Listeners<StintEvent>(warn);
  return {
    emit: (event) => {
      if (listeners.isEmpty) return;
      try {
        listeners.tell(redactor.value({ ...event, at: clock.now().toISOString() }));
      } catch (error) {
        warn(error);
      }
    },
    // A copy for each: what one does to its event changes nothing of the session, nor of what the others hear.
    subscribe: (listener) => listeners.add((event) => listener(structuredClone(event))),
  };
}

/** One sentence for a person who starts a session, about what they may not expect. */
export function tellAdvice({ events }: { readonly events: EventStream }, sentence: string): void {
  events.emit({ name: 'advice.given', sentence });
}

/** One sentence about what went wrong and ends nothing. */
export function tellTrouble({ events }: { readonly events: EventStream }, sentence: string): void {
  events.emit({ name: 'trouble.met', sentence });
}
