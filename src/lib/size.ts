const UNITS: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Reads `500MB` or `5GB` (powers of 1000) into bytes; null when `text` is no size. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?B)$/i.exec(text.trim());
  const unit = UNITS[(match?.[2] ?? '').toUpperCase()];
  const bytes = Math.round(Number(match?.[1]) * (unit ?? NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** `1.2MB`, with at most one decimal. */
export function formatSize(bytes: number): string {
  for (const [unit, size] of Object.entries(UNITS).toReversed()) {
    if (bytes >= size) return `${(bytes / size).toFixed(1).replace(/\.0$/, '')}${unit}`;
  }
  return `${bytes}B`;
}
