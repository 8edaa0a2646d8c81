import path from 'node:path';
import type { SupervisePolicy } from '../domain/liveness.ts';
import { formatDuration } from '../lib/duration.ts';
import { LEAST_SAMPLE_MS } from './fields.ts';
import { refuse } from './refuse.ts';
import type { RawCategory, RawConfig } from './schema.ts';
import { DEFAULTS } from './settings.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** Category over harness over project over defaults. A default never contradicts a shorter time limit: it gives way. */
export function resolveSupervise(
  given: RawCategory,
  raw: RawConfig,
  harness: string,
  timeoutMs: number,
  at: KeyPath,
  source: YamlSource,
): SupervisePolicy {
  const layers: { at: KeyPath; value: RawSupervise }[] = [
    { at: [...at, 'supervise'], value: given.supervise ?? {} },
    { at: ['harnesses', harness, 'supervise'], value: raw.harnesses?.[harness]?.supervise ?? {} },
    { at: ['supervise'], value: raw.supervise ?? {} },
  ];
  const said = (key: LimitKey): { where: KeyPath; value: number } | null => {
    const layer = layers.find(({ value }) => value[key] !== undefined);
    return layer ? { where: [...layer.at, key], value: layer.value[key] ?? 0 } : null;
  };
  const inner = (key: LimitKey, fallback: number): number => {
    const found = said(key);
    if (found === null) return Math.min(fallback, timeoutMs);
    if (found.value > timeoutMs) {
      const sentence = `${found.where.join('.')} (${formatDuration(found.value)}) is longer than the time limit of ${String(at.at(-1))} (${formatDuration(timeoutMs)})`;
      throw refuse(source, found.where, sentence, `Lower it, or raise ${at.join('.')}.timeout.`);
    }
    return found.value;
  };
  const plain = (key: LimitKey, fallback: number): number => said(key)?.value ?? fallback;
  const silenceMs = inner('silence', DEFAULTS.supervise.silenceMs);
  const sample = said('sample');
  const noticed = said('silence')?.value ?? DEFAULTS.supervise.silenceMs;
  if (sample !== null && sample.value > noticed) {
    const sentence = `${sample.where.join('.')} (${formatDuration(sample.value)}) is longer than the silence (${formatDuration(noticed)}) of ${String(at.at(-1))} that it is to notice`;
    throw refuse(source, sample.where, sentence, 'Lower it, or raise supervise.silence.');
  }
  const plainOrNull = (key: LimitKey): number | null => said(key)?.value ?? null;
  return {
    firstEventMs: inner('firstEvent', DEFAULTS.supervise.firstEventMs),
    silenceMs,
    finishingMs: inner('finishing', DEFAULTS.supervise.finishingMs),
    sampleMs: sample?.value ?? Math.max(LEAST_SAMPLE_MS, Math.min(DEFAULTS.supervise.sampleMs, silenceMs)),
    suppressionMs: plain('suppression', DEFAULTS.supervise.suppressionMs),
    graceMs: plain('grace', DEFAULTS.supervise.graceMs),
    outputBytes: plain('output', DEFAULTS.supervise.outputBytes),
    loopCalls: plain('loop', DEFAULTS.supervise.loopCalls),
    contain: layers.find(({ value }) => value.contain)?.value.contain ?? DEFAULTS.supervise.contain,
    idleCpuShare: plainOrNull('idleCpu'),
    idleBytesPerS: plainOrNull('idleBytes'),
    markerDirs: (layers.find(({ value }) => value.markerDirs)?.value.markerDirs ?? []).map((folder) =>
      path.resolve(path.dirname(source.file), folder),
    ),
  };
}

type RawSupervise = NonNullable<RawConfig['supervise']>;
type LimitKey = Exclude<keyof RawSupervise, 'markerDirs' | 'contain'>;
