import { describe, expect, test } from 'vitest';
import type { CliKind } from '../../src/domain/plan.ts';
import { CLI_KINDS, CLIS } from '../../src/harness/registry.ts';
import { withoutSessionMarks } from '../../src/harness/session-marks.ts';

/** As each CLI's documentation and a look into the environment of its shell tool show them. */
const EXPORTED: Partial<Record<CliKind, readonly string[]>> = {
  'claude-code': [
    'CLAUDECODE',
    'CLAUDE_CODE_CHILD_SESSION',
    'CLAUDE_CODE_ENTRYPOINT',
    'CLAUDE_CODE_MESSAGING_SOCKET',
    'CLAUDE_CODE_MESSAGING_TOKEN',
    'CLAUDE_CODE_REMOTE_SESSION_ID',
    'CLAUDE_CODE_SESSION_ATTENDED',
    'CLAUDE_CODE_SESSION_ID',
    'CLAUDE_CODE_SSE_PORT',
    'CLAUDE_PID',
    'AI_AGENT',
  ],
  codex: ['CODEX_CI', 'CODEX_INTERNAL_ORIGINATOR_OVERRIDE', 'CODEX_SANDBOX', 'CODEX_THREAD_ID'],
  gemini: ['GEMINI_CLI', 'GEMINI_CLI_IDE_SERVER_PORT', 'GEMINI_SESSION_ID'],
  copilot: ['COPILOT_AGENT_SESSION_ID', 'COPILOT_CLI', 'COPILOT_LOADER_PID', 'COPILOT_RUN_APP'],
  opencode: ['OPENCODE', 'OPENCODE_CLIENT', 'OPENCODE_PID', 'OPENCODE_RUN_ID'],
  pi: ['PI_CODING_AGENT', 'PI_SESSION_FILE', 'PI_SESSION_ID'],
};

const SETTINGS = {
  ANTHROPIC_BASE_URL: 'http://gateway',
  CLAUDE_CODE_EFFORT_LEVEL: 'high',
  CLAUDE_CODE_OAUTH_TOKEN: 'token',
  CLAUDE_CODE_SESSIONEND_HOOKS_TIMEOUT_MS: '1',
  CLAUDE_CODE_USE_BEDROCK: '1',
  CLAUDE_CONFIG_DIR: '/claude',
  CODEX_API_KEY: 'key',
  CODEX_HOME: '/codex',
  COPILOT_GITHUB_TOKEN: 'token',
  COPILOT_PROVIDER_API_KEY: 'key',
  GEMINI_API_KEY: 'key',
  GEMINI_CLI_HOME: '/gemini',
  OPENCODE_CONFIG: '/opencode.json',
  OPENCODE_PERMISSION: '{}',
  PATH: '/bin',
  PI_CODING_AGENT_DIR: '/pi',
  PI_CODING_AGENT_SESSION_DIR: '/pi/sessions',
};

describe.each(Object.entries(EXPORTED))('a session of %s around stint', (_, names) => {
  test.each(names)('%s is not handed on', (name) => {
    expect(withoutSessionMarks({ [name]: '1', ...SETTINGS })).toEqual(SETTINGS);
  });
});

test('no mark is a variable that a CLI logs in by, or that moves its files', () => {
  for (const kind of CLI_KINDS) {
    const { variables, credentials, owner } = CLIS[kind].login;
    const moved = [...credentials, owner].flatMap((file) => file?.variable ?? []);
    const env = Object.fromEntries([...variables, ...moved].map((name) => [name, 'x']));
    expect(withoutSessionMarks(env)).toEqual(env);
  }
});

test('a mark inside a longer name is none', () => {
  const env = { MY_CLAUDECODE: '1', CLAUDECODE_X: '1', OPENCODER: '1', XCODEX_INTERNAL_A: '1' };
  expect(withoutSessionMarks(env)).toEqual(env);
});
