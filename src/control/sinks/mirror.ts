import { closeSync, constants, existsSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { waitForLock } from '../../lib/file-lock.ts';
import { messageOf } from '../../lib/problem.ts';
import { amendmentLine, recordLine } from '../../record/exchange-line.ts';
import { lastSeq, newestCursor } from '../../store/last-seq.ts';
import {
  findMirrorCursor,
  listAmendmentsAfter,
  saveMirrorCursor,
  type MirrorCursor,
} from '../../store/mirror.ts';
import { listStored } from '../../store/records.ts';
import { tellTrouble } from '../project/event-stream.ts';
import type { Project } from '../project/project.ts';
import type { Sink } from './deliver-items.ts';

/** Somebody else who appends is done in milliseconds, or has a whole history to write; then it writes ours too. */
const LOCK_LIMIT_MS = 10_000;
const PART = 200;

const told = new WeakSet<Project>();

/** `records.mirror`. It begins with the first record, and keeps a cursor a file of its own (`mirrors`). */
export const mirror: Sink = {
  name: 'mirror',
  drain: async (project) => {
    const trouble = await mirrorRecords(project);
    if (trouble !== null) tellTrouble(project, trouble);
  },
};

/**
 * Appends what `records.mirror` lacks: one line a record and one an amendment, each once, in the order of the store.
 * The store remembers how far the file has come, so whoever is killed between the two leaves the rest to the next.
 *
 * @returns what is in the way, in a sentence, once a project; the records stand, and a later call catches up
 */
export async function mirrorRecords(project: Project): Promise<string | null> {
  let file: string | null = null;
  try {
    file = existsSync(project.configFile) ? project.settings().records.mirror : null;
    if (file === null || (await isCaughtUp(project, file))) return null;
    using lock = await waitForLock(path.join(project.layout.folder, 'mirror.lock'), LOCK_LIMIT_MS);
    if (lock) await catchUp(project, file);
    return null;
  } catch (error) {
    if (told.has(project)) return null;
    told.add(project);
    return `records.mirror: ${file ?? 'the file'} cannot be written, and catches up later: ${messageOf(error)}`;
  }
}

async function isCaughtUp({ store }: Project, file: string): Promise<boolean> {
  const cursor = await findMirrorCursor(store, file);
  const { record_seq, amendment_seq } = await newestCursor(store);
  return (cursor?.record_seq ?? 0) >= record_seq && (cursor?.amendment_seq ?? 0) >= amendment_seq;
}

/** Called with the lock in our hands: nobody else appends. */
async function catchUp({ store }: Project, file: string): Promise<void> {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
  const descriptor = openSync(file, flags, 0o600);
  try {
    const known = await findMirrorCursor(store, file);
    let cursor = known ?? { file, inode: '', size: 0, record_seq: 0, amendment_seq: 0 };
    // Whoever was killed after an append and before its note of it left lines here.
    const there = linesBehind(descriptor, cursor);
    const append = async (lines: readonly string[], progress: Partial<MirrorCursor>): Promise<void> => {
      appendLines(
        descriptor,
        lines.filter((line) => !there.has(line)),
      );
      cursor = { ...cursor, ...progress, ...describe(descriptor) };
      await saveMirrorCursor(store, cursor);
    };
    // Asked before the records: an amendment never comes before its record.
    const newest = await lastSeq(store, 'amendments');
    for (;;) {
      const part = await listStored(store, cursor.record_seq, PART);
      if (part.length === 0) break;
      const lines = part.map(({ original }) => recordLine({ original, amendments: [] }));
      await append(lines, { record_seq: part.at(-1)?.seq ?? 0 });
    }
    for (;;) {
      const next = await listAmendmentsAfter(store, cursor.amendment_seq, PART);
      const part = next.filter(({ seq }) => seq <= newest);
      if (part.length === 0) break;
      const lines = part.map(({ amendment }) => amendmentLine(amendment));
      await append(lines, { amendment_seq: part.at(-1)?.seq ?? 0 });
    }
  } finally {
    closeSync(descriptor);
  }
}

function describe(descriptor: number): { inode: string; size: number } {
  const { dev, ino, size } = fstatSync(descriptor);
  return { inode: `${dev}:${ino}`, size };
}

/** The whole lines that were written after the cursor's note; all of a file that it does not know. */
function linesBehind(descriptor: number, cursor: MirrorCursor): ReadonlySet<string> {
  const { inode, size } = describe(descriptor);
  const from = inode === cursor.inode && size >= cursor.size ? cursor.size : 0;
  const bytes = Buffer.alloc(size - from);
  let filled = 0;
  for (let read = -1; read !== 0 && filled < bytes.length; filled += read)
    read = readSync(descriptor, bytes, filled, bytes.length - filled, from + filled);
  // What follows the last newline is torn: it is written again.
  return new Set(bytes.toString('utf8', 0, filled).split('\n').slice(0, -1));
}

/** One write for all of them, on a line of their own whatever a killed writer left. */
function appendLines(descriptor: number, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const { size } = fstatSync(descriptor);
  const last = Buffer.alloc(1);
  const isTorn = size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 10;
  writeFileSync(descriptor, `${isTorn ? '\n' : ''}${lines.map((line) => `${line}\n`).join('')}`);
}
