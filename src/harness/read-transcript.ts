import type { SessionEvent } from '../domain/session-event.ts';
import { emptyTranscript, foldEvents, type Transcript } from '../domain/transcript.ts';
import { LineReader } from '../lib/line-reader.ts';
import { readEnd } from '../lib/regular-file.ts';
import type { Harness } from './contract/harness.ts';
import { withLastWords } from './last-words.ts';

/** Events of one line; null stands for a line that was too long to read. `at`: see `Harness.parse`. */
export function readLine(harness: Harness, line: string | null, at: Date): SessionEvent[] {
  return line === null ? [{ kind: 'unreadable', reason: 'size' }] : harness.parse(line, at);
}

/** The end of an output that holds an error; longer ones hold more than that. */
const END_BYTES = 64 << 10;

/** The transcript together with what the CLI itself said beside its stream, when it had ended. */
export function readLastWords(
  transcript: Transcript,
  harness: Harness,
  end: {
    readonly files: { readonly stdout: string; readonly stderr: string };
    readonly exitCode: number | null;
    readonly endedAt: Date;
  },
): Transcript {
  if (harness.ownErrors === undefined) return transcript;
  return withLastWords(transcript, harness, {
    exitCode: end.exitCode,
    endedAt: end.endedAt,
    stdout: readEnd(end.files.stdout, END_BYTES) ?? { text: '', isWhole: true },
    stderr: readEnd(end.files.stderr, END_BYTES)?.text ?? '',
  });
}

/**
 * Everything that an agent said until it ended, read from its output as a whole: the same with supervision or without.
 */
export function readTranscript(file: string, harness: Harness, endedAt: Date): Transcript {
  const reader = new LineReader(file);
  let transcript = emptyTranscript;
  for (let before = -1; before !== reader.offset;) {
    before = reader.offset;
    transcript = foldEvents(
      transcript,
      reader.read().flatMap((line) => readLine(harness, line, endedAt)),
    );
  }
  // The writer is gone, so a last line without a newline is all that will ever come of it.
  const rest = reader.rest();
  if (rest === null && !reader.isRestTooLong) return transcript;
  return foldEvents(transcript, readLine(harness, rest, endedAt));
}
