import type { Evidence } from '../domain/evidence.ts';
import type { OtherCall } from '../domain/other-calls.ts';
import { oneLine } from '../lib/plain-text.ts';
import { countOf } from '../lib/quantities.ts';

const MOST_NAMED = 6;

/**
 * Why a session that delivered nothing may have done something all the same: calls of which nothing shows what they did.
 * Null without any. Of an imported session these are all calls that are not known to change nothing, and lines that could
 * not be understood; of one that stint watched, git and the forge were asked, so only tools that no table has.
 */
export function unseenCalls({
  transcript,
  isImported,
}: Pick<Evidence, 'transcript' | 'isImported'>): string | null {
  const { unreadableLines } = transcript;
  // Evidence of an older stint does not have them.
  const unknown: readonly OtherCall[] = (transcript.unknownTools ?? []).map(({ tool, calls }) => ({
    name: tool,
    calls,
  }));
  const calls = isImported ? (transcript.otherCalls ?? []) : unknown;
  // The settings of `import` say nothing of a session that stint watched.
  const advice = isImported ? '; import.readOnly names calls that change nothing' : '';
  if (calls.length > 0)
    return `it called ${nameCalls(calls)}, and nothing here shows what ${theyDid(calls)}${advice}`;
  if (isImported && unreadableLines > 0)
    return `${countOf(unreadableLines, 'line')} of it could not be understood, and nothing here shows what they hold`;
  return null;
}

function theyDid(calls: readonly OtherCall[]): string {
  return calls.length === 1 && calls[0]?.calls === 1 ? 'that did' : 'they did';
}

function nameCalls(calls: readonly OtherCall[]): string {
  const named = calls.slice(0, MOST_NAMED).map(({ name, calls: count }) => `${oneLine(name, 60)} (${count})`);
  const hidden = calls.slice(MOST_NAMED).reduce((sum, each) => sum + each.calls, 0);
  return hidden > 0 ? `${named.join(', ')} and others (${hidden})` : named.join(', ');
}
