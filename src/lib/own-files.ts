import path from 'node:path';

/** The folder of stint itself, with all that is published beside its programs. The one place that knows how deep it lies. */
const ROOT = path.resolve(import.meta.dirname, '../..');

/** A file of stint's own, such as `bin/stint`, absolute. */
export function ownFile(name: string): string {
  return path.join(ROOT, name);
}
