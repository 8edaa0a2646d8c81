import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  ORDINARY_IDLE,
  type LivenessPolicy,
  type Pulse,
  type SeenMarker,
  type TreeProcess,
} from '../domain/liveness.ts';
import { sessionSettings } from '../domain/settings/session.ts';

/** The first line of a session's pulses: all that is needed to decide again. */
export interface PulseHeader {
  readonly version: 1;
  /** ISO 8601 UTC of the first look. */
  readonly startedAt: string;
  /** Monotonic time of that moment. */
  readonly startedAtMs: number;
  readonly policy: LivenessPolicy;
}

/** A limit that is newer than the file holds its default. */
function headerSchema(): z.ZodType<PulseHeader> {
  const { contain: _, ...limits } = sessionSettings().supervise;
  const policy = Object.entries(limits).map(([name, limit]): [string, z.ZodType] => [
    name,
    typeof limit === 'number' ? z.number().default(limit) : z.array(z.string()).default([]),
  ]);
  return z.object({
    version: z.literal(1),
    startedAt: z.iso.datetime(),
    startedAtMs: z.number(),
    policy: z.object({
      // The entries below replace those of the same name.
      ...Object.fromEntries(policy),
      idleCpuShare: z.number().default(ORDINARY_IDLE.cpuShare),
      idleBytesPerS: z.number().default(ORDINARY_IDLE.bytesPerS),
      timeoutMs: z.number(),
      hasEvents: z.boolean(),
      isOwnWorktree: z.boolean().default(false),
      openCalls: z.enum(['visible', 'onlyWhenFinished', 'none']),
    }),
  }) as z.ZodType as z.ZodType<PulseHeader>;
}

/** One look as it is written: what changed since the one before. Short keys, for there are thousands. */
const lineSchema = z.object({
  t: z.number(),
  /** Bytes of standard output that were read up to this look; absent where nothing was new. */
  o: z.int().min(0).optional(),
  b: z.int().min(0).optional(),
  /** Processes that are new or changed: pid, start time, flags (1 root, 2 stopped, 4 fresh), CPU in ms, bytes, parent. */
  p: z
    .array(
      z.tuple([
        z.int(),
        z.string(),
        z.int(),
        z.number(),
        z.number().nullable(),
        z.int().nullable().default(null),
      ]),
    )
    .optional(),
  /** Those that are gone. */
  x: z.array(z.string()).optional(),
  /** Markers that are new or changed. How long ago and how far away is told of new ones only: nobody asks later. */
  m: z
    .array(
      z.object({
        name: z.string(),
        label: z.string(),
        touchedAtMs: z.number(),
        ageMs: z.number(),
        endsAtMs: z.number().nullable(),
        leftMs: z.number().nullable(),
        declaredMs: z.number().nullable(),
        isOwned: z.boolean().nullable(),
      }),
    )
    .optional(),
  /** Names of those that are gone. */
  y: z.array(z.string()).optional(),
  k: z.int().min(0).optional(),
  /** Something changed in the worktree. */
  w: z.literal(1).optional(),
  /** The output is not there. */
  n: z.literal(1).optional(),
  /** The shim is gone. */
  g: z.literal(1).optional(),
  /** What was decided, where it is another state than before: the state, and for an end its reason. */
  s: z.string().optional(),
  e: z.string().optional(),
  /** Over this line and all before it. */
  h: z.string(),
});

export type PulseLine = z.infer<typeof lineSchema>;

/** A look, with what the writer knows beside it. */
export interface WrittenPulse {
  readonly pulse: Pulse;
  readonly stdoutBytes: number;
  readonly state: string;
  readonly end: string | null;
}

/** Where a file of pulses goes on. */
export interface PulseTail {
  /** Seal of the last line; the next line is sealed over it. */
  readonly seal: string;
  /** The last look, from which the next line tells the difference; null behind the header. */
  readonly last: WrittenPulse | null;
  /** Length of the file up to here. */
  readonly bytes: number;
}

const keyOf = (each: TreeProcess): string => `${each.pid}:${each.startTime}`;

