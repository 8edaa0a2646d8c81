import { after } from './after.ts';
import { mirror } from './mirror.ts';
import type { Sink } from './sink.ts';

/** Every sink: a new one is a file that exports it, and a line here. */
export const SINKS: readonly Sink[] = [mirror, after];
