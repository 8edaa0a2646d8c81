import type { Evidence, OwnCommit } from '../../src/domain/evidence.ts';
import type { CategoryName } from '../../src/domain/ids.ts';
import type { SessionEvent } from '../../src/domain/session-event.ts';
import type { Stop, StopReason } from '../../src/domain/record.ts';
import { emptyTranscript, foldEvents, type Transcript } from '../../src/domain/transcript.ts';

export const CODE = 'code' as CategoryName;

export const ERRED_OVERLOAD: SessionEvent = {
  kind: 'erred',
  error: 'overload',
  message: 'HTTP 529',
  isRetrying: true,
};

export const ERRED_UNKNOWN: Extract<SessionEvent, { kind: 'erred' }> = {
  kind: 'erred',
  error: 'other',
  message: 'Etwas ging schief',
  isRetrying: false,
};

export function transcriptOf(...events: readonly SessionEvent[]): Transcript {
  return foldEvents(emptyTranscript, events);
}

export function stopped(reason: StopReason = 'completed'): Stop {
  return { reason, because: `it ended as ${reason}`, exitCode: 0, signal: null };
}

let commits = 0;

/** A commit of its own change. */
export function commit(lines: number, given: Partial<OwnCommit> = {}): OwnCommit {
  const number = ++commits;
  return {
    sha: number.toString(16).padStart(40, '0'),
    patchId: number.toString(16).padStart(40, 'f'),
    subject: `change ${number}`,
    lines,
    files: ['src/a.ts'],
    isMerge: false,
    source: 'hook',
    ...given,
  };
}

export function evidenceOf(given: Partial<Evidence> = {}): Evidence {
  return {
    commits: [],
    notCounted: [],
    range: null,
    effects: [],
    gitTrouble: null,
    head: null,
    check: { result: 'none', detail: 'no check is configured' },
    declared: null,
    uncommitted: [],
    transcript: transcriptOf(
      { kind: 'started', thread: 't', model: 'm' },
      { kind: 'said', text: 'well' },
      {
        kind: 'ended',
        isError: false,
        subtype: 'success',
        text: 'done',
        costUsd: null,
        turns: 1,
        tokens: null,
      },
    ),
    hasEvents: true,
    isReadOnly: false,
    isScript: false,
    observedCategory: null,
    leftovers: [],
    warnings: [],
    ...given,
  };
}

export function checked(result: Evidence['check']['result']): Evidence['check'] {
  return { result, detail: `the check: ${result}` };
}
