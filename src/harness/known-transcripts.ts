import { oneLine } from '../lib/plain-text.ts';
import { claudeTranscript } from './claude-code/transcript.ts';
import { codexRollout } from './codex/rollout.ts';
import { codexEvents } from './codex/stream.ts';
import { asObject, asString, type JsonObject } from './reading/json-shape.ts';
import { geminiSession } from './gemini/transcript.ts';
import { piSession } from './pi/transcript.ts';
import type { TranscriptFormat } from './reading/transcript-format.ts';

/** `codex exec --json`, where somebody kept what it printed. It holds no times. */
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

/** The formats that are read, in the order in which they are tried. */
export const TRANSCRIPT_FORMATS: readonly TranscriptFormat[] = [
  codexRollout,
  codexStream,
  piSession,
  geminiSession,
  claudeTranscript,
];

/** Files of other programs that lie where people look for transcripts: known by name, and not read. */
const OTHERS: readonly { readonly what: string; recognises(object: JsonObject): boolean }[] = [
  {
    what: 'a session of Copilot CLI',
    recognises: ({ type, data, id }) =>
      /^(session|assistant|user|tool)\.\w+$/.test(asString(type) ?? '') &&
      asObject(data) !== null &&
      asString(id) !== null,
  },
  {
    what: 'a stream of opencode',
    recognises: ({ sessionID, part }) => asString(sessionID) !== null && asObject(part) !== null,
  },
  {
    what: 'a stream of Gemini CLI',
    recognises: ({ type, session_id: id, model, cwd }) =>
      type === 'init' && asString(id) !== null && asString(model) !== null && cwd === undefined,
  },
  {
    what: 'a rollout of Codex before 0.32',
    recognises: (object) => object['record_type'] !== undefined || isOldMeta(object),
  },
  {
    what: 'a conversation of gptme',
    recognises: ({ role, content, timestamp }) =>
      asString(role) !== null && asString(content) !== null && asString(timestamp) !== null,
  },
];

function isOldMeta({ id, timestamp, instructions, type }: JsonObject): boolean {
  return (
    asString(id) !== null && asString(timestamp) !== null && instructions !== undefined && type === undefined
  );
}

/** What an object is that no format recognises; null for what nobody knows. */
export function nameOther(object: JsonObject): string | null {
  return OTHERS.find((other) => other.recognises(object))?.what ?? null;
}

/** The keys of an object that nobody knows, for people. */
export function keysOf(object: JsonObject): string {
  const keys = Object.keys(object);
  if (keys.length === 0) return 'an empty object';
  return `an object with ${oneLine(keys.slice(0, 6).join(', '), 120)}${keys.length > 6 ? ', …' : ''}`;
}
