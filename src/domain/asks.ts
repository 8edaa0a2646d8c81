import type { SessionEvent } from './session-event.ts';

/** A request to a person that the CLI waits with, such as one for a permission. */
export interface Ask {
  readonly askId: string;
  /** The call that waits for it, where it names one. */
  readonly callId: string | null;
  /** For people. */
  readonly summary: string;
}

/** More requests than one CLI waits with at a time. */
const MOST_ASKS = 100;

/**
 * The requests that wait after one more event. One whose call is open is over when that call goes on or is answered;
 * any other one as soon as the session says, calls or hears anything.
 */
export function asksAfter(
  asks: readonly Ask[],
  event: SessionEvent,
  openCalls: readonly { readonly callId: string }[],
): readonly Ask[] {
  if (event.kind === 'asked') {
    const { askId, callId, summary } = event;
    const others = asks.filter((each) => each.askId !== askId);
    return others.length >= MOST_ASKS ? asks : [...others, { askId, callId, summary }];
  }
  if (asks.length === 0) return asks;
  if (event.kind === 'prompted' || event.kind === 'ended') return [];
  // Words of a helper: its call was allowed.
  if (event.kind === 'delegated') return asks.filter(({ callId }) => callId !== event.callId);
  if (event.kind === 'replied') return asks.filter((ask) => !isReplied(ask, event));
  if (event.kind !== 'said' && event.kind !== 'called' && event.kind !== 'answered') return asks;
  const callId = event.kind === 'said' ? null : event.callId;
  // A helper goes on while the session itself waits.
  const waits = (ask: Ask): boolean => event.isSubagent === true || waitsWith(ask, openCalls);
  return asks.filter((ask) => waits(ask) && (callId === null || ask.callId !== callId));
}

function isReplied(ask: Ask, { askId, callId }: Extract<SessionEvent, { kind: 'replied' }>): boolean {
  if (askId === null && callId === null) return true;
  return ask.askId === askId || (callId !== null && ask.callId === callId);
}

/** What the session waits for a person with, and with nothing else; null without such a thing. */
export function openQuestion({
  asks,
  openCalls,
}: {
  readonly asks: readonly Ask[];
  readonly openCalls: readonly { readonly place: string; readonly summary: string }[];
}): string | null {
  const calls = openCalls.every(({ place }) => place === 'human') ? openCalls : [];
  return asks[0]?.summary ?? calls[0]?.summary ?? null;
}

function waitsWith(ask: Ask, openCalls: readonly { readonly callId: string }[]): boolean {
  return openCalls.some(({ callId }) => callId === ask.callId);
}
