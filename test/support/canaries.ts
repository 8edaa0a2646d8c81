/** A made-up secret of one kind, and the text in which it turns up. */
export interface Canary {
  readonly kind: string;
  readonly text: string;
  /** What must be seen nowhere. */
  readonly secret: string;
}

// Put together from parts: scanners of repositories would take them for real ones.
const word = (...parts: readonly string[]): string => parts.join('');

const LETTERS = 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC3dE5fG7hJ9kL2mN4';

const KEY_LINES = [
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7',
  `${LETTERS}${LETTERS.slice(0, 13)}`,
  'Zm9vYmFy',
];

export const PRIVATE_KEY = [
  word('-----BEGIN ', 'PRIVATE KEY-----'),
  ...KEY_LINES,
  word('-----END ', 'PRIVATE KEY-----'),
].join('\n');

function bare(kind: string, ...parts: readonly string[]): Canary {
  const secret = word(...parts);
  return { kind, text: `it printed ${secret} there`, secret };
}

function within(kind: string, secret: string, before: string, after = ''): Canary {
  return { kind, text: `${before}${secret}${after}`, secret };
}

/** At least one of each kind that is promised to be found. Every text is one line. */
export const CANARIES: readonly Canary[] = [
  bare('aws-key', 'AKIA', 'CANARY7EXAMPLE77'),
  within('assigned-secret', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY1', 'aws_secret_access_key = '),
  ...['p', 'o', 'u', 's', 'r'].map((letter) => bare('github-token', `gh${letter}_`, LETTERS.slice(0, 36))),
  bare('github-token', 'github', '_pat_', LETTERS.slice(0, 22), '_', LETTERS),
  bare('gitlab-token', 'glpat', '-', LETTERS.slice(0, 20)),
  ...['b', 'p', 'a', 'r', 's'].map((letter) =>
    bare('slack-token', `xox${letter}`, '-1234567890-', LETTERS.slice(0, 24)),
  ),
  within('webhook', 'services/T01CANARY/B01CANARY/aB3dE5gH7jK9', 'https://hooks.slack.com/'),
  bare('anthropic-key', 'sk-', 'ant-api03-', LETTERS),
  bare('openai-key', 'sk-', LETTERS.slice(0, 48)),
  bare('openai-key', 'sk-', 'proj-', LETTERS, '-', LETTERS),
  bare('google-key', 'AI', 'za', LETTERS.slice(0, 35)),
  bare('stripe-key', 'sk_', 'live_', LETTERS.slice(0, 24)),
  bare('stripe-key', 'rk_', 'live_', LETTERS.slice(0, 24)),
  bare('npm-token', 'npm', '_', LETTERS.slice(0, 36)),
  bare('pypi-token', 'pypi-', 'AgEIcHlwaS5vcmc', LETTERS),
  bare('hugging-face-token', 'hf', '_', LETTERS.slice(0, 34)),
  bare('api-token', 'gsk', '_', LETTERS),
  bare('api-token', 'SG', '.', LETTERS.slice(0, 22), '.', LETTERS.slice(0, 43)),
  bare('jwt', 'eyJhbGciOiJIUzI1NiJ9', '.eyJzdWIiOiJjYW5hcnkifQ.', LETTERS.slice(0, 43)),
  within(
    'private-key',
    `${KEY_LINES.join('\\n')}\\n`,
    word('"-----BEGIN RSA ', 'PRIVATE KEY-----\\n'),
    word('-----END RSA ', 'PRIVATE KEY-----"'),
  ),
  within('url-password', 'canary-pass', 'postgres://app:', '@db.internal:5432/app'),
  within('url-password', LETTERS.slice(0, 30), 'https://', '@git.example.com/x.git'),
  within('authorization', 'canary7bearer', 'Authorization: Bearer '),
  within('authorization', 'Y2FuYXJ5OnBhc3M=', 'curl -H "Authorization: Basic ', '" host'),
  within('assigned-secret', 'canary7password', 'password='),
  within('assigned-secret', 'canary-77-key', 'api_key: "', '",'),
  within('assigned-secret', 'c4n4ry-token', 'export DEPLOY_TOKEN='),
  within('assigned-secret', 'django-insecure-7canary!', "SECRET_KEY = '", "'"),
  within('assigned-secret', 'c4n4ry-option', 'deploy --auth-token '),
];
