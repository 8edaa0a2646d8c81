import type { FailureMode } from '../domain/failure-mode.ts';
import type { RawConfig } from './schema.ts';
import {
  DEFAULTS,
  type AdmissionSettings,
  type BudgetSettings,
  type GateSettings,
  type LearnSettings,
  type ScheduleSettings,
} from './settings.ts';

// What says which sessions start, when, and when none does; none of it can contradict anything else.

export function resolveSchedule({ schedule }: RawConfig): ScheduleSettings {
  return {
    everyMs: schedule?.every ?? DEFAULTS.schedule.everyMs,
    top: schedule?.top ?? DEFAULTS.schedule.top,
    maxConcurrent: schedule?.maxConcurrent ?? DEFAULTS.schedule.maxConcurrent,
    jitterMs: schedule?.jitter ?? DEFAULTS.schedule.jitterMs,
    slots: schedule?.slots ?? DEFAULTS.schedule.slots,
    maxOpenPrs: schedule?.maxOpenPrs ?? DEFAULTS.schedule.maxOpenPrs,
  };
}

export function resolveAdmission({ admission }: RawConfig): AdmissionSettings {
  return {
    memory: admission?.memory ?? DEFAULTS.admission.memory,
    disk: admission?.disk ?? DEFAULTS.admission.disk,
    load: admission?.load ?? DEFAULTS.admission.load,
  };
}

export function resolveBudget(given: RawConfig['budget']): BudgetSettings {
  return { tokens: given?.tokens ?? null, costUsd: given?.costUsd ?? null };
}

export function resolveGate({ gate }: RawConfig): GateSettings {
  return {
    mode: (gate?.mode as FailureMode | undefined) ?? DEFAULTS.gate.mode,
    rate: gate?.rate ?? DEFAULTS.gate.rate,
    window: gate?.window ?? DEFAULTS.gate.window,
    consecutive: gate?.consecutive ?? DEFAULTS.gate.consecutive,
    minSessions: gate?.minSessions ?? DEFAULTS.gate.minSessions,
    detector: gate?.detector ?? DEFAULTS.gate.detector,
  };
}

export function resolveLearn({ learn }: RawConfig): LearnSettings {
  return {
    imported: learn?.imported ?? DEFAULTS.learn.imported,
    prior: learn?.prior ?? DEFAULTS.learn.prior,
    borrow: learn?.borrow ?? DEFAULTS.learn.borrow,
  };
}
