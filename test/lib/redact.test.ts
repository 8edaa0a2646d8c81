import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRedactor, lineRedactor } from '../../src/lib/redact.ts';
import { secretVariables } from '../../src/lib/secret-assignments.ts';
import { CANARIES, PRIVATE_KEY } from '../support/canaries.ts';
import { fc } from '../support/fixed-seed.ts';

const redactor = createRedactor();

describe('kinds', () => {
  test.each(CANARIES)('$kind: $secret', ({ kind, text, secret }) => {
    const redacted = redactor.text(text);
    expect(redacted).not.toContain(secret);
    expect(redacted).toContain(`[redacted: ${kind}]`);
  });

  test.each([
    [
      'the rest stays',
      'postgres://app:hunter2@db/app?x=1',
      'postgres://app:[redacted: url-password]@db/app?x=1',
    ],
    ['quotes stay', '{"password":"hunter2hunter2"}', '{"password":"[redacted: assigned-secret]"}'],
    [
      'JSON in a string',
      String.raw`"{\"apiKey\":\"abc123def456\"}"`,
      String.raw`"{\"apiKey\":\"[redacted: assigned-secret]\"}"`,
    ],
    [
      'after a quoted line end',
      String.raw`"a\nghp_0123456789abcdefghij0123456789abcdef"`,
      String.raw`"a\n[redacted: github-token]"`,
    ],
    [
      'a key that was cut off',
      `${PRIVATE_KEY.slice(0, 120)}\nand then words`,
      '[redacted: private-key]\nand then words',
    ],
    ['two in a row', 'AKIAIOSFODNN7EXAMPLE AKIAIOSFODNN7EXAMPLF', '[redacted: aws-key] [redacted: aws-key]'],
  ])('%s', (_, text, expected) => expect(redactor.text(text)).toBe(expected));

  test.each([
    'password: string;',
    'token: Token',
    'const token = process.env.GITHUB_TOKEN;',
    'const token = randomWord(24);',
    'password: ${{ secrets.DEPLOY_PASSWORD2 }}',
    'DB_PASSWORD=$DB_PASSWORD1',
    'postgres://app:$PASSWORD@db/app',
    'the token: it was wrong',
    'tokens: 1234567890, input_tokens=12345678',
    'tokenizer = "bert-base-2"',
    'key: value12345',
    'task-0123456789-risk-0123456789-disk-0123456789',
    'npm_config_registry npm_lifecycle_event',
    'git@github.com:owner/name.git ssh://git@host:22/name',
    'http://localhost:3000/@scope/name react@18.2.0',
    '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '123e4567-e89b-12d3-a456-426614174000',
    'session ab12cd34ef',
    '/home/someone/.local/state/stint/worktrees/project-1a2b3c4d/ab12cd34ef/src/token.ts:12',
    `"integrity": "sha512-${'aB3/'.repeat(21)}Aw=="`,
    `data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAAAAUA+/8/9hAHgAFh'.repeat(50)}`,
  ])('stays as it is: %s', (text) => expect(redactor.text(text)).toBe(text));
});

describe('data', () => {
  test('strings at any depth, keys too, and nothing else', () => {
    const token = 'ghp_0123456789abcdefghij0123456789abcdef';
    expect(redactor.value({ a: [{ b: `x ${token}` }], [token]: 1, n: 0, t: true, z: null })).toEqual({
      a: [{ b: 'x [redacted: github-token]' }],
      '[redacted: github-token]': 1,
      n: 0,
      t: true,
      z: null,
    });
  });

  test('a field says by its name that it holds a secret', () => {
    expect(redactor.value({ apiKey: 'abc123def456', category: 'abc123def456', token: 'Token' })).toEqual({
      apiKey: '[redacted: assigned-secret]',
      category: 'abc123def456',
      token: 'Token',
    });
  });
});

