import type { HeldCategory } from '../stint/data.ts';
import { oneLine } from '../lib/plain-text.ts';
import { WHY_HELD } from '../domain/choice-words.ts';
import { untilText } from './moment.ts';

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
