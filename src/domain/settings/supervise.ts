import path from 'node:path';
import { z } from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { inUnit, limit, plain, shareOf, size, sizePerSecond, someText } from './forms.ts';
import { derived, setting, type Form, type Group, type Place, type ValuesOf } from './setting.ts';

/** A limit that makes sense only inside the time limit: a default gives way to a shorter one. */
const limitInside: typeof limit = {
  ...limit,
  settle(ms, place) {
    const timeoutMs = msOf(place, 'timeout');
    if (ms <= timeoutMs) return ms;
    if (!place.isSaid) return timeoutMs;
    const { category } = place;
    const sentence = `${place.at.join('.')} (${formatDuration(ms)}) is longer than the time limit of ${String(category.at(-1))} (${formatDuration(timeoutMs)})`;
    throw place.refuse(sentence, `Lower it, or raise ${category.join('.')}.timeout.`);
  },
};

/** Looking more often would be a storm. */
const LEAST_SAMPLE_MS = 50;

const sample: typeof limit = {
  ...limit,
  check: limit.check.refine((ms) => ms >= LEAST_SAMPLE_MS, 'it must be at least 50ms'),
  settle(ms, place) {
    const silenceMs = msOf(place, 'silence');
    if (!place.isSaid) return Math.max(LEAST_SAMPLE_MS, Math.min(ms, silenceMs, msOf(place, 'timeout')));
    if (ms <= silenceMs) return ms;
    const sentence = `${place.at.join('.')} (${formatDuration(ms)}) is longer than the silence (${formatDuration(silenceMs)}) of ${String(place.category.at(-1))} that it is to notice`;
    throw place.refuse(sentence, 'Lower it, or raise supervise.silence.');
  },
};

const folders: Form<string[], readonly string[], ''> = {
  check: z.array(someText),
  unit: '',
  settle: (raw, { root }) => raw.map((folder) => path.resolve(root, folder)),
};

export function msOf(place: Place, key: string): number {
  const ms = place.value(key);
  if (typeof ms === 'number') return ms;
  throw new Error(`${key} is not a setting in milliseconds`);
}

/** The limits by which a session is supervised. */
export const SUPERVISE_SETTINGS = {
  firstEvent: setting(limitInside, '2m').about(
    'How long until the first event. Smaller: slow starts are ended. Larger: a CLI that never starts is noticed later.',
  ),
  silence: setting(limitInside, '20m').about(
    'The longest silence while nothing but the model can be waited for. Smaller: slow models are ended. Larger: a hang costs more time. At most `timeout`.',
  ),
  finishing: setting(limitInside, '30s').about(
    'How long a process may stay after its result, and a call after its process is gone.',
  ),
  sample: setting(sample, '5s').about(
    'How often the session is looked at. Smaller: more work for stint. Larger: short-lived tools go unseen. At least 50ms, and at most `silence`, to which the default gives way.',
  ),
  suppression: setting(limit, '30m').about(
    'How long anything but a living tool of its own excuses one silence.',
  ),
  grace: setting(limit, '5s').about('Between TERM and KILL.'),
  output: setting(size, '1GB').about('The most that a session may print.'),
  loop: setting(inUnit('Calls', z.int().min(10).max(100_000)), 60).about(
    'So many quick calls in a row that are all alike, answers too, and it goes in circles. Smaller: impatient polling is ended. Larger: more tokens burn.',
  ),
  idleCpu: setting(shareOf, derived('what is known of the harness, or 2%.')).about(
    'CPU time, as a share of one processor, that the agent uses while it only waits for its model. Smaller: a CLI that ticks seems to work until `suppression` is over. Larger: little work goes unseen.',
  ),
  idleBytes: setting(sizePerSecond, derived('what is known of the harness, or 512B.')).about(
    'Bytes a second that the agent reads and writes while it only waits, as `idleCpu`.',
  ),
  contain: setting(plain(z.enum(['auto', 'cgroup', 'none'])), 'auto').about(
    'Whether a session gets a cgroup of its own, which names every process of it: `auto` where the machine allows it, `cgroup` or it does not start, `none`; see platforms.md.',
  ),
  markerDirs: setting(folders, []).about(
    'More folders, beside the state’s own, in which execution markers of a session are looked for.',
  ),
};

export const SUPERVISE = {
  about: {
    top: 'How sessions are watched and ended; see liveness.md.',
    harness: 'Limits of this harness; over the project’s, under the category’s.',
    category: 'Limits of this category; over everything else.',
  },
  alsoAt: ['top', 'harness'],
  settings: SUPERVISE_SETTINGS,
} satisfies Group;

/** Those that end in `Ms` are milliseconds; `idle…` is null where the harness says what is idle. */
export type SupervisePolicy = ValuesOf<typeof SUPERVISE_SETTINGS>;
