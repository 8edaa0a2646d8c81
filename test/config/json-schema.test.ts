import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { format } from 'prettier';
import { configJsonSchema } from '../../src/config/schema.ts';
import { settingsPage } from '../../tools/settings-page.ts';

test('stint.schema.json is what the schema says now (npm run schema)', () => {
  const file = path.resolve(import.meta.dirname, '../../stint.schema.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
});

test('docs/settings.md is what the schema says now (npm run schema)', async () => {
  const file = path.resolve(import.meta.dirname, '../../docs/settings.md');
  const page = await format(settingsPage(), { parser: 'markdown', printWidth: 110, singleQuote: true });
  expect(readFileSync(file, 'utf8')).toBe(page);
});

test('every setting says what it means', () => {
  expect(settingsPage()).not.toMatch(/\| +\|$/m);
});
