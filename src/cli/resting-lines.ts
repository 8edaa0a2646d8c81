import { WHY_HELD } from '../domain/choice-words.ts';
import { parkedName } from '../domain/parking.ts';
import { formatDuration } from '../lib/duration.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';
import type { HeldCategory, ParkedNow, SetAside } from '../stint/data.ts';

/** A time to come, for people: `2026-01-02 17:00 UTC, in 2h`. */
export function untilText(at: string, now: Date): string {
  const left = Date.parse(at) - now.getTime();
  const minutes = Math.ceil(left / 60_000) * 60_000;
  return `${at.slice(0, 16).replace('T', ' ')} UTC${left > 0 ? `, in ${formatDuration(minutes)}` : ''}`;
}

/** The same behind a sentence, where there is such a time: ` (until 2026-01-02 17:00 UTC, in 2h)`. */
export function untilPart(at: string | null, now: Date): string {
  return at === null ? '' : ` (until ${untilText(at, now)})`;
}

/** A category that rests, until when, what its session said, and whom the configuration names. */
export function heldLine(
  { category, outcome, text, sessionId, until, owner }: HeldCategory,
  now: Date,
): string {
  const what = WHY_HELD[outcome];
  const said = text === '' ? '' : `: ${oneLine(text, 120)}`;
  const whom = owner === null ? '' : ` (${oneLine(owner, 60)})`;
  return `held: ${category} until ${untilText(until, now)} (session ${sessionId.slice(0, 4)} ${what}${said})${whom}`;
}

/** Why nothing of an account or a harness starts, until when, who met it, and what ends it. */
export function parkedLine(parked: ParkedNow, now: Date): string {
  const { kind, name, model, reason, until, needsPerson, probe } = parked;
  const what = parkedName({ kind, name: oneLine(name, 80), model });
  const others = model === null ? '' : 'its other models may start; ';
  const why = `${others}${oneLine(reason, 120)}; ${metBy(parked)}`;
  if (needsPerson)
    return `needs a person: ${what} was refused: ${why}. Log in again; a new login is tried at once, else one probe at ${untilText(until, now)}`;
  switch (parked.state) {
    case 'parked':
      return `parked: ${what} until ${untilText(until, now)} (${why})`;
    case 'probing':
      return `parked: ${what}, and its one probe is on its way: session ${probe?.sessionId ?? 'unknown'} in ${oneLine(probe?.repository ?? '', 80)} (${why})`;
    case 'due':
      return `parked: ${what}, and the next session is its probe (${why})`;
  }
}

function metBy({ met, repository, since }: ParkedNow): string {
  const where = repository === '' ? '' : ` in ${oneLine(repository, 80)}`;
  const first = `${met.length > 1 ? 'the first ' : 'session '}${met[0]?.slice(0, 4) ?? 'unknown'}${where}`;
  const count = met.length > 1 ? `${countOf(met.length, 'session')} ` : '';
  return `${count}since ${since.slice(0, 16).replace('T', ' ')} UTC, ${first}`;
}

/** One item that its sink failed to get, and why. */
export function setAsideLine({ sink, id, attempts, because }: SetAside): string {
  return `set aside: ${sink} of session ${id} after ${countOf(attempts, 'try', 'tries')}: ${oneLine(because, 120)}`;
}