describe('secrets that are known', () => {
  const known = createRedactor({
    kinds: [{ name: 'custom', pattern: /ACME-\d+/g }],
    values: secretVariables({
      ANTHROPIC_API_KEY: 'plain-and-unremarkable',
      APP_PASSWORD: 'letmeinplease',
      SHORT_TOKEN: 'abc',
      CACHE_KEY: 'research',
      TLS_KEY: import.meta.filename,
      HOME: '/home/someone',
    }),
  });

  test.each([
    ['echo plain-and-unremarkable!', 'echo [redacted: ANTHROPIC_API_KEY]!'],
    ['letmeinplease, letmeinplease', '[redacted: APP_PASSWORD], [redacted: APP_PASSWORD]'],
    ['ticket ACME-77', 'ticket [redacted: custom]'],
    [
      `abc research ${import.meta.filename} /home/someone`,
      `abc research ${import.meta.filename} /home/someone`,
    ],
  ])('%s', (text, expected) => expect(known.text(text)).toBe(expected));
});

describe('whatever comes', () => {
  const pieces = fc.oneof(
    fc.constantFrom(...CANARIES.map(({ text }) => text)),
    fc.constantFrom(
      ' ',
      '\n',
      '"',
      "'",
      '=',
      ': ',
      '\\n',
      '[redacted: jwt]',
      '[redacted: ',
      ']',
      '-',
      'password=',
      '://',
    ),
    fc.string({ maxLength: 12 }),
  );
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));

  test('a second time changes nothing', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const once = redactor.text(text);
        expect(redactor.text(once)).toBe(once);
      }),
      { numRuns: 2000 },
    );
  });

  test('no secret survives among other text', () => {
    const around = fc.string({ unit: 'grapheme-ascii', maxLength: 30 });
    fc.assert(
      fc.property(around, around, fc.constantFrom(...CANARIES), (before, after, { text, secret }) => {
        expect(redactor.text(`${before}\n${text}\n${after}`)).not.toContain(secret);
        expect(
          JSON.stringify(redactor.value({ before, list: [`${before} ${text} ${after}`] })),
        ).not.toContain(secret);
      }),
      { numRuns: 2000 },
    );
  });

  test('line by line as in one piece', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('words', PRIVATE_KEY, ...CANARIES.map(({ text }) => text)), {
          maxLength: 8,
        }),
        (parts) => {
          const line = lineRedactor(redactor);
          const lines = parts
            .join('\n')
            .split('\n')
            .flatMap((each) => line(each) ?? []);
          expect(lines.join('\n')).toBe(redactor.text(parts.join('\n')));
        },
      ),
    );
  });
});

describe('hostile text', () => {
  // A pattern that looks at the same text again and again would need hours for this, and not a part of a second.
  const starts = [
    'gh',
    'sk-',
    'sk-proj-',
    'eyJ',
    'eyJa.',
    '://',
    'a://b:',
    'token',
    'token=',
    'token="',
    'token\\\\',
    '--token ',
    'bearer ',
    'Authorization: ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN PRIVATE KEY-----\n',
    '[redacted: ',
    'SG.',
    'a',
    ' ',
    '\n',
    '\\',
    '\\n',
    '"',
    '1',
    ':',
    'A/',
    'password: {',
  ];
  test.each(starts)('over and over: %j', (start) => {
    const text = start.repeat(Math.ceil(1e6 / start.length));
    expect(redactor.text(text).length).toBeGreaterThan(0);
    expect(redactor.text(`-----BEGIN PRIVATE KEY-----${text}`).length).toBeGreaterThan(0);
    expect(redactor.text(`a://b:token="${text}`).length).toBeGreaterThan(0);
    expect(lineRedactor(redactor)(text.replaceAll('\n', ' '))).not.toBeNull();
  });
});

describe('ordinary files', () => {
  const top = path.resolve(import.meta.dirname, '../..');
  const files = ['src', 'docs', 'bench', 'tools', 'examples'].flatMap((folder) =>
    readdirSync(path.join(top, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|mjs|md|json)$/.test(name) && !name.includes('node_modules'))
      .map((name) => path.join(folder, name)),
  );

  test('this repository holds no secret', () => {
    expect(files.length).toBeGreaterThan(100);
    const changed = [...files, 'package.json', 'package-lock.json', 'stint.schema.json'].filter((file) => {
      const text = readFileSync(path.join(top, file), 'utf8');
      return redactor.text(text) !== text;
    });
    expect(changed).toEqual([]);
  });
});
