import { asEpochTime, asTime } from './json-shape.ts';
import { takeEpoch, takeMoment } from './moment-words.ts';
import { takeWait } from './wait-words.ts';
import { Words } from './words.ts';

/** Longer texts are documents; a time stands in front. */
const LONGEST_READ = 8000;
const MOST_PLACES = 40;

/** Words after which a time may stand, and names of fields that hold one. */
const LEAD = new RegExp(
  [
    String.raw`limit reached ?\|`,
    // Fields and headers: `"retryDelay": "34s"`, `Retry-After: 120`, `"resets_in_seconds": 60`, `x-ratelimit-reset: 1764590400`.
    String.raw`(?:retry[_-]?(?:delay|after)|resets?[_-]?(?:in|after|delay))(?:[_-]?(?<unit>seconds|secs|s|milliseconds|millis|ms))?["']? ?(?<delay>[:=]) ?["']?`,
    String.raw`(?:resets?|renews?)[ _-]?(?:at|on|time|date|timestamp|requests|tokens)["']? ?[:=] ?["']?`,
    String.raw`\b(?:re-?sets?|resetting|renew(?:s|ed)?|refresh(?:es|ed)?|replenish(?:es|ed)?|lift(?:s|ed)?|unlock(?:s|ed)?|restored|(?:try|use it|available|back|continue|resume) again|available(?= (?:at|in|on|after|from|tomorrow|next)\b)|retry(?:ing)?|come back|until|wait)\b(?: (?:time|date)\b)?(?: is| will be)?(?: ?:)?(?: (?:automatically|daily|weekly|monthly)\b)?`,
  ].join('|'),
  'gi',
);

const PREPOSITION = /(?:at|on|by|from|after|until|till)\b/iy;
const BARE = /\d{1,9}(?:\.\d{1,9})?(?![\w.:-])/y;

const VERBS =
  'try|upgrade|switch|use|purchase|buy|add|enable|visit|contact|request|continue|keep|wait|get|increase|see|run|check|send|ask|log|turn|go|raise|change|view|manage|retry|resume|choose|select|set|consider|start|finish';
const CLAUSE = String.raw`(?:(?:or|and|to|but|then|please) (?:to |please )?(?:you(?: can| may|'ll)? )?)?(?:${VERBS})\b`;

/** How a sentence may go on behind its time. Whatever else stands there belongs to a time that is not understood. */
const END = new RegExp(
  [
    String.raw`\s*$`,
    String.raw`[.!](?=$|[\s"')\]}])`,
    String.raw` ?[;|·∙•)\]}"'…]`,
    String.raw`\n(?! ?[([])`,
    String.raw`,(?=$|[\s]*["'}\n])`,
    String.raw` ?(?:,|[-\u2013\u2014]+)? ?${CLAUSE}`,
    String.raw`,? (?:before|if|when|once|unless|because|while) [a-z]`,
    String.raw` for (?:more|further|your|details|help)\b`,
    String.raw` ?(?:[-\u2013\u2014]+ )?(?:\/[a-z]|https?:)`,
    String.raw` \((?:request|req|error|status|code|trace|ref|id)\b`,
  ].join('|'),
  'iy',
);

/**
 * When a limit ends, from words such as `try again at 12:16 PM`, `in 3 days 6 hours`, `resets Monday 9am (Europe/Berlin)`
 * or `"retryDelay": "34s"`. A clock time is that of the zone which stands beside it, with its summer time; without one it
 * is this machine's. Without a date it is the next such time after `at`, without a year the next such day. A time that is
 * not understood to its last word is not read: half of it may mean another day. ISO 8601; null when the prose says none.
 */
export function resetInProse(prose: string, at: Date): string | null {
  if (Number.isNaN(at.getTime())) return null;
  const text = evenSpaces(prose.slice(0, LONGEST_READ));
  let places = 0;
  for (const lead of text.matchAll(LEAD)) {
    if (++places > MOST_PLACES) return null;
    const words = new Words(text, lead.index + lead[0].length);
    const reset = takeTime(words, lead.groups ?? {}, at);
    if (reset !== null) words.try((more) => takeRestated(more, at));
    if (reset !== null && words.isBefore(END) && !Number.isNaN(reset.getTime())) return reset.toISOString();
  }
  return null;
}

/** The same from a field of a CLI's own: seconds or milliseconds since 1970, or ISO 8601. */
export function resetInField(value: unknown): string | null {
  if (typeof value !== 'number') return asTime(value);
  return asEpochTime(value, value < FIRST_IN_MS ? 1000 : 1);
}

/** In seconds, this is a time in a far future; in milliseconds, one in 1973. */
const FIRST_IN_MS = 1e11;

/** One space between words, so that no pattern has to look at many. */
function evenSpaces(prose: string): string {
  return prose
    .split(/[\n\r]/)
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

function takeTime(words: Words, lead: Readonly<Record<string, string | undefined>>, at: Date): Date | null {
  const bare = lead['delay'] === undefined ? null : words.take(BARE);
  const waitMs = bare ? Number(bare[0]) * (isMilliseconds(lead['unit']) ? 1 : 1000) : takeWait(words);
  if (waitMs !== null) return new Date(at.getTime() + waitMs);
  words.take(PREPOSITION);
  return takeEpoch(words) ?? takeMoment(words, at);
}

/** The same in other words, in brackets: `in 2 hours (at 15:05)`, `3pm (in 2 hours)`. */
function takeRestated(words: Words, at: Date): true | null {
  if (!words.take(/\(/y)) return null;
  words.take(PREPOSITION);
  if (takeWait(words) === null && takeMoment(words, at) === null) return null;
  return words.take(/\)/y) && true;
}

function isMilliseconds(unit = ''): boolean {
  return /^m/i.test(unit);
}
