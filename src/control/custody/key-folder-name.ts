import { createHash } from 'node:crypto';

/** The folder that all attempts at a key stand in, one after the other: an agent finds its conversation by its folder. */
export function keyFolderName(key: string): string {
  return `key-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

export function isKeyFolderName(name: string): boolean {
  return /^key-[0-9a-f]{16}$/.test(name);
}
