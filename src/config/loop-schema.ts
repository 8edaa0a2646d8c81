import { z } from 'zod';
import { FAILURE_MODES } from '../domain/failure-mode.ts';
import { limit, share, tokens } from './fields.ts';
import { rest } from './shared-keys.ts';

// What starts when, how much of it, and when nothing does.

export const budget = z.strictObject({
  tokens: tokens
    .optional()
    .describe(
      'The most tokens in a day, all that are reported: read, written and cached. Such as 500k or 20M.',
    ),
  costUsd: z
    .number()
    .positive()
    .optional()
    .describe('The most that they may cost in a day, as harnesses report it.'),
});

export const respawn = z.strictObject({
  grade: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('The least grade after which the same category starts again.'),
  chain: z.int().min(0).max(100).optional().describe('How often in a row; 0 switches it off.'),
});

export const scheduleSchema = z.strictObject({
  every: limit.optional().describe('How often the service looks for something to start.'),
  top: z.int().min(1).max(100).optional().describe('How many categories a fan-out starts.'),
  maxConcurrent: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'The most sessions at once in this repository, however many `top` are chosen; the others rest.',
    ),
  jitter: rest
    .optional()
    .describe(
      'A fan-out starts its sessions at random moments within so long, the first at once: agents that start together ask for the same things together.',
    ),
  slots: z.int().min(0).max(1000).optional().describe('The most one-off sessions (`run --slot`) at once.'),
  cooldown: rest.optional().describe('How long a category rests after a session.'),
  maxOpenPrs: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('With so many open pull requests nothing starts that makes more of them (`land: pr`).'),
  respawn: respawn
    .optional()
    .describe('When a category starts again back to back: `stint run` and `stint fanout` with `--respawn`.'),
});

export const admissionSchema = z.strictObject({
  memory: share
    .optional()
    .describe('With so much of the memory in use nothing more is started. 100% never holds anything back.'),
  disk: share
    .optional()
    .describe('The same for the file systems of state and worktrees, whichever is fuller.'),
  load: z
    .number()
    .positive()
    .max(10_000)
    .optional()
    .describe('The same for tasks that run or wait, for each processor, on average over a minute.'),
});

export const gateSchema = z.strictObject({
  mode: z
    .enum(Object.keys(FAILURE_MODES) as [string, ...string[]])
    .optional()
    .describe('The failure mode that is watched; outcomes.md lists them.'),
  rate: share.optional().describe('The rate above which the gate closes, 0 to 1 or a percentage.'),
  window: z.int().min(1).max(10_000).optional().describe('Over so many of the newest sessions.'),
  consecutive: z.int().min(1).max(1000).optional().describe('At each of so many sessions in a row.'),
  minSessions: z.int().min(1).max(10_000).optional().describe('With fewer sessions it stays open.'),
  detector: z.enum(['notify', 'close']).optional().describe('What the change detector does when it fires.'),
});
