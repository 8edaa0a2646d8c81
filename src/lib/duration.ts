const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** A timer counts milliseconds in 31 bits (24.8 days); a longer one would go off at once. In whole days. */
export const LONGEST_TIMER_MS = 24 * 86_400_000;

/**
 * Reads `250ms`, `20s`, `45m`, `2h`, `90d` or a sequence such as `1h30m`.
 *
 * @returns milliseconds, or null when `text` is no duration
 */
export function parseDuration(text: string): number | null {
  const parts = [...text.matchAll(PART)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return null;
  const total = parts.reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit as keyof typeof UNITS], 0);
  // Whole milliseconds; a number that JavaScript cannot hold is no duration.
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : null;
}

/** Two units at most, as a person would say it: `250ms`, `4.2s`, `2m10s`, `1h05m`, `3d4h`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 10_000) return `${(Math.floor(ms / 100) / 10).toFixed(1).replace(/\.0$/, '')}s`;
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${pad(seconds % 60)}s`.replace('m00s', 'm');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h${pad(minutes % 60)}m`.replace('h00m', 'h');
  return `${Math.floor(hours / 24)}d${hours % 24}h`.replace(/d0h$/, 'd');
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
