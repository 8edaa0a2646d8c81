import type { MessageUsage } from './session-event.ts';
import { joinTokens, larger } from './token-counts.ts';

/**
 * The use of one message, by all that tell of it. A CLI writes a message down while it comes, and copies such states into
 * other files: each count is the largest told. A sum over several requests counts only where nothing tells the message
 * alone; a message of the session itself stays its own, also where a helper has a copy.
 */
export function joinUsage(before: MessageUsage | undefined, now: MessageUsage): MessageUsage {
  if (before === undefined) return now;
  if (before.isSum !== now.isSum) return ownedBy(before.isSum ? now : before, before, now);
  const [less, more] = (before.output ?? -1) > (now.output ?? -1) ? [now, before] : [before, now];
  const joined = {
    ...less,
    ...more,
    ...joinTokens(before, now, larger),
    ...largerPart('cacheWrite5m', before, now),
    ...largerPart('cacheWrite1h', before, now),
  };
  return ownedBy(joined, before, now);
}

/** Adds one message to the use of a session, whose map it changes. */
export function addUsage(usage: Map<string, MessageUsage>, message: string, used: MessageUsage): void {
  usage.set(message, joinUsage(usage.get(message), used));
}

/**
 * The use of a session by all that tells of it. A stream names a message by its id alone, a file with its request:
 * of such a pair the file's name stays.
 */
export function joinUsages(
  before: ReadonlyMap<string, MessageUsage>,
  others: Iterable<readonly [string, MessageUsage]>,
): Map<string, MessageUsage> {
  const usage = new Map(before);
  const withRequest = new Map<string, string>();
  for (const message of before.keys()) if (idOf(message) !== message) withRequest.set(idOf(message), message);
  for (const [message, used] of others) {
    const id = idOf(message);
    const alone = id === message ? undefined : usage.get(id);
    if (alone !== undefined) usage.delete(id);
    if (id !== message) withRequest.set(id, message);
    const name = id === message ? (withRequest.get(id) ?? message) : message;
    addUsage(usage, name, alone === undefined ? used : joinUsage(alone, used));
  }
  return usage;
}

function idOf(message: string): string {
  const end = message.indexOf(' ');
  return end === -1 ? message : message.slice(0, end);
}

type Part = 'cacheWrite5m' | 'cacheWrite1h';

function largerPart(part: Part, before: MessageUsage, now: MessageUsage): Partial<Pick<MessageUsage, Part>> {
  const count = larger(before[part] ?? null, now[part] ?? null);
  return count === null ? {} : { [part]: count };
}

function ownedBy(used: MessageUsage, before: MessageUsage, now: MessageUsage): MessageUsage {
  if (!used.isSubagent || (before.isSubagent && now.isSubagent)) return used;
  const { isSubagent: _, ...own } = used;
  return own;
}
