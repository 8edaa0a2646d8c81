import type { TokenCounts } from './session-event.ts';

/** Each figure is null where none of them has it. */
export function addUp(messages: Iterable<TokenCounts>): TokenCounts {
  let total = NO_TOKENS;
  for (const tokens of messages) total = joinTokens(total, tokens, add);
  return total;
}

export const NO_TOKENS: TokenCounts = { input: null, output: null, cacheRead: null, cacheWrite: null };

/** Joins each figure of two counts. */
export function joinTokens(
  a: TokenCounts,
  b: TokenCounts,
  join: (a: number | null, b: number | null) => number | null,
): TokenCounts {
  return {
    input: join(a.input, b.input),
    output: join(a.output, b.output),
    cacheRead: join(a.cacheRead, b.cacheRead),
    cacheWrite: join(a.cacheWrite, b.cacheWrite),
  };
}

export function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

export function add(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}
