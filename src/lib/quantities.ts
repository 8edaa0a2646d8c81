/** A number with its thing, as one says it: `1 commit`, `3 commits`, `2 entries` when the plural is given. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

const BYTES: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Reads `500MB` or `5GB` (powers of 1000) into bytes; null when `text` is no size. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?B)$/i.exec(text.trim());
  const unit = BYTES[(match?.[2] ?? '').toUpperCase()];
  const bytes = Math.round(Number(match?.[1]) * (unit ?? NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** `1.2MB`, with at most one decimal. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of Object.entries(BYTES).toReversed()) {
    if (bytes >= size) return `${(bytes / size).toFixed(1).replace(/\.0$/, '')}${unit}`;
  }
  return `${bytes}B`;
}

const TOKENS = { k: 1e3, M: 1e6, B: 1e9 } as const;

/** Reads `250000`, `500k`, `20M` or `1.5B` into a number of tokens; null when `text` is none. */
export function parseTokens(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kMB])?$/.exec(text.trim());
  const count = Number(match?.[1]) * (match?.[2] ? TOKENS[match[2] as keyof typeof TOKENS] : 1);
  return Number.isSafeInteger(Math.round(count)) ? Math.round(count) : null;
}

/** As a person would say it: `950`, `38k`, `1.2M`. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens));
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`;
  return `${(tokens / 1e6).toFixed(1).replace(/\.0$/, '')}M`;
}

/** To three significant digits, where one is compared with another: `4.5k`, `15.1k`, `1.25M`. */
export function formatTokensClosely(tokens: number): string {
  const rounded = Number(tokens.toPrecision(3));
  const [unit, size] = Object.entries(TOKENS).findLast(([, each]) => rounded >= each) ?? ['', 1];
  return `${rounded / size}${unit}`;
}
