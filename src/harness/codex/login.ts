import { OPENAI, type Login, type LoginFile } from '../contract/login.ts';

const AUTH: LoginFile = { variable: 'CODEX_HOME', folder: '.codex', name: 'auth.json' };

export const CODEX_LOGIN: Login = {
  variables: [...OPENAI, 'CODEX_API_KEY'],
  credentials: [AUTH],
  owner: { ...AUTH, keys: ['account_id', 'OPENAI_API_KEY'] },
};
