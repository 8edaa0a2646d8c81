import { lineMark } from '../../src/domain/line-mark.ts';
import type { SessionEdits } from '../../src/domain/session-edits.ts';

/** The marks of lines that all have one. */
export function marksOf(...lines: readonly string[]): Set<string> {
  return new Set(lines.map((line) => lineMark(line) ?? `no mark: ${line}`));
}

type Lines = Readonly<Record<string, readonly string[]>>;

/** Lines that a session left in files, and those that it took out. */
export function sessionEdits(
  left: Lines,
  removed: Lines = {},
  more: Partial<SessionEdits> = {},
): SessionEdits {
  return {
    firstAt: '2026-01-05T12:01:00.000Z',
    files: marked(left),
    removed: marked(removed),
    isCut: false,
    ...more,
  };
}

function marked(lines: Lines): Map<string, Set<string>> {
  return new Map(Object.entries(lines).map(([path, each]) => [path, marksOf(...each)]));
}
