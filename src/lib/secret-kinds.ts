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

/** A word starts here: at a border, or after the `\n` of a text that was quoted. */
const START = String.raw`(?<=^|[^A-Za-z0-9]|\\[nrt])`;

function kind(name: string, source: string, flags = 'g'): SecretKind {
  return { name, pattern: new RegExp(source, source.includes('(?<secret>') ? `d${flags}` : flags) };
}

/** The forms that their makers document; a value without one is found by its name, see secret-assignments.ts. */
export const SECRET_KINDS: readonly SecretKind[] = [
  kind('aws-key', `${START}(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])`),
  kind('github-token', 'gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}'),
  kind('gitlab-token', `${START}gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent)-[A-Za-z0-9_-]{20,}`),
  kind('slack-token', `${START}(?:xox[a-z]-|xapp-\\d-)[A-Za-z0-9-]{10,}`),
  kind(
    'webhook',
    String.raw`https:\/\/hooks\.slack\.com\/(?<secret>(?:services|workflows|triggers)\/[\w\/]{16,})`,
  ),
  kind('webhook', String.raw`https:\/\/discord(?:app)?\.com\/api\/webhooks\/(?<secret>\d{6,20}\/[\w-]{16,})`),
  kind('anthropic-key', 'sk-ant-[A-Za-z0-9_-]{16,}'),
  kind('openai-key', `${START}sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}|(?:or-v1-)?[A-Za-z0-9]{20,})`),
  kind(
    'google-key',
    `${START}(?:AIza[A-Za-z0-9_-]{30,}|GOCSPX-[A-Za-z0-9_-]{20,}|ya29\\.[A-Za-z0-9_-]{20,})`,
  ),
  kind('stripe-key', `${START}(?:[sr]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,})`),
  kind('npm-token', `${START}npm_[A-Za-z0-9]{30,}`),
  kind('pypi-token', `${START}pypi-(?:AgE[A-Za-z0-9_-]{20,}|[A-Za-z0-9_-]{60,})`),
  kind('hugging-face-token', `${START}hf_[A-Za-z0-9]{20,}`),
  kind(
    'api-token',
    `${START}(?:dckr_pat_|lin_api_|sh(?:pat|pss|pca|ppa)_|glsa_|gsk_|do[opr]_v1_|pplx-|tvly-|sbp_|AGE-SECRET-KEY-1)[A-Za-z0-9]{20,}`,
  ),
  kind('api-token', String.raw`${START}SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,}`),
  kind('api-token', `${START}\\d{8,10}:AA[A-Za-z0-9_-]{30,}`),
  // The word before the first dot is looked at once: it must start there.
  kind(
    'jwt',
    String.raw`(?<=^|[^A-Za-z0-9_-]|\\[nrt])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*`,
  ),
  kind(
    'url-password',
    String.raw`[a-z]:\/\/[^\s\/?#@:"'<>\x60]{0,128}:(?<secret>(?!\*{3}|\$|<|\{|%[sv]|%\(|\[)[^\s\/@"'<>\x60]{1,256})@`,
    'gi',
  ),
  kind('url-password', String.raw`[a-z]:\/\/(?<secret>(?=[a-z_-]{0,40}\d)\w[\w-]{19,256})@`, 'gi'),
  kind(
    'authorization',
    String.raw`authorization\\*["']?\s{0,4}[:=]\s{0,4}\\*["']?(?:bearer|basic|token|digest)\s{1,4}(?<secret>[A-Za-z0-9._~+\/=-]{6,})`,
    'gi',
  ),
  kind(
    'authorization',
    String.raw`\bbearer\s{1,4}(?<secret>(?=[A-Za-z._~+\/-]{0,64}\d)[A-Za-z0-9._~+\/=-]{20,})`,
    'gi',
  ),
];
