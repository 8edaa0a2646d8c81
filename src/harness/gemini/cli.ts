import path from 'node:path';
import { fromHome, type Cli, type SessionFiles } from '../contract/cli.ts';
import { EDIT_COMMANDS } from '../contract/harness.ts';
import { GOOGLE } from '../contract/login.ts';
import { textCli } from '../contract/text-cli.ts';
import { geminiAsk } from '../reading/text-asks.ts';
import { asString } from '../reading/json-shape.ts';
import { GEMINI_ERRORS } from './errors.ts';
import { isGeminiHelper, rootOfGeminiProject } from './place.ts';
import { geminiTranscript } from './transcript.ts';
import { GEMINI_TOOLS } from './tools.ts';

const SESSIONS: SessionFiles = {
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

/**
 * Gemini CLI, read as plain text. Without a person it hides or refuses what it would ask about: under `auto_edit` the
 * whole shell, but for the commands that are named. Flags and refusals as seen with 0.61.
 */
export const GEMINI: Cli = textCli({
  title: 'Gemini CLI',
  readAsk: geminiAsk,
  program: 'gemini',
  // The category decides whether it runs here; the CLI would stop and ask whether the folder is trusted.
  arguments: ['--skip-trust', '{permissions}', '{model}'],
  permissions: {
    read: ['--approval-mode', 'plan'],
    edit: [
      '--approval-mode',
      'auto_edit',
      ...EDIT_COMMANDS.flatMap((command) => ['--allowed-tools', `run_shell_command(${command})`]),
    ],
    full: ['--approval-mode', 'yolo'],
  },
  login: {
    variables: GOOGLE,
    credentials: [{ variable: null, folder: '.gemini', name: 'oauth_creds.json' }],
    owner: { variable: null, folder: '.gemini', name: 'google_accounts.json', keys: ['active'] },
  },
  tools: GEMINI_TOOLS,
  sessionMarks: ['GEMINI_CLI', 'GEMINI_CLI_IDE_*', 'GEMINI_CWD', 'GEMINI_PROJECT_DIR', 'GEMINI_SESSION_ID'],
  ownErrors: GEMINI_ERRORS,
  sessions: SESSIONS,
  notRead: {
    'a stream of Gemini CLI': ({ type, session_id: id, model, cwd }) =>
      type === 'init' && asString(id) !== null && asString(model) !== null && cwd === undefined,
  },
});
