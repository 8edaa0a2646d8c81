/** A file of a CLI's own. */
export interface LoginFile {
  /** The variable that moves its folder, where there is one. */
  readonly variable: string | null;
  /** Its folder under the home folder otherwise. */
  readonly folder: string;
  readonly name: string;
}

/**
 * Where a CLI finds what it logs in with. A CLI that keeps its login elsewhere (a keyring) shows nothing here: all its
 * sessions on a machine are one account.
 */
export interface Login {
  /** Variables that hold credentials, or the address of their provider. */
  readonly variables: readonly string[];
  /** The files that its own login writes; tokens in them are renewed again and again. */
  readonly credentials: readonly LoginFile[];
  /** JSON that says who is logged in, whatever token is in use, and under which keys. */
  readonly owner: (LoginFile & { readonly keys: readonly string[] }) | null;
}

/** The variables of each provider. */
export const ANTHROPIC = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_BASE_URL'];
export const OPENAI = ['OPENAI_API_KEY', 'OPENAI_BASE_URL'];
export const GOOGLE = ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_CLOUD_PROJECT', 'GOOGLE_GEMINI_BASE_URL'];

/** The login of a CLI that speaks to any provider, and keeps its own in a file under the home folder. */
export function loginOfAny(folder: string, name: string): Login {
  return {
    variables: [...ANTHROPIC, ...OPENAI, ...GOOGLE, 'OPENROUTER_API_KEY'],
    credentials: [{ variable: null, folder, name }],
    owner: null,
  };
}
