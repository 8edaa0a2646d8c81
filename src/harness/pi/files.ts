import path from 'node:path';
import { fromHome, type SessionFiles } from '../contract/session-files.ts';
import { piTranscript } from './transcript.ts';

export const PI_SESSIONS: SessionFiles = {
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
