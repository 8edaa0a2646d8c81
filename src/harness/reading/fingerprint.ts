import { createHash } from 'node:crypto';

/** The same for the same data, whatever its size: to see that a call or an answer is the one before once more. */
export function fingerprint(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return createHash('sha1').update(text).digest('base64url').slice(0, 12);
}
