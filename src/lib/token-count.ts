const UNITS = { k: 1e3, M: 1e6, B: 1e9 } as const;

/** Reads `250000`, `500k`, `20M` or `1.5B` into a number of tokens; null when `text` is none. */
export function parseTokens(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)([kMB])?$/.exec(text.trim());
  const count = Number(match?.[1]) * (match?.[2] ? UNITS[match[2] as keyof typeof UNITS] : 1);
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
  const [unit, size] = Object.entries(UNITS).findLast(([, each]) => rounded >= each) ?? ['', 1];
  return `${rounded / size}${unit}`;
}
