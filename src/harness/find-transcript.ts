import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { CliKind } from '../domain/plan.ts';
import { transcriptPlaces } from './transcript-places.ts';

/** What an agent called its conversation becomes part of a path. */
const THREAD = /^[a-z0-9][\w-]{0,127}$/i;

/** The file in which a CLI keeps a conversation; null where it keeps none that is found. */
export function findTranscript(
  harness: CliKind,
  thread: string,
  env: Readonly<NodeJS.ProcessEnv>,
  home: string,
): string | null {
  if (!THREAD.test(thread)) return null;
  for (const place of transcriptPlaces(env, home)) {
    if (place.harness !== harness) continue;
    const file = harness === 'codex' ? findRollout(place.folder, thread) : findSession(place.folder, thread);
    if (file !== null) return file;
  }
  return null;
}

/** Claude Code has a folder for each place it was started in. */
function findSession(folder: string, thread: string): string | null {
  const files = namesIn(folder).map((name) => path.join(folder, name, `${thread}.jsonl`));
  return files.find((file) => existsSync(file)) ?? null;
}

/** Codex has one for each day; the time stands before the thread. */
function findRollout(folder: string, thread: string): string | null {
  const names = namesIn(folder, true);
  const name = names.find(
    (each) => path.basename(each).startsWith('rollout-') && each.endsWith(`-${thread}.jsonl`),
  );
  return name === undefined ? null : path.join(folder, name);
}

function namesIn(folder: string, isDeep = false): string[] {
  try {
    return readdirSync(folder, { recursive: isDeep, encoding: 'utf8' });
  } catch {
    return []; // No such CLI here, or nothing of it that may be read.
  }
}
