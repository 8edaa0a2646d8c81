import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { recordPage } from '../../tools/record-page.ts';

test('docs/record.md is what the schema says now (npm run schema)', async () => {
  const file = path.resolve(import.meta.dirname, '../../docs/record.md');
  const page = await format(recordPage(), { parser: 'markdown', printWidth: 110, singleQuote: true });
  expect(readFileSync(file, 'utf8')).toBe(page);
});

test('every field says what it holds and means', () => {
  expect(recordPage()).not.toMatch(/\| +\|/);
});

test('fields inside fields have a place, and a union has one for each of its kinds', () => {
  const page = recordPage();
  for (const part of ['stop', 'commitDetails[]', 'landing', 'usageByModel[].tokens'])
    expect(page).toContain(`## \`${part}\``);
  for (const kind of ['none', 'landed', 'refused']) expect(page).toContain(`| \`kind\` | \`${kind}\` |`);
});
