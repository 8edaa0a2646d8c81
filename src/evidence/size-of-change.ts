import type { Change } from '../git/commit-facts.ts';

/** Files that tools write: a change in them is no measure of work. */
const LOCK_FILES = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'Cargo.lock',
  'poetry.lock',
  'uv.lock',
  'pdm.lock',
  'Pipfile.lock',
  'Gemfile.lock',
  'composer.lock',
  'go.sum',
  'flake.lock',
  'mix.lock',
  'pubspec.lock',
  'Package.resolved',
]);

const GENERATED =
  /(^|\/)(node_modules|vendor|third_party|dist|__snapshots__|__generated__)\/|\.(min\.(js|css)|map|snap|pb\.go|g\.dart)$|_pb2\.py$|\.generated\.[a-z]+$/;

export function isGeneratedFile(path: string): boolean {
  return LOCK_FILES.has(path.slice(path.lastIndexOf('/') + 1)) || GENERATED.test(path);
}

/** Lines of a change that somebody wrote. */
export function writtenLines(changes: readonly Change[]): number {
  return changes.reduce((sum, change) => sum + (isGeneratedFile(change.path) ? 0 : change.lines), 0);
}
