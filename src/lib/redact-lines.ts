import { followPrivateKey } from './private-keys.ts';
import type { Redactor } from './redact.ts';

/**
 * Redacts text that comes line by line. A private key spans lines: what was on the lines after its first is null.
 */
export function lineRedactor(redactor: Redactor): (line: string) => string | null {
  let isInside = false;
  return (line) => {
    const followed = followPrivateKey(line, isInside);
    isInside = followed.isInside;
    return followed.rest === null ? null : redactor.text(followed.rest);
  };
}
