import type { TranscriptSession } from '../../src/domain/transcript-session.ts';
import { emptyTranscript, type Transcript } from '../../src/domain/transcript.ts';

/** An unattended session of Claude Code in which the agent spoke once, but for what is given. */
export function transcriptSession(
  given: Partial<Omit<TranscriptSession, 'transcript'>> & { readonly transcript?: Partial<Transcript> } = {},
): TranscriptSession {
  return {
    harness: 'claude-code',
    thread: 'a-thread',
    kind: 'session',
    parent: null,
    agent: null,
    startedAt: '2026-01-05T12:00:00.000Z',
    endedAt: '2026-01-05T12:10:00.000Z',
    impossibleTimes: 0,
    activeMs: 600_000,
    cwd: '/work/app',
    branch: null,
    version: null,
    attended: 'no',
    attendedBecause: 'it was started by a program',
    isSteered: false,
    skeleton: null,
    prompts: 1,
    lastWord: 'agent',
    handOff: null,
    helpers: { tool: null, started: 0, told: 0 },
    edits: null,
    toldCommits: [],
    counted: null,
    costUsd: null,
    ...given,
    transcript: { ...emptyTranscript, events: 3, answers: 1, ...given.transcript },
  };
}
