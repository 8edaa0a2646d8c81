import path from 'node:path';
import type { IdleFloor } from '../../domain/liveness.ts';
import { listNames } from '../../lib/file-system.ts';
import type { Cli, SessionFiles } from '../contract/cli.ts';
import { withoutTurnLimit, type Harness, type StartCommand, type StartRequest } from '../contract/harness.ts';
import { OPENAI, type LoginFile } from '../contract/login.ts';
import { asString } from '../reading/json-shape.ts';
import { CODEX_ERRORS } from './errors.ts';
import { codexRollout } from './rollout.ts';
import { codexStream, parseCodexStream } from './stream.ts';
import { CODEX_TOOLS } from './tools.ts';

const SESSIONS: SessionFiles = {
  formats: [codexRollout, codexStream],
  folders: (env, home) => {
    const top = env['CODEX_HOME'] || '.codex';
    return ['sessions', 'archived_sessions'].map((name) => path.resolve(home, top, name));
  },
  /** It has a folder for each day; the time stands before the thread. */
  find: (top, thread) => {
    const name = listNames(top, true).find(
      (each) => path.basename(each).startsWith('rollout-') && each.endsWith(`-${thread}.jsonl`),
    );
    return name === undefined ? null : path.join(top, name);
  },
};

const AUTH: LoginFile = { variable: 'CODEX_HOME', folder: '.codex', name: 'auth.json' };

export const CODEX: Cli = {
  program: 'codex',
  create: codexHarness,
  ownErrors: CODEX_ERRORS,
  login: {
    variables: [...OPENAI, 'CODEX_API_KEY'],
    credentials: [AUTH],
    owner: { ...AUTH, keys: ['account_id', 'OPENAI_API_KEY'] },
  },
  tools: CODEX_TOOLS,
  sessionMarks: [
    'CODEX_CI',
    'CODEX_INTERNAL_*',
    'CODEX_MANAGED_*',
    'CODEX_PERMISSION_PROFILE',
    'CODEX_SANDBOX',
    'CODEX_SANDBOX_NETWORK_DISABLED',
    'CODEX_SESSION_ID',
    'CODEX_SHELL',
    'CODEX_THREAD_ID',
  ],
  sessions: SESSIONS,
  sideFiles: {
    'prompt history of Codex': ({ session_id: session, ts, text }) =>
      typeof session === 'string' && typeof ts === 'number' && typeof text === 'string',
    'index of Codex': ({ id, thread_name: name, updated_at: at }) =>
      typeof id === 'string' && typeof name === 'string' && at !== undefined,
  },
  notRead: {
    'a rollout of Codex before 0.32': ({ record_type: recordType, id, timestamp, instructions, type }) => {
      if (recordType !== undefined) return true;
      const isNamed = asString(id) !== null && asString(timestamp) !== null;
      return isNamed && instructions !== undefined && type === undefined;
    },
  },
};

/**
 * It polls while a model call hangs: 0.4 % of a processor and 2 kB/s were measured over a minute, with bursts of 8 kB.
 * These bytes do not contain its model's answers, so a floor well above them hides no work.
 */
const WAITING: IdleFloor = { cpuShare: 0.04, bytesPerS: 16_000 };

/** `codex exec`; the prompt comes on standard input. Without a person it never asks: what its sandbox forbids fails. */
function codexHarness(command: readonly [string, ...string[]]): Harness {
  return {
    hasEvents: true,
    ownErrors: CODEX_ERRORS,
    idle: WAITING,
    canResume: true,
    wholeThread: ['tokens'],
    // Its stream shows those of the first version.
    agentsInFile: true,
    program: command[0],
    cannotHonour: (demands) => withoutTurnLimit('Codex', demands),
    start: (request): StartCommand => ({
      argv: [
        ...command,
        'exec',
        '--json',
        '--skip-git-repo-check',
        // A login shell would set PATH anew, and what stint put on it would be gone.
        '-c',
        'allow_login_shell=false',
        ...permissionFlags(request),
        ...(request.model === null ? [] : ['--model', request.model]),
        ...(request.thread === null ? [] : ['resume', request.thread]),
        '-',
      ],
      env: {},
      stdin: 'prompt',
    }),
    parse: parseCodexStream,
  };
}

/** Its sandbox keeps even the workspace's own git folder from being written, so `edit` opens what commits need. */
function permissionFlags({ permissions, writableFolders }: StartRequest): string[] {
  switch (permissions) {
    case 'read':
      return ['--sandbox', 'read-only'];
    case 'edit':
      return ['--sandbox', 'workspace-write', ...writableFolders.flatMap((folder) => ['--add-dir', folder])];
    case 'full':
      return ['--dangerously-bypass-approvals-and-sandbox'];
  }
}
