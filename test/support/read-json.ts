import type { StintResult } from './stint.ts';

/** What a call printed as JSON. */
export function readJson(args: readonly string[], { code, stdout, stderr }: StintResult): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`stint ${args.join(' ')} printed no JSON (exit ${code}):\n${stdout}\n${stderr}`);
  }
}
