import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Permissions } from '../../domain/plan.ts';
import { listNames } from '../../lib/file-system.ts';
import type { Cli, SessionFiles } from '../contract/cli.ts';
import { EDIT_COMMANDS, type Harness, type StartCommand } from '../contract/harness.ts';
import { ANTHROPIC } from '../contract/login.ts';
import { CLAUDE_ERRORS } from './errors.ts';
import { parseStreamJson } from './stream.ts';
import { claudeTranscript } from './transcript.ts';
import { CLAUDE_TOOLS } from './tools.ts';

/** It has a folder for each place in which it was started; helpers have files of their own. */
const SESSIONS: SessionFiles = {
  formats: [claudeTranscript],
  folders: (env, home) => {
    const configured = env['CLAUDE_CONFIG_DIR'];
    // Versions of 2025 kept them under .config for a while.
    const homes = configured ? [configured] : ['.claude', path.join('.config', 'claude')];
    return homes.map((each) => path.resolve(home, each, 'projects'));
  },
  find: (top, thread) => {
    const files = listNames(top).map((name) => path.join(top, name, `${thread}.jsonl`));
    return files.find((file) => existsSync(file)) ?? null;
  },
  helpersOf: (file) => path.join(file.slice(0, -'.jsonl'.length), 'subagents'),
  mayHoldOf: (folder, starts) => {
    const name = path.basename(folder);
    return starts.some((start) => name.startsWith(folderName(start).slice(0, LONGEST_SURE)));
  },
  isHelper: (file) => /[\\/]subagents[\\/]/.test(file) || path.basename(file).startsWith('agent-'),
  folderOfHelper: (file) => /^(.*)[\\/][^\\/]+[\\/]subagents[\\/]/.exec(file)?.[1] ?? null,
};

export const CLAUDE_CODE: Cli = {
  program: 'claude',
  create: claudeCodeHarness,
  ownErrors: CLAUDE_ERRORS,
  login: {
    variables: [...ANTHROPIC, 'CLAUDE_CODE_OAUTH_TOKEN'],
    credentials: [{ variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', name: '.credentials.json' }],
    owner: { variable: 'CLAUDE_CONFIG_DIR', folder: '', name: '.claude.json', keys: ['accountUuid'] },
  },
  tools: CLAUDE_TOOLS,
  sessionMarks: [
    'CLAUDECODE',
    'CLAUDE_AGENT_SDK_VERSION',
    'CLAUDE_BG_*',
    'CLAUDE_BRIDGE_REATTACH_*',
    'CLAUDE_CODE_BRIDGE_*',
    'CLAUDE_CODE_CHILD_*',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_EXECPATH',
    'CLAUDE_CODE_HOST_SESSION_ID',
    'CLAUDE_CODE_INVOKED_SKILLS',
    'CLAUDE_CODE_LAUNCHED_BY_SESSION_IDS',
    'CLAUDE_CODE_MESSAGING_*',
    'CLAUDE_CODE_PARENT_SESSION_ID',
    'CLAUDE_CODE_RELAUNCH_*',
    'CLAUDE_CODE_REMOTE_SESSION_*',
    // With the line at its end: CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS is a setting.
    'CLAUDE_CODE_SESSION_*',
    'CLAUDE_CODE_SSE_PORT',
    'CLAUDE_CODE_STARTER_MAY_HOLD_CONNECTOR_FILE',
    'CLAUDE_CODE_TMUX_SESSION',
    'CLAUDE_CODE_WORKER_EPOCH',
    // The level of the session at hand; CLAUDE_CODE_EFFORT_LEVEL is the setting.
    'CLAUDE_EFFORT',
    'CLAUDE_ENV_FILE',
    'CLAUDE_JOB_DIR',
    'CLAUDE_PID',
    'CLAUDE_PLUGIN_DATA',
    'CLAUDE_PLUGIN_ROOT',
    'CLAUDE_PROJECT_DIR',
    'CLAUDE_SESSION_ID',
  ],
  sessions: SESSIONS,
  sideFiles: {
    'prompt history of Claude Code': ({ display, timestamp, project }) =>
      typeof display === 'string' && typeof timestamp === 'number' && typeof project === 'string',
    'index of Claude Code': ({ version, entries, originalPath }) =>
      version !== undefined && Array.isArray(entries) && typeof originalPath === 'string',
  },
};

/**
 * `read` plans only. `edit` edits files and may use git to look and to commit. `full` does anything without asking.
 * In print mode the CLI itself refuses every call that would still ask a person.
 */
const PERMISSION_FLAGS: Readonly<Record<Permissions, readonly string[]>> = {
  read: ['--permission-mode', 'plan'],
  edit: [
    '--permission-mode',
    'acceptEdits',
    '--allowedTools',
    EDIT_COMMANDS.map((command) => `Bash(${command}:*)`).join(','),
  ],
  full: ['--dangerously-skip-permissions'],
};

/** Claude Code in print mode; the prompt comes on standard input, so that its length does not matter. */
function claudeCodeHarness(command: readonly [string, ...string[]]): Harness {
  return {
    hasEvents: true,
    ownErrors: CLAUDE_ERRORS,
    canResume: true,
    wholeThread: ['tokens', 'cost'],
    program: command[0],
    cannotHonour: () => [],
    start: ({ model, permissions, maxTurns, thread }): StartCommand => ({
      argv: [
        ...command,
        '-p',
        '--output-format',
        'stream-json',
        '--verbose',
        ...PERMISSION_FLAGS[permissions],
        ...(model === null ? [] : ['--model', model]),
        ...(thread === null ? [] : ['--resume', thread]),
        ...(maxTurns === null ? [] : ['--max-turns', String(maxTurns)]),
      ],
      env: { DISABLE_AUTOUPDATER: '1' },
      stdin: 'prompt',
    }),
    parse: parseStreamJson,
  };
}

/** It names a folder for where its sessions started, with `-` for each character that is neither letter nor digit. */
function folderName(start: string): string {
  return start.replace(/[^A-Za-z0-9]/g, '-');
}

/** It cuts long names, and adds a digest. */
const LONGEST_SURE = 180;
