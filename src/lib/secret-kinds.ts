/** One kind of secret that can be told by its looks alone. */
export interface SecretKind {
  readonly name: string;
  /**
   * Global. A group called `secret` is what goes; without one the whole match does, and the rest of its word with it.
   * After a start that matches it looks at a bounded number of characters before it fails, so that hostile text costs
   * no more than its length.
   */
  readonly pattern: RegExp;
}

/** A part of a text, from `from` up to but without `to`, that must not be seen. */
export interface SecretRange {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** Where a word starts: at a border, after the `\n` of a text that was quoted, or after a colour. */
const START = String.raw`(?:^|[^A-Za-z0-9]|\\[nrt]|\[[\d;]{0,20}m)`;

function kind(name: string, source: string): SecretKind {
  return { name, pattern: new RegExp(source, source.includes('(?<secret>') ? 'dg' : 'g') };
}

/** A token that starts a word. That is asked after its first letters: they are what an engine searches fast. */
function token(name: string, first: string, rest: string): SecretKind {
  return kind(name, `(?:${first})(?<=${START}(?:${first}))${rest}`);
}

/** The forms that their makers document; a value without one is found by its name, see secret-assignments.ts. */
export const SECRET_KINDS: readonly SecretKind[] = [
  token('aws-key', 'AKIA|ASIA|ABIA|ACCA', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  kind('github-token', 'gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}'),
  token('gitlab-token', 'gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent)-', '[A-Za-z0-9_-]{20,}'),
  token('slack-token', 'xox[a-z]-|xapp-', '[A-Za-z0-9-]{10,}'),
  kind('webhook', String.raw`hooks\.slack\.com\/(?<secret>(?:services|workflows|triggers)\/[\w\/]{16,})`),
  kind('webhook', String.raw`\/api\/webhooks\/(?<secret>\d{6,20}\/[\w-]{16,})`),
  kind('anthropic-key', 'sk-ant-[A-Za-z0-9_-]{16,}'),
  token('openai-key', 'sk-', '(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|(?:or-v1-)?[A-Za-z0-9]{20,})'),
  token('google-key', 'AIza', '[A-Za-z0-9_-]{30,}'),
  token('google-key', String.raw`GOCSPX-|ya29\.`, '[A-Za-z0-9_-]{20,}'),
  token('stripe-key', '[sr]k_(?:live|test)_', '[A-Za-z0-9]{10,}'),
  token('stripe-key', 'whsec_', '[A-Za-z0-9+/=]{20,}'),
  token('npm-token', 'npm_', '[A-Za-z0-9]{30,}'),
  token('pypi-token', 'pypi-', '(?:AgE[A-Za-z0-9_-]{20,}|[A-Za-z0-9_-]{60,})'),
  token('hugging-face-token', 'hf_', '[A-Za-z0-9]{20,}'),
  token(
    'api-token',
    'dckr_pat_|lin_api_|sh(?:pat|pss|pca|ppa)_|glsa_|gsk_|do[opr]_v1_|pplx-|tvly-|sbp_|AGE-SECRET-KEY-1',
    '[A-Za-z0-9]{20,}',
  ),
  token('api-token', String.raw`SG\.`, String.raw`[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}`),
  kind('api-token', String.raw`:AA(?<=(?:^|\D|\\[nrt])\d{8,10}:AA)[A-Za-z0-9_-]{30,}`),
  // The word before the first dot is looked at once: it must start there.
  kind(
    'jwt',
    String.raw`eyJ(?<=(?:^|[^A-Za-z0-9_-]|\\[nrt]|\[[\d;]{0,20}m)eyJ)[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`,
  ),
  kind(
    'url-password',
    String.raw`:\/\/[^\s\/?#@:"'<>\x60]{0,128}:(?<secret>(?!\*{3}|\$|<|\{|%[sv]|%\(|\[)[^\s\/@"'<>\x60]{1,256})@`,
  ),
  kind('url-password', String.raw`:\/\/(?<secret>(?=[A-Za-z_-]{0,40}\d)\w[\w-]{19,256})@`),
  kind(
    'authorization',
    String.raw`(?:[Aa]uthorization|AUTHORIZATION)\\*["']?\s{0,4}[:=]\s{0,4}\\*["']?(?:[Bb]earer|[Bb]asic|[Tt]oken|[Dd]igest|BEARER|BASIC)\s{1,4}(?<secret>[A-Za-z0-9._~+\/=-]{6,})`,
  ),
  kind(
    'authorization',
    String.raw`(?:[Bb]earer|BEARER)\s{1,4}(?<secret>(?=[A-Za-z._~+\/-]{0,64}\d)[A-Za-z0-9._~+\/=-]{20,})`,
  ),
];
