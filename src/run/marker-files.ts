import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SeenMarker } from '../domain/liveness.ts';
import { labelOfMarker, MARKER_VERSION, type Marker } from '../domain/marker.ts';
import { readBootId } from '../lib/process-table.ts';
import { isSameProcessAlive, type ProcessIdentity } from '../lib/send-signal.ts';

/** More files than this are not looked at: a folder full of hostile ones must not stop the supervisor. */
const MOST_MARKERS = 1000;
const LARGEST_MARKER = 4096;

const markerSchema = z.object({
  version: z.literal(MARKER_VERSION),
  label: z.string().max(64),
  operation: z.string().max(64),
  sessionId: z.string().max(64),
  owner: z.object({
    pid: z.int().min(2),
    startTime: z.string().max(32),
    bootId: z.string().max(64),
  }),
  startedAt: z.iso.datetime(),
  notAfter: z.iso.datetime(),
}) satisfies z.ZodType<Marker>;

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
  const seen: SeenMarker[] = [];
  for (const folder of question.folders) {
    for (const name of namesIn(folder)) {
      const label = labelOfMarker(name, question.ids);
      const marker = label === null ? null : readMarker(path.join(folder, name), name, label, question);
      if (marker) seen.push(marker);
      if (seen.length >= MOST_MARKERS) return seen;
    }
  }
  return seen;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readMarker(
  file: string,
  name: string,
  label: string,
  { now, isMember, ids }: MarkerQuestion,
): SeenMarker | null {
  try {
    const { mtimeMs, size } = statSync(file);
    const touched = { name, label, touchedAtMs: mtimeMs, ageMs: now.getTime() - mtimeMs };
    const text = size > LARGEST_MARKER ? '' : readFileSync(file, 'utf8');
    if (!saysItsEnd(text)) return { ...touched, leftMs: null, declaredMs: null, isOwned: null };
    const marker = markerSchema.parse(JSON.parse(text));
    if (!ids.includes(marker.sessionId)) return null;
    const endsAtMs = Date.parse(marker.notAfter);
    return {
      ...touched,
      leftMs: endsAtMs - now.getTime(),
      declaredMs: Math.max(0, endsAtMs - Date.parse(marker.startedAt)),
      isOwned: isLiving(marker.owner) && isMember(marker.owner),
    };
  } catch {
    return null;
  }
}

/** The older form may hold anything, or nothing. */
function saysItsEnd(text: string): boolean {
  return text.includes('"notAfter"');
}

function isLiving(owner: ProcessIdentity): boolean {
  return owner.bootId === readBootId() && isSameProcessAlive(owner);
}
