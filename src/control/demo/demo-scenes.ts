import type { FailureMode } from '../../domain/failure-mode.ts';
import type { Outcome } from '../../domain/record-words.ts';

/** What one session of the demo's day does, and what must be said of it. */
export interface Scene {
  readonly name: string;
  /** What the agent does, for people. */
  readonly story: string;
  readonly harness: 'agent' | 'plain' | 'spare';
  readonly outcome: Outcome;
  readonly modes: readonly FailureMode[];
}

const good = (name: string, story: string, harness: Scene['harness'] = 'agent'): Scene => ({
  name,
  story,
  harness,
  outcome: 'productive',
  modes: [],
});

/**
 * The day, by session. The long ones come early and side by side, so that the day is as long as the longest round and
 * not the sum. `demo/agent.mjs` plays them.
 */
export const SCENES: readonly Scene[] = [
  good('good', 'commits 40 lines'),
  { name: 'hang', story: 'hangs in a model call', harness: 'agent', outcome: 'failed', modes: ['stuck'] },
  good('silent-tool', 'is silent in a tool call for longer than the silence limit'),
  good('good', 'commits 40 lines, plain text', 'plain'),
  {
    name: 'tiny',
    story: 'commits one line',
    harness: 'agent',
    outcome: 'productive',
    modes: ['low_productivity'],
  },
  good('amend', 'commits and amends'),
  { name: 'nothing', story: 'finds nothing and says so', harness: 'agent', outcome: 'noop', modes: ['noop'] },
  {
    name: 'open-todo',
    story: 'commits, and leaves a todo open',
    harness: 'agent',
    outcome: 'productive',
    modes: ['abandoned_loop'],
  },
  {
    name: 'breaks-check',
    story: 'commits what breaks the check',
    harness: 'agent',
    outcome: 'productive',
    modes: ['ci_break'],
  },
  {
    name: 'other-category',
    story: 'does the work of another category',
    harness: 'agent',
    outcome: 'productive',
    modes: ['routing_mismatch'],
  },
  {
    name: 'crash',
    story: 'crashes with work uncommitted',
    harness: 'agent',
    outcome: 'failed',
    modes: ['crash'],
  },
  {
    name: 'limit',
    story: 'stands before a usage limit',
    harness: 'spare',
    outcome: 'not-run',
    modes: ['usage_limit'],
  },
  good('prints-limit-text', 'prints a file that says "You\'ve hit your limit", and commits'),
  good('daemon', 'commits, and leaves a daemon behind'),
  good('two-commits', 'commits twice'),
  good('good', 'commits 40 lines', 'plain'),
  good('good', 'commits 40 lines'),
  good('two-commits', 'commits twice', 'plain'),
  good('good', 'commits 40 lines'),
  {
    name: 'tiny',
    story: 'commits one line, plain text',
    harness: 'plain',
    outcome: 'productive',
    modes: ['low_productivity'],
  },
  good('amend', 'commits and amends', 'plain'),
  good('good', 'commits 40 lines'),
  good('two-commits', 'commits twice'),
  good('good', 'commits 40 lines'),
];
