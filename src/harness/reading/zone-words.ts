import { fixedZone, namedZone, type Zone } from '../../lib/zone.ts';
import type { Words } from './words.ts';

/**
 * Abbreviations with one meaning, in minutes ahead of UTC. Not CST, IST, BST or AST: each is the name of several zones.
 */
const AHEAD: Readonly<Record<string, number>> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 60,
  CET: 60,
  CEST: 120,
  EET: 120,
  EEST: 180,
  MSK: 180,
  SGT: 480,
  HKT: 480,
  JST: 540,
  KST: 540,
  AEST: 600,
  AEDT: 660,
  NZST: 720,
  NZDT: 780,
  EDT: -240,
  EST: -300,
  CDT: -300,
  MDT: -360,
  MST: -420,
  PDT: -420,
  PST: -480,
};

/** Zones of the United States in words, which follow summer time. */
const STATES: Readonly<Record<string, string>> = {
  e: 'America/New_York',
  c: 'America/Chicago',
  m: 'America/Denver',
  p: 'America/Los_Angeles',
};

const OPEN = /[([]/y;
const CLOSE = /[)\]]/y;
const LOCAL = /(?:your )?local(?: time)?\b/iy;
const FROM_UTC = /(?:(?:UTC|GMT) ?([+\u2212-])(\d{1,2})(?::?([0-5]\d))?|([+-])(\d\d):?([0-5]\d))(?![\d:])/iy;
/** What JavaScript writes behind an offset. */
const IN_WORDS = /\((?:[A-Z][A-Za-z .-]{2,50} Time|[A-Z]{2,5})\)/y;
const OF_STATES =
  /(?:(e)astern|(c)entral|(m)ountain|(p)acific)(?: time)?(?: \([ECMP]T\))?(?![\w/])|([ECMP])T\b/iy;
const SHORT = /([A-Z]{1,4})\b(?![/+-])/iy;
const LONG = /[A-Za-z][\w+-]{0,30}(?:\/[\w+-]{1,30}){1,2}/y;
/** Some have no slash (`Japan`). Shorter ones are abbreviations, which Intl knows in one meaning of several. */
const ONE_WORD = /[A-Za-z][A-Za-z0-9-]{4,30}/y;

/** The zone that comes next, with or without brackets; null where none that is known does. */
export function takeZone(words: Words): Zone | null {
  return words.try(() => {
    if (!words.take(OPEN)) return takeName(words);
    const zone = takeName(words) ?? words.try(() => namedOf(words.take(ONE_WORD)));
    words.take(/time\b/iy);
    return words.take(CLOSE) ? zone : null;
  });
}

function takeName(words: Words): Zone | null {
  if (words.take(LOCAL)) return namedZone();
  return (
    words.try(() => aheadOf(words)) ??
    words.try(() => ofStates(words.take(OF_STATES))) ??
    words.try(() => shortOf(words.take(SHORT))) ??
    words.try(() => namedOf(words.take(LONG)))
  );
}

function aheadOf(words: Words): Zone | null {
  const found = words.take(FROM_UTC);
  if (!found) return null;
  words.take(IN_WORDS);
  const [, sign = found[4], hours = found[5], minutes = found[6]] = found;
  const ahead = Number(hours) * 60 + Number(minutes ?? 0);
  return fixedZone(sign === '+' ? ahead : -ahead);
}

function ofStates(found: RegExpExecArray | null): Zone | null {
  const letter = found?.slice(1).find(Boolean)?.toLowerCase();
  return letter === undefined ? null : namedZone(STATES[letter]);
}

function shortOf(found: RegExpExecArray | null): Zone | null {
  const ahead = AHEAD[found?.[1]?.toUpperCase() ?? ''];
  return ahead === undefined ? null : fixedZone(ahead);
}

function namedOf(found: RegExpExecArray | null): Zone | null {
  return found ? namedZone(found[0]) : null;
}
