import type { LivenessPolicy, Pulse } from '../domain/liveness.ts';
import { look, notLooked, type Supervision } from './look.ts';
import { decodePulse, openHeader, openLine, type PulseHeader, type PulseTail } from './pulse-line.ts';

/** One line of a file of pulses. */
export interface RecordedLine {
  readonly text: string;
  /** Byte of the file behind its newline. */
  readonly end: number;
  /** True for the end of the file where the newline is missing. */
  readonly isTorn: boolean;
}

/** The state that the supervisor had when it wrote a line: another process can go on from it. */
export interface Rebuilt {
  readonly header: PulseHeader;
  /** Looks so far; 0 after the header. */
  readonly looks: number;
  readonly supervision: Supervision;
  readonly tail: PulseTail;
}

/**
 * The results of one line. `changed` and `torn` come before the state of their line, so that a caller can stop with the last
 * state that is proven.
 */
export type RebuildStep =
  | { readonly kind: 'state'; readonly rebuilt: Rebuilt }
  /** A line that does not fit its seal, or that cannot be read. */
  | { readonly kind: 'changed'; readonly line: number }
  /** A last line that its writer did not finish. */
  | { readonly kind: 'torn'; readonly line: number };

/**
 * The agent's words in standard output, from where the last call stopped.
 *
 * @param upTo bytes of standard output that the look had read
 * @param at wall time of the look
 */
export type WordReader = (upTo: number, at: Date) => Pulse['events'];

/**
 * Folds a file of pulses, line by line, into the states that its supervisor had. A line that cannot be read ends it;
 * without a header it gives no state.
 *
 * @param tried limits to use instead of those in the header
 */
export function* rebuild(
  lines: Iterable<RecordedLine>,
  words: WordReader,
  tried: Partial<LivenessPolicy> = {},
): Generator<RebuildStep> {
  let rebuilt: Rebuilt | null = null;
  let number = 0;
  for (const line of lines) {
    number++;
    if (line.isTorn) return yield { kind: 'torn', line: number };
    const next: Opened | null = rebuilt ? openLook(rebuilt, line, words, tried) : openStart(line);
    if (!next?.isIntact) yield { kind: 'changed', line: number };
    if (!next) return;
    rebuilt = next.rebuild();
    yield { kind: 'state', rebuilt };
  }
}

interface Opened {
  readonly isIntact: boolean;
  /** Deferred: a caller that stops before a changed line does not read its words. */
  readonly rebuild: () => Rebuilt;
}

function openStart({ text, end }: RecordedLine): Opened | null {
  const opened = openHeader(text);
  if (!opened) return null;
  const tail = { seal: opened.seal, last: null, bytes: end };
  const rebuilt = { header: opened.value, looks: 0, supervision: notLooked(), tail };
  return { isIntact: opened.isIntact, rebuild: () => rebuilt };
}

function openLook(
  { header, looks, supervision, tail }: Rebuilt,
  { text, end }: RecordedLine,
  words: WordReader,
  tried: Partial<LivenessPolicy>,
): Opened | null {
  const opened = openLine(text, tail.seal);
  if (!opened) return null;
  const rebuildLook = (): Rebuilt => {
    const last = decodePulse(opened.line, tail.last);
    const atMs = Date.parse(header.startedAt) + last.pulse.atMs - header.startedAtMs;
    const pulse = { ...last.pulse, events: words(last.stdoutBytes, new Date(atMs)) };
    return {
      header,
      looks: looks + 1,
      supervision: look(supervision, pulse, { ...header.policy, ...tried }),
      tail: { seal: opened.line.h, last, bytes: end },
    };
  };
  return { isIntact: opened.isIntact, rebuild: rebuildLook };
}
