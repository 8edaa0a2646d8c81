import { countOf } from '../lib/count-of.ts';
import { oneLine } from '../lib/plain-text.ts';
import type { SetAside } from '../stint/data.ts';

/** One item that its sink failed to get, and why. */
export function setAsideLine({ sink, id, attempts, because }: SetAside): string {
  return `set aside: ${sink} of session ${id} after ${countOf(attempts, 'try', 'tries')}: ${oneLine(because, 120)}`;
}
