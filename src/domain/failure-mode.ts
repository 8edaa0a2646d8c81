import type { Outcome } from './record-words.ts';

/** Who a failure belongs to. Only agent, supply and selector modes count in the headline rate. */
export type FailureClass =
  'agent' | 'supply' | 'selector' | 'external' | 'provider' | 'harness' | 'host' | 'none';

export interface FailureModeInfo {
  readonly class: FailureClass;
  /** The mode's place in the stored bit mask, 0-30. It never changes, and another mode never gets it. */
  readonly bit: number;
  /** The one outcome that can have it. */
  readonly only?: Outcome;
  /** The same, for sessions that stint judges. Other systems name a broken check with other outcomes, too. */
  readonly onlyOwn?: Outcome;
  /** When a session has it. */
  readonly rule: string;
  readonly cause: string;
  readonly fix: string;
}

/** Every way in which a session can fall short: the one table that judge, reports and documents read. */
export const FAILURE_MODES = {
  noop: {
    class: 'supply',
    bit: 0,
    only: 'noop',
    rule: 'the agent ended well and delivered nothing',
    cause: 'the work supply ran dry',
    fix: 'seed the queue, adjust the selector, or run the category less often',
  },
  blocked: {
    class: 'external',
    bit: 1,
    only: 'blocked',
    rule: 'nothing delivered, and all it could do waited on something outside',
    cause: 'it waits on people or other systems',
    fix: 'surface the blocker to its owner, and lower the frequency until it is gone',
  },
  low_productivity: {
    class: 'agent',
    bit: 2,
    rule: 'productive with a grade under 0.3',
    cause: 'the task is shallow or oversized',
    fix: 'size the tasks, and look at the time budget',
  },
  abandoned_loop: {
    class: 'agent',
    bit: 3,
    rule: 'something was left open: a todo, an unanswered call, uncommitted work, an error as its result, or time ran out',
    cause: 'the scope is too large, or the agent did not change course',
    fix: 'shorten the scope, work in phases, and say when to give up',
  },
  ci_break: {
    class: 'agent',
    bit: 4,
    onlyOwn: 'productive',
    rule: 'the check fails on what was delivered and passed before it',
    cause: 'the work was not validated before it was committed',
    fix: 'have the agent run the check before it commits',
  },
  routing_mismatch: {
    class: 'selector',
    bit: 5,
    onlyOwn: 'productive',
    rule: 'the category that was planned is not the category that was done',
    cause: 'the prompt or the selector leads to other work',
    fix: 'sharpen the category prompt, or plan the other category',
  },
  context_overflow: {
    class: 'agent',
    bit: 6,
    rule: 'the context window overflowed',
    cause: 'too much was read at once',
    fix: 'shorten the scope',
  },
  looping: {
    class: 'agent',
    bit: 7,
    rule: 'the same call was made again and again and changed nothing',
    cause: 'the agent did not change course',
    fix: 'say in the prompt when to give up',
  },
  budget: {
    class: 'agent',
    bit: 8,
    rule: 'a token, turn or output budget ran out',
    cause: 'the task costs more than it may',
    fix: 'shorten the scope or raise the budget',
  },
  usage_limit: {
    class: 'provider',
    bit: 9,
    rule: 'the account reached its usage limit',
    cause: 'the account has no quota left',
    fix: 'wait for the reset, or use another account',
  },
  auth: {
    class: 'provider',
    bit: 10,
    rule: 'the provider refused the credentials',
    cause: 'the credentials are missing or expired',
    fix: 'log in again',
  },
  overload: {
    class: 'provider',
    bit: 11,
    rule: 'the provider was overloaded or unreachable',
    cause: 'an outage at the provider',
    fix: 'wait; nothing here is at fault',
  },
  provider_unknown: {
    class: 'provider',
    bit: 20,
    rule: 'an error in words that stint does not know stood where an answer should stand',
    cause:
      'the provider or the agent CLI refused the request (a model name, a setting), or tells an outage in new words',
    fix: 'check the model and the settings of the agent CLI',
  },
  stuck: {
    class: 'harness',
    bit: 12,
    rule: 'ended because nothing moved any more in two groups of signs, or a tool call never got its answer',
    cause: 'the agent CLI hangs, often in a model call',
    fix: 'look at the CLI version and its network timeouts',
  },
  crash: {
    class: 'harness',
    bit: 13,
    rule: 'the agent CLI ended without a result',
    cause: 'the agent CLI failed',
    fix: 'read its stderr with `stint logs ID --stderr`',
  },
  setup: {
    class: 'host',
    bit: 14,
    rule: 'the agent could not be started',
    cause: 'the setup command failed or the agent CLI is not installed',
    fix: 'run the setup command by hand',
  },
  lost: {
    class: 'host',
    bit: 15,
    rule: 'nothing proves how the session ended',
    cause: 'the machine went down, or everything was killed at once',
    fix: 'look at the machine',
  },
  disk: {
    class: 'host',
    bit: 16,
    rule: 'the disk was full',
    cause: 'no space left on the device',
    fix: 'free space',
  },
  memory: {
    class: 'host',
    bit: 17,
    rule: 'the kernel ended the agent for want of memory',
    cause: 'too many sessions at once for this machine',
    fix: 'lower `schedule.maxConcurrent`',
  },
  reverted: {
    class: 'agent',
    bit: 19,
    onlyOwn: 'productive',
    rule: 'what it delivered was taken back later',
    cause: 'the work was wrong or unwanted',
    fix: 'read why it was reverted, and have the agent run what would have shown it',
  },
  cancelled: {
    class: 'none',
    bit: 18,
    rule: 'a person or a shutdown ended it',
    cause: 'a person or a shutdown stopped it',
    fix: 'nothing to fix',
  },
} as const satisfies Record<string, FailureModeInfo>;

export type FailureMode = keyof typeof FAILURE_MODES;

export const FAILURE_MODE_NAMES = Object.keys(FAILURE_MODES) as FailureMode[];

/** The classes that say something about the work itself. */
const HEADLINE: ReadonlySet<FailureClass> = new Set(['agent', 'supply', 'selector']);

export function classOf(mode: FailureMode): FailureClass {
  return FAILURE_MODES[mode].class;
}

export function isHeadlineMode(mode: FailureMode): boolean {
  return HEADLINE.has(classOf(mode));
}

/** The one outcome that can have the mode; null where several can. @param isImported whether another system judged it */
export function onlyOutcomeOf(mode: FailureMode, isImported: boolean): Outcome | null {
  const { only, onlyOwn }: FailureModeInfo = FAILURE_MODES[mode];
  return only ?? (isImported ? null : (onlyOwn ?? null));
}
