import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { CLI_KINDS } from '../../src/harness/registry.ts';

test.each(['security.md', 'liveness.md'])('docs/%s has a row for each agent CLI', (name) => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs', name), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const first = rows.map((row) => row.split('|')[1] ?? '');
  expect(CLI_KINDS.filter((kind) => !first.some((cell) => cell.includes(`\`${kind}\``)))).toEqual([]);
});
