import { asNumber, asString, type JsonObject } from './reading/json-shape.ts';
import { CLI_KINDS, CLIS, recognise, TRANSCRIPT_FORMATS } from './registry.ts';

/** Files that CLIs, and stint itself, keep beside their sessions, by their first object. The names are for people. */
const SIDE_FILES = [
  ...CLI_KINDS.flatMap((kind) => Object.entries(CLIS[kind].sideFiles ?? {})),
  [
    'file of stint beside its sessions',
    ({ version, startedAt, startedAtMs, policy }: JsonObject) =>
      version === 1 && asString(startedAt) !== null && asNumber(startedAtMs) !== null && policy !== undefined,
  ] as const,
];

/** The kind of side file that begins with such an object; null for any other. */
export function sideFileOf(first: JsonObject): string | null {
  return SIDE_FILES.find(([, recognises]) => recognises(first))?.[0] ?? null;
}

/** Whether the beginning of a file shows a session of a CLI that stint knows. */
export function showsSession(head: string, objects: readonly JsonObject[]): boolean {
  return (
    objects.some((object) => recognise(object) !== null) ||
    TRANSCRIPT_FORMATS.some((format) => format.beginsDocument?.(head))
  );
}
