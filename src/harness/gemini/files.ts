import path from 'node:path';
import type { OtherFormat } from '../contract/cli.ts';
import { fromHome, type SessionFiles } from '../contract/session-files.ts';
import { asString } from '../reading/json-shape.ts';
import { isGeminiHelper, rootOfGeminiProject } from './place.ts';
import { geminiTranscript } from './transcript.ts';

export const GEMINI_SESSIONS: SessionFiles = {
  formats: [geminiTranscript],
  folders: (env, home) => [path.join(fromHome(home, env['GEMINI_CLI_HOME'] || ''), '.gemini', 'tmp')],
  /** Older versions leave out the `l`. */
  isNamed: (name) => /^session-.*\.json$/.test(name),
  /** It keeps much else beside its chats. */
  mayHold: (top, folder) => {
    const [, inProject] = path.relative(top, folder).split(path.sep);
    return inProject === undefined || inProject === 'chats';
  },
  mayHoldOf: (folder, starts) => {
    const root = rootOfGeminiProject(folder);
    return root === null || starts.some((start) => root === start || root.startsWith(start + path.sep));
  },
  isHelper: isGeminiHelper,
  folderOfHelper: (file) => (isGeminiHelper(file) ? path.dirname(path.dirname(file)) : null),
};

export const GEMINI_STREAM: OtherFormat = {
  what: 'a stream of Gemini CLI',
  recognises: ({ type, session_id: id, model, cwd }) =>
    type === 'init' && asString(id) !== null && asString(model) !== null && cwd === undefined,
};
