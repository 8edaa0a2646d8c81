import path from 'node:path';
import { fromHome, type Cli, type SessionFiles } from '../contract/cli.ts';
import { loginOfAny } from '../contract/login.ts';
import { errorLine } from '../contract/own-errors.ts';
import { textCli } from '../contract/text-cli.ts';
import { PI_TOOLS } from './tools.ts';
import { piAsk } from '../reading/text-asks.ts';
import { piTranscript } from './transcript.ts';

const SESSIONS: SessionFiles = {
  formats: [piTranscript],
  /** A user may name a folder for sessions alone; earlier ones lie in the usual one. */
  folders: (env, home) => {
    const agent = fromHome(home, env['PI_CODING_AGENT_DIR'] || path.join('.pi', 'agent'));
    const sessions = env['PI_CODING_AGENT_SESSION_DIR'];
    return [path.join(agent, 'sessions'), ...(sessions ? [fromHome(home, sessions)] : [])];
  },
  /** It names a folder for where its sessions started, with `-` for what parts a path. */
  mayHoldOf: (folder, starts) => {
    const name = path.basename(folder);
    if (!name.startsWith('--')) return true;
    return starts.some((start) =>
      name.startsWith(`--${start.replace(/^[\\/]/, '').replace(/[\\/:]/g, '-')}`),
    );
  },
};

/** pi in print mode, read as plain text. It never asks: its tools are its permissions. */
export const PI: Cli = textCli({
  title: 'pi',
  readAsk: piAsk,
  program: 'pi',
  arguments: ['--print', '{permissions}', '{model}'],
  permissions: {
    read: ['--tools', 'read,grep,find,ls'],
    edit: ['--tools', 'read,grep,find,ls,edit,write'],
    full: [],
  },
  env: { PI_SKIP_VERSION_CHECK: '1' },
  hasNoGitAlone: true,
  login: loginOfAny('.pi/agent', 'auth.json'),
  tools: PI_TOOLS,
  sessionMarks: ['PI_CODING_AGENT', 'PI_SESSION_FILE', 'PI_SESSION_ID'],
  // A prompt that failed ends with exit 1 and the provider's words alone.
  ownErrors: { line: errorLine('No API key', 'Request (?:error|aborted)'), isBare: true },
  sessions: SESSIONS,
});
