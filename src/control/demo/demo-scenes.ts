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

function scene(
  name: string,
  story: string,
  outcome: Outcome,
  modes: Scene['modes'],
  harness: Scene['harness'] = 'agent',
): Scene {
  return { name, story, harness, outcome, modes };
}

function good(name: string, story: string, harness?: Scene['harness']): Scene {
  return scene(name, story, 'productive', [], harness);
}

/**
 * The day, by session. The long ones come early and side by side, so that the day is as long as the longest round and
 * not the sum. `demo/agent.mjs` plays them.
 */
export const SCENES: readonly Scene[] = [
  good('good', 'commits 40 lines'),
  scene('hang', 'hangs in a model call', 'failed', ['stuck']),
  good('silent-tool', 'is silent in a tool call for longer than the silence limit'),
  good('good', 'commits 40 lines, plain text', 'plain'),
  scene('tiny', 'commits one line', 'productive', ['low_productivity']),
  good('amend', 'commits and amends'),
  scene('nothing', 'finds nothing and says so', 'noop', ['noop']),
  scene('open-todo', 'commits, and leaves a todo open', 'productive', ['abandoned_loop']),
  scene('breaks-check', 'commits what breaks the check', 'productive', ['ci_break']),
  scene('other-category', 'does the work of another category', 'productive', ['routing_mismatch']),
  scene('crash', 'crashes with work uncommitted', 'failed', ['crash']),
  scene('limit', 'stands before a usage limit', 'not-run', ['usage_limit'], 'spare'),
  good('prints-limit-text', 'prints a file that says "You\'ve hit your limit", and commits'),
  good('daemon', 'commits, and leaves a daemon behind'),
  good('two-commits', 'commits twice'),
  good('good', 'commits 40 lines', 'plain'),
  good('good', 'commits 40 lines'),
  good('two-commits', 'commits twice', 'plain'),
  good('good', 'commits 40 lines'),
  scene('tiny', 'commits one line, plain text', 'productive', ['low_productivity'], 'plain'),
  good('amend', 'commits and amends', 'plain'),
  good('good', 'commits 40 lines'),
  good('two-commits', 'commits twice'),
  good('good', 'commits 40 lines'),
];
