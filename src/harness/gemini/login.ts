import { GOOGLE, type Login } from '../contract/login.ts';

export const GEMINI_LOGIN: Login = {
  variables: GOOGLE,
  credentials: [{ variable: null, folder: '.gemini', name: 'oauth_creds.json' }],
  owner: { variable: null, folder: '.gemini', name: 'google_accounts.json', keys: ['active'] },
};
