import { formatDuration } from '../lib/duration.ts';

/** A time to come, for people: `2026-01-02 17:00 UTC, in 2h`. */
export function untilText(at: string, now: Date): string {
  const left = Date.parse(at) - now.getTime();
  const minutes = Math.ceil(left / 60_000) * 60_000;
  return `${at.slice(0, 16).replace('T', ' ')} UTC${left > 0 ? `, in ${formatDuration(minutes)}` : ''}`;
}
