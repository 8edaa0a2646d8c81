import { existsSync } from 'node:fs';
import path from 'node:path';
import { namesIn, type SessionFiles } from '../contract/session-files.ts';
import { claudeTranscript } from './transcript.ts';

/** It has a folder for each place it was started in; helpers have files of their own. */
export const CLAUDE_SESSIONS: SessionFiles = {
  formats: [claudeTranscript],
  folders: (env, home) => {
    const configured = env['CLAUDE_CONFIG_DIR'];
    // Versions of 2025 kept them under .config for a while.
    const homes = configured ? [configured] : ['.claude', path.join('.config', 'claude')];
    return homes.map((each) => path.resolve(home, each, 'projects'));
  },
  find: (top, thread) => {
    const files = namesIn(top).map((name) => path.join(top, name, `${thread}.jsonl`));
    return files.find((file) => existsSync(file)) ?? null;
  },
  mayHoldOf: (folder, starts) => {
    const name = path.basename(folder);
    return starts.some((start) => name.startsWith(folderName(start).slice(0, LONGEST_SURE)));
  },
  isHelper: (file) => /[\\/]subagents[\\/]/.test(file) || path.basename(file).startsWith('agent-'),
  folderOfHelper: (file) => /^(.*)[\\/][^\\/]+[\\/]subagents[\\/]/.exec(file)?.[1] ?? null,
};

/** It names a folder for where its sessions started, with `-` for whatever is neither letter nor digit. */
function folderName(start: string): string {
  return start.replace(/[^A-Za-z0-9]/g, '-');
}

/** It cuts long names, and adds a digest. */
const LONGEST_SURE = 180;
