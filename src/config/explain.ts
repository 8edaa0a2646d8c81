import { formatDuration } from '../lib/duration.ts';
import { formatSize } from '../lib/size.ts';
import { valueAt, type MergedSource } from './layers.ts';
import { DEFAULTS } from './settings.ts';
import type { KeyPath } from './yaml-source.ts';

/** One setting as it holds now. */
export interface ExplainedSetting {
  readonly path: string;
  readonly value: unknown;
  /** `file:line:column`, a variable, `--set …`, or `default`. */
  readonly origin: string;
}

const time = formatDuration;

/** What holds where nothing is said, as a user would write it. */
export const TOP_DEFAULTS: Readonly<Record<string, unknown>> = {
  permissions: DEFAULTS.permissions,
  preamble: DEFAULTS.preamble,
  pull: DEFAULTS.pull,
  'schedule.every': time(DEFAULTS.schedule.everyMs),
  'schedule.top': DEFAULTS.schedule.top,
  'schedule.maxConcurrent': DEFAULTS.schedule.maxConcurrent,
  'schedule.jitter': time(DEFAULTS.schedule.jitterMs),
  'schedule.slots': DEFAULTS.schedule.slots,
  'schedule.cooldown': time(DEFAULTS.cooldownMs),
  'schedule.maxOpenPrs': DEFAULTS.schedule.maxOpenPrs,
  'schedule.respawn.grade': DEFAULTS.respawn.grade,
  'schedule.respawn.chain': DEFAULTS.respawn.chain,
  'supervise.firstEvent': time(DEFAULTS.supervise.firstEventMs),
  'supervise.silence': time(DEFAULTS.supervise.silenceMs),
  'supervise.finishing': time(DEFAULTS.supervise.finishingMs),
  'supervise.sample': time(DEFAULTS.supervise.sampleMs),
  'supervise.suppression': time(DEFAULTS.supervise.suppressionMs),
  'supervise.grace': time(DEFAULTS.supervise.graceMs),
  'supervise.output': formatSize(DEFAULTS.supervise.outputBytes),
  'supervise.loop': DEFAULTS.supervise.loopCalls,
  'supervise.contain': DEFAULTS.supervise.contain,
  'admission.memory': `${DEFAULTS.admission.memory * 100}%`,
  'admission.disk': `${DEFAULTS.admission.disk * 100}%`,
  'admission.load': DEFAULTS.admission.load,
  'gate.mode': DEFAULTS.gate.mode,
  'gate.rate': DEFAULTS.gate.rate,
  'gate.window': DEFAULTS.gate.window,
  'gate.consecutive': DEFAULTS.gate.consecutive,
  'gate.minSessions': DEFAULTS.gate.minSessions,
  'gate.detector': DEFAULTS.gate.detector,
  'learn.imported': DEFAULTS.learn.imported,
  'learn.prior': DEFAULTS.learn.prior,
  'learn.borrow': DEFAULTS.learn.borrow,
  'retention.sessions': time(DEFAULTS.retention.sessionsMs),
  'retention.raw': time(DEFAULTS.retention.rawMs),
  'retention.disk': formatSize(DEFAULTS.retention.diskBytes),
};

export const CATEGORY_DEFAULTS: Readonly<Record<string, unknown>> = {
  isolation: DEFAULTS.isolation,
  timeout: time(DEFAULTS.timeoutMs),
  softDeadline: `${DEFAULTS.softDeadlineShare * 100}%`,
  setupTimeout: time(DEFAULTS.setupTimeoutMs),
  checkTimeout: time(DEFAULTS.checkTimeoutMs),
  judgeTimeout: time(DEFAULTS.judgeTimeoutMs),
  supplyTimeout: time(DEFAULTS.supplyTimeoutMs),
  land: DEFAULTS.land,
  landTimeout: time(DEFAULTS.landTimeoutMs),
};

/** Every setting that holds, with where it came from: what was said, then the defaults that nobody changed. */
export function explainConfig(source: MergedSource): ExplainedSetting[] {
  const said = leaves(source.value, []).map(({ path, value }) => ({
    path: path.join('.'),
    value,
    origin: source.originOf(path) ?? 'default',
  }));
  const known = new Set(said.map(({ path }) => path));
  const categories = Object.keys(valueAt(source.value, ['categories']) ?? {});
  const defaults = [
    ...Object.entries(TOP_DEFAULTS),
    ...categories.flatMap((name) =>
      Object.entries(CATEGORY_DEFAULTS).map(([key, value]) => [`categories.${name}.${key}`, value] as const),
    ),
  ];
  const silent = defaults
    .filter(([path]) => !known.has(path))
    .map(([path, value]) => ({ path, value, origin: 'default' }));
  return [...said, ...silent].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function leaves(value: unknown, path: KeyPath): { path: KeyPath; value: unknown }[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]));
}
