import { z } from 'zod';
import { CONTAINMENTS } from '../domain/liveness.ts';
import { sample, limit, share, size, text } from './fields.ts';

export const superviseSchema = z.strictObject({
  firstEvent: limit
    .optional()
    .describe(
      'How long until the first event. Smaller: slow starts are ended. Larger: a CLI that never starts is noticed later.',
    ),
  silence: limit
    .optional()
    .describe(
      'The longest silence while nothing but the model can be waited for. Smaller: slow models are ended. Larger: a hang costs more time. At most `timeout`.',
    ),
  finishing: limit
    .optional()
    .describe('How long a process may stay after its result, and a call after its process is gone.'),
  sample: sample
    .optional()
    .describe(
      'How often the session is looked at. Smaller: more work for stint. Larger: short-lived tools go unseen. At least 50ms, and at most `silence`, to which the default gives way.',
    ),
  suppression: limit
    .optional()
    .describe('How long anything but a living tool of its own excuses one silence.'),
  grace: limit.optional().describe('Between TERM and KILL.'),
  output: size.optional().describe('The most that a session may print.'),
  loop: z
    .int()
    .min(10)
    .max(100_000)
    .optional()
    .describe(
      'So many quick calls in a row that are all alike, answers too, and it goes in circles. Smaller: impatient polling is ended. Larger: more tokens burn.',
    ),
  idleCpu: share
    .optional()
    .describe(
      'CPU time, as a share of one processor, that the agent uses while it only waits for its model. Smaller: a CLI that ticks seems to work until `suppression` is over. Larger: little work goes unseen. Default: what is known of the harness, or 2%.',
    ),
  idleBytes: size
    .optional()
    .describe(
      'Bytes a second that the agent reads and writes while it only waits, as `idleCpu`. Default: what is known of the harness, or 512B.',
    ),
  contain: z
    .enum(CONTAINMENTS)
    .optional()
    .describe(
      'Whether a session gets a cgroup of its own, which names every process of it: `auto` where the machine allows it, `cgroup` or it does not start, `none`; see platforms.md.',
    ),
  markerDirs: z
    .array(text.min(1))
    .optional()
    .describe(
      'More folders, beside the state’s own, in which execution markers of a session are looked for.',
    ),
});
