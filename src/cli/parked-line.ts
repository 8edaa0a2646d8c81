import type { ParkedNow } from '../stint/data.ts';
import { countOf } from '../lib/count-of.ts';
import { oneLine } from '../lib/plain-text.ts';
import { untilText } from './moment.ts';

/** Why nothing of an account or a harness starts, until when, who met it, and what ends it. */
export function parkedLine(parked: ParkedNow, now: Date): string {
  const { kind, name, reason, until, needsPerson } = parked;
  const what = `${kind} ${oneLine(name, 80)}`;
  const why = `${oneLine(reason, 120)}; ${metBy(parked)}`;
  if (needsPerson)
    return `needs a person: ${what} was refused: ${why}. Log in again; a new login is tried at once, else one probe at ${untilText(until, now)}`;
  switch (parked.state) {
    case 'parked':
      return `parked: ${what} until ${untilText(until, now)} (${why})`;
    case 'probing':
      return `parked: ${what}, and its one probe is on its way: ${probeOf(parked)} (${why})`;
    case 'due':
      return `parked: ${what}, and the next session is its probe (${why})`;
  }
}

function probeOf({ probe }: ParkedNow): string {
  return `session ${probe?.sessionId ?? 'unknown'} in ${oneLine(probe?.repository ?? '', 80)}`;
}

function metBy({ met, repository, since }: ParkedNow): string {
  const where = repository === '' ? '' : ` in ${oneLine(repository, 80)}`;
  const first = `${met.length > 1 ? 'the first ' : 'session '}${met[0]?.slice(0, 4) ?? 'unknown'}${where}`;
  const count = met.length > 1 ? `${countOf(met.length, 'session')} ` : '';
  return `${count}since ${since.slice(0, 16).replace('T', ' ')} UTC, ${first}`;
}
