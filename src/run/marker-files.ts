import { statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SeenMarker } from '../domain/liveness.ts';
import { labelOfMarker, MARKER_FRESH_MS, MARKER_VERSION, OLD_MARKER_FRESH_MS } from '../domain/marker.ts';
import { listNames } from '../lib/file-system.ts';
import { isShortage } from '../lib/problem.ts';
import { readRegular } from '../lib/regular-file.ts';
import { isSameProcessAlive, type ProcessIdentity } from '../lib/send-signal.ts';

/** More files than this are not looked at: a folder full of hostile ones must not stop the supervisor. */
const MOST_MARKERS = 1000;
const LARGEST_MARKER = 4096;
/** More than these are not handed on, nor written down at each look. */
const MOST_KEPT = 32;

const markerSchema = z.object({
  version: z.literal(MARKER_VERSION),
  label: z.string().max(64),
  /** Names this one operation, so that two of the same label are two. */
  operation: z.string().max(64),
  sessionId: z.string().max(64),
  owner: z.object({
    pid: z.int().min(2),
    startTime: z.string().max(32),
    bootId: z.string().max(64),
  }),
  startedAt: z.iso.datetime(),
  notAfter: z.iso.datetime(),
});

/** What a marker's file says: the session's own side is busy with something, at most until a moment that it names. */
export type Marker = Readonly<z.output<typeof markerSchema>>;

export interface MarkerQuestion {
  readonly folders: readonly string[];
  /** The session's id, and its thread's where it is known. */
  readonly ids: readonly string[];
  readonly now: Date;
  /** Whether a process belongs to the session: nobody else vouches for it. */
  readonly isMember: (owner: ProcessIdentity) => boolean;
}

/**
 * The markers that stand for a session now. What cannot be read is no marker: only a good one may keep a session alive.
 */
export function readMarkers(question: MarkerQuestion): SeenMarker[] {
  const seen = new Map<string, SeenMarker>();
  let looks = 0;
  for (const folder of question.folders) {
    for (const name of listNames(folder)) {
      const label = labelOfMarker(name, question.ids);
      if (label === null || seen.has(name)) continue;
      const marker = readMarker(path.join(folder, name), name, label, question);
      if (marker) seen.set(name, marker);
      if (++looks >= MOST_MARKERS) return keepBest([...seen.values()]);
    }
  }
  return keepBest([...seen.values()]);
}

/** Each excuses the same silence, so those that do it longest stand for all. */
function keepBest(seen: readonly SeenMarker[]): SeenMarker[] {
  if (seen.length <= MOST_KEPT) return [...seen];
  const mayCount = ({ isOwned, ageMs }: SeenMarker): boolean =>
    isOwned !== false && ageMs <= (isOwned === null ? OLD_MARKER_FRESH_MS : MARKER_FRESH_MS);
  return seen
    .toSorted(
      (a, b) =>
        Number(mayCount(b)) - Number(mayCount(a)) ||
        (b.declaredMs ?? 0) - (a.declaredMs ?? 0) ||
        (a.name < b.name ? -1 : 1),
    )
    .slice(0, MOST_KEPT);
}

function readMarker(
  file: string,
  name: string,
  label: string,
  { now, isMember, ids }: MarkerQuestion,
): SeenMarker | null {
  try {
    const { mtimeMs } = statSync(file);
    const touched = { name, label, touchedAtMs: mtimeMs, ageMs: now.getTime() - mtimeMs };
    const text = readRegular(file, LARGEST_MARKER);
    if (text === null) return null;
    if (!saysItsEnd(text))
      return { ...touched, endsAtMs: null, leftMs: null, declaredMs: null, isOwned: null };
    const marker = markerSchema.parse(JSON.parse(text));
    if (!ids.includes(marker.sessionId)) return null;
    const endsAtMs = Date.parse(marker.notAfter);
    return {
      ...touched,
      endsAtMs,
      leftMs: endsAtMs - now.getTime(),
      declaredMs: Math.max(0, endsAtMs - Date.parse(marker.startedAt)),
      isOwned: isSameProcessAlive(marker.owner) && isMember(marker.owner),
    };
  } catch (error) {
    // Without a free descriptor this look is left out: the marker is still there.
    if (isShortage(error)) throw error;
    return null;
  }
}

/** The older form may hold anything, or nothing. */
function saysItsEnd(text: string): boolean {
  return text.includes('"notAfter"');
}
