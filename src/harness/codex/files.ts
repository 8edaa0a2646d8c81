import path from 'node:path';
import type { OtherFormat } from '../contract/cli.ts';
import { namesIn, type SessionFiles } from '../contract/session-files.ts';
import { asObject, asString } from '../reading/json-shape.ts';
import type { TranscriptFormat } from '../reading/transcript-format.ts';
import { codexRollout } from './rollout.ts';
import { codexEvents } from './stream.ts';

/** The kept output of `codex exec --json`. It holds no times. */
const codexStream: TranscriptFormat = {
  harness: 'codex',
  expected: 'objects with `type`, the first of type `thread.started` with `thread_id`',
  recognises: ({ type, thread_id: thread, item }) => {
    const word = asString(type) ?? '';
    if (word === 'thread.started') return asString(thread) !== null;
    return /^item\.(started|updated|completed)$/.test(word) && asObject(item) !== null;
  },
  open: () => (object) => ({
    thread: asString(object['thread_id']),
    events: codexEvents(object, { at: new Date(Number.NaN), isWatched: false }),
    sign: 'program',
  }),
};

export const CODEX_SESSIONS: SessionFiles = {
  formats: [codexRollout, codexStream],
  folders: (env, home) => {
    const top = env['CODEX_HOME'] || '.codex';
    return ['sessions', 'archived_sessions'].map((name) => path.resolve(home, top, name));
  },
  /** It has a folder for each day; the time stands before the thread. */
  find: (top, thread) => {
    const name = namesIn(top, true).find(
      (each) => path.basename(each).startsWith('rollout-') && each.endsWith(`-${thread}.jsonl`),
    );
    return name === undefined ? null : path.join(top, name);
  },
};

export const OLD_ROLLOUT: OtherFormat = {
  what: 'a rollout of Codex before 0.32',
  recognises: ({ record_type: recordType, id, timestamp, instructions, type }) => {
    if (recordType !== undefined) return true;
    const isNamed = asString(id) !== null && asString(timestamp) !== null;
    return isNamed && instructions !== undefined && type === undefined;
  },
};
