import type { SessionFiles } from '../../domain/layout.ts';
import type { LivenessPolicy } from '../../domain/liveness.ts';
import type { Harness } from '../../harness/contract/harness.ts';
import { readLine } from '../../harness/read-transcript.ts';
import { LineReader } from '../../lib/line-reader.ts';
import { rebuild, type RecordedLine, type RebuildStep, type WordReader } from '../../supervise/rebuild.ts';

/**
 * The states that a session's supervisor had, line by line, from its files of pulses and of standard output. See
 * `rebuild` for the steps.
 */
export function rebuildSession(
  files: Pick<SessionFiles, 'pulses' | 'stdout'>,
  harness: Harness,
  tried: Partial<LivenessPolicy> = {},
): Generator<RebuildStep> {
  return rebuild(readLines(files.pulses), wordReader(files.stdout, harness), tried);
}

function readLines(file: string): RecordedLine[] {
  const reader = new LineReader(file);
  const lines: RecordedLine[] = [];
  const take = (text: string | null): void => {
    lines.push({ text: text ?? '', end: reader.completed, isTorn: false });
  };
  while (reader.readEach(take));
  const rest = reader.rest();
  if (rest !== null) lines.push({ text: rest, end: reader.offset, isTorn: true });
  return lines;
}

function wordReader(file: string, harness: Harness): WordReader {
  const reader = new LineReader(file);
  return (upTo, at) => reader.read(Infinity, upTo).flatMap((line) => readLine(harness, line, at));
}
