import type { CliKind } from '../domain/plan.ts';

/** A file of a CLI's own. */
export interface LoginFile {
  /** The variable that moves its folder, where there is one. */
  readonly variable: string | null;
  /** Its folder under the home folder otherwise. */
  readonly folder: string;
  readonly name: string;
}

/** Where a CLI finds what it logs in with. */
export interface Login {
  /** Variables that hold credentials, or say whom they are shown to. */
  readonly variables: readonly string[];
  /** What its own login writes; tokens in it are renewed again and again. */
  readonly credentials: readonly LoginFile[];
  /** JSON that says who is logged in, whatever token is in use, and under which keys. */
  readonly owner: (LoginFile & { readonly keys: readonly string[] }) | null;
}

const ANTHROPIC = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'];
const OPENAI = ['OPENAI_API_KEY', 'OPENAI_BASE_URL'];
const GOOGLE = ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_GEMINI_BASE_URL'];
/** CLIs that speak to any provider. */
const ANY = [...ANTHROPIC, ...OPENAI, ...GOOGLE, 'OPENROUTER_API_KEY'];

const CODEX_AUTH: LoginFile = { variable: 'CODEX_HOME', folder: '.codex', name: 'auth.json' };

/** A CLI that keeps its login elsewhere (a keyring) shows nothing here: all its sessions on a machine are one account. */
export const LOGINS: Readonly<Record<CliKind, Login>> = {
  'claude-code': {
    variables: [...ANTHROPIC, 'CLAUDE_CODE_OAUTH_TOKEN'],
    credentials: [{ variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', name: '.credentials.json' }],
    owner: { variable: 'CLAUDE_CONFIG_DIR', folder: '', name: '.claude.json', keys: ['accountUuid'] },
  },
  codex: {
    variables: [...OPENAI, 'CODEX_API_KEY'],
    credentials: [CODEX_AUTH],
    owner: { ...CODEX_AUTH, keys: ['account_id', 'OPENAI_API_KEY'] },
  },
  gemini: {
    variables: GOOGLE,
    credentials: [{ variable: null, folder: '.gemini', name: 'oauth_creds.json' }],
    owner: { variable: null, folder: '.gemini', name: 'google_accounts.json', keys: ['active'] },
  },
  copilot: {
    variables: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_PROVIDER_API_KEY'],
    credentials: [],
    owner: null,
  },
  opencode: {
    variables: ANY,
    credentials: [{ variable: null, folder: '.local/share/opencode', name: 'auth.json' }],
    owner: null,
  },
  pi: {
    variables: ANY,
    credentials: [{ variable: null, folder: '.pi/agent', name: 'auth.json' }],
    owner: null,
  },
  gptme: {
    variables: ANY,
    credentials: [{ variable: null, folder: '.config/gptme', name: 'config.toml' }],
    owner: null,
  },
};
