import { ANTHROPIC, type Login } from '../contract/login.ts';

export const CLAUDE_LOGIN: Login = {
  variables: [...ANTHROPIC, 'CLAUDE_CODE_OAUTH_TOKEN'],
  credentials: [{ variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', name: '.credentials.json' }],
  owner: { variable: 'CLAUDE_CONFIG_DIR', folder: '', name: '.claude.json', keys: ['accountUuid'] },
};