/** What is to be written of a look after the one before it. */
export function encodePulse(now: WrittenPulse, before: WrittenPulse | null): Omit<PulseLine, 'h'> {
  const old = new Map((before?.pulse.processes ?? []).map((each) => [keyOf(each), each]));
  const oldMarkers = new Map((before?.pulse.markers ?? []).map((each) => [each.name, each]));
  const markers = now.pulse.markers.filter((each) => !isSameMarker(each, oldMarkers.get(each.name)));
  for (const { name } of now.pulse.markers) oldMarkers.delete(name);
  const changed = now.pulse.processes.filter((each) => !isSame(each, old.get(keyOf(each))));
  for (const each of now.pulse.processes) old.delete(keyOf(each));
  return {
    t: Math.round(now.pulse.atMs),
    ...(now.stdoutBytes === (before?.stdoutBytes ?? 0) ? {} : { o: now.stdoutBytes }),
    ...(now.pulse.outputBytes === (before?.pulse.outputBytes ?? 0) ? {} : { b: now.pulse.outputBytes }),
    ...(changed.length === 0
      ? {}
      : {
          p: changed.map((each): NonNullable<PulseLine['p']>[number] => [
            each.pid,
            each.startTime,
            (each.isRoot ? 1 : 0) + (each.isStopped ? 2 : 0) + (each.isFresh ? 4 : 0),
            each.cpuMs,
            each.transferredBytes,
            each.parentPid,
          ]),
        }),
    ...(old.size === 0 ? {} : { x: [...old.keys()] }),
    ...(markers.length === 0 ? {} : { m: markers }),
    ...(oldMarkers.size === 0 ? {} : { y: [...oldMarkers.keys()] }),
    ...(now.pulse.hooks === 0 ? {} : { k: now.pulse.hooks }),
    ...(now.pulse.hasWorktreeChanged ? { w: 1 as const } : {}),
    ...(now.pulse.hasOutput ? {} : { n: 1 as const }),
    ...(now.pulse.isAlive ? {} : { g: 1 as const }),
    ...(now.state === before?.state ? {} : { s: now.state }),
    ...(now.end === null ? {} : { e: now.end }),
  };
}

function isSame(a: TreeProcess, b: TreeProcess | undefined): boolean {
  return (
    b !== undefined &&
    a.isRoot === b.isRoot &&
    a.isStopped === b.isStopped &&
    a.isFresh === b.isFresh &&
    a.cpuMs === b.cpuMs &&
    a.transferredBytes === b.transferredBytes &&
    a.parentPid === b.parentPid
  );
}

function isSameMarker(a: SeenMarker, b: SeenMarker | undefined): boolean {
  return (
    b !== undefined &&
    a.label === b.label &&
    a.touchedAtMs === b.touchedAtMs &&
    a.endsAtMs === b.endsAtMs &&
    a.declaredMs === b.declaredMs &&
    a.isOwned === b.isOwned
  );
}

/** The next look out of a line and the look before it; its words are somebody else's to read again. */
export function decodePulse(line: PulseLine, before: WrittenPulse | null): WrittenPulse {
  const processes = new Map((before?.pulse.processes ?? []).map((each) => [keyOf(each), each]));
  const markers = new Map((before?.pulse.markers ?? []).map((each) => [each.name, each]));
  for (const name of line.y ?? []) markers.delete(name);
  for (const each of line.m ?? []) markers.set(each.name, each);
  for (const key of line.x ?? []) processes.delete(key);
  for (const [pid, startTime, flags, cpuMs, transferredBytes, parentPid] of line.p ?? [])
    processes.set(`${pid}:${startTime}`, {
      pid,
      startTime,
      parentPid,
      isRoot: (flags & 1) !== 0,
      isStopped: (flags & 2) !== 0,
      isFresh: (flags & 4) !== 0,
      cpuMs,
      transferredBytes,
    });
  return {
    pulse: {
      atMs: line.t,
      events: [],
      processes: [...processes.values()],
      hasOutput: line.n === undefined,
      isAlive: line.g === undefined,
      outputBytes: line.b ?? before?.pulse.outputBytes ?? 0,
      markers: [...markers.values()],
      hooks: line.k ?? 0,
      hasWorktreeChanged: line.w !== undefined,
    },
    stdoutBytes: line.o ?? before?.stdoutBytes ?? 0,
    state: line.s ?? before?.state ?? '',
    end: line.e ?? null,
  };
}

/** A line with its seal, which changes when anything before it was changed. */
export function sealLine(body: object, before: string): { text: string; seal: string } {
  const inner = JSON.stringify(body);
  const seal = sealOf(before, inner);
  return { text: `${inner.slice(0, -1)},"h":"${seal}"}`, seal };
}

interface Sealed<T> {
  readonly value: T;
  readonly seal: string;
  /** Whether the seal fits this line and all before it. */
  readonly isIntact: boolean;
}

/** Reads one line back; null for what is none. */
export function openLine(text: string, before: string): { line: PulseLine; isIntact: boolean } | null {
  const opened = openSealed(text, before, lineSchema);
  return opened && { line: opened.value, isIntact: opened.isIntact };
}

/** Reads the first line back; null for what is none. */
export function openHeader(text: string): Sealed<PulseHeader> | null {
  return openSealed(text, '', headerSchema());
}

function openSealed<T>(text: string, before: string, schema: z.ZodType<T>): Sealed<T> | null {
  const found = /^(.*),"h":"([\w-]{12})"\}$/s.exec(text);
  if (!found) return null;
  const [, inner = '', seal = ''] = found;
  try {
    const value = schema.parse(JSON.parse(text));
    return { value, seal, isIntact: seal === sealOf(before, `${inner}}`) };
  } catch {
    return null;
  }
}

function sealOf(before: string, inner: string): string {
  return createHash('sha256').update(before).update(inner).digest('base64url').slice(0, 12);
}
